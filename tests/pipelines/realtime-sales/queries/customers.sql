-- The ten customers who have bought for most, and when each has ordered last.
SELECT customer_id, count(*) AS orders, sum(quantity * price) AS spent, max(ordered_at) AS last_ordered_at
FROM sales
WHERE status NOT IN ('cancelled', 'returned')
GROUP BY customer_id
ORDER BY spent DESC, customer_id
LIMIT 10
