-- Online and offline, by region.
SELECT sales_region, sales_channel, count(*) AS orders, sum(total_revenue) AS revenue
FROM orders
GROUP BY sales_region, sales_channel
ORDER BY sales_region NULLS LAST, sales_channel
