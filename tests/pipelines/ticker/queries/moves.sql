-- The ten largest moves from one tick to the next.
SELECT ticker_name, arrival_time, price, round(price - previous, 2) AS move
FROM (
    SELECT ticker_name, arrival_time, price,
        lag(price) OVER (PARTITION BY ticker_name ORDER BY arrival_time) AS previous
    FROM ticks
) AS steps
WHERE previous IS NOT NULL
ORDER BY abs(round(price - previous, 2)) DESC, arrival_time, ticker_name
LIMIT 10
