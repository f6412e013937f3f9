-- The mean of the last 60 ticks of each index, at the end of each hour.
SELECT ticker_name, arrival_time, round(mean, 3) AS mean
FROM (
    SELECT ticker_name, arrival_time,
        avg(price) OVER (
            PARTITION BY ticker_name ORDER BY arrival_time ROWS BETWEEN 59 PRECEDING AND CURRENT ROW
        ) AS mean
    FROM ticks
) AS means
WHERE extract(minute FROM arrival_time) = 59
ORDER BY arrival_time, ticker_name
