-- How many orders came in on a day, and of how many pieces.
SELECT substr(creation_datetime, 1, 10) AS day, count(*) AS orders, sum(quantity) AS pieces
FROM orders_changes
WHERE cdc_event_type = 'INSERT'
GROUP BY 1
ORDER BY 1
