-- How many changes of each kind there were, and of how many orders.
SELECT cdc_event_type, count(*) AS changes, count(DISTINCT orderid) AS orders
FROM orders_changes
GROUP BY cdc_event_type
ORDER BY cdc_event_type
