-- What was sold of each product: orders that stand and are not cancelled or returned.
SELECT product_name, count(*) AS orders, sum(quantity) AS pieces, sum(quantity * price) AS revenue
FROM sales
WHERE status NOT IN ('cancelled', 'returned')
GROUP BY product_name
ORDER BY revenue DESC, product_name
