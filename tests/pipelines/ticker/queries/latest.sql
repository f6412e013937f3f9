-- The price of each index now.
SELECT ticker_name, max_by(price, arrival_time) AS price, max(arrival_time) AS arrival_time
FROM ticks
GROUP BY ticker_name
ORDER BY ticker_name
