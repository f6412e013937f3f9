-- Bars of an hour.
SELECT ticker_name, date_trunc('hour', arrival_time) AS hour, min_by(price, arrival_time) AS open,
    max(price) AS high, min(price) AS low, max_by(price, arrival_time) AS close, count(*) AS ticks
FROM ticks
GROUP BY ticker_name, date_trunc('hour', arrival_time)
ORDER BY hour, ticker_name
