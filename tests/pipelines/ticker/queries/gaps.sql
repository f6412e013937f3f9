-- Minutes in which an index had no tick, though others had: a producer that is partly silent.
SELECT minutes.arrival_time, names.ticker_name
FROM (SELECT DISTINCT arrival_time FROM ticks) AS minutes
CROSS JOIN (SELECT DISTINCT ticker_name FROM ticks) AS names
LEFT JOIN ticks ON ticks.arrival_time = minutes.arrival_time AND ticks.ticker_name = names.ticker_name
WHERE ticks.ticker_name IS NULL
ORDER BY minutes.arrival_time, names.ticker_name
