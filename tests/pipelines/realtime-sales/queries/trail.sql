-- How many changes of each kind there were, and of how many orders: nothing is lost from the trail, deletes neither.
SELECT event, count(*) AS changes, count(DISTINCT orderid) AS orders
FROM sales_trail
GROUP BY event
ORDER BY event
