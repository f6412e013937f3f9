-- What the orders that stand are worth, by product.
SELECT product_name, count(*) AS orders, sum(quantity) AS pieces,
    sum(quantity * CAST(price AS decimal(10, 2))) AS revenue
FROM orders_now
GROUP BY product_name
ORDER BY revenue DESC, product_name
