-- How far each index has gone since the first tick, in percent.
SELECT ticker_name, min_by(price, arrival_time) AS first_price, max_by(price, arrival_time) AS last_price,
    round(100 * (max_by(price, arrival_time) / min_by(price, arrival_time) - 1), 2) AS percent
FROM ticks
GROUP BY ticker_name
ORDER BY percent DESC, ticker_name
