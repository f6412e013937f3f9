-- How the orders stand.
SELECT status, count(*) AS orders, sum(quantity * price) AS worth
FROM sales
GROUP BY status
ORDER BY status
