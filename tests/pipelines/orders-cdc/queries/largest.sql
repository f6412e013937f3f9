-- The ten largest orders that stand.
SELECT orderid, product_name, quantity, CAST(price AS decimal(10, 2)) AS price,
    quantity * CAST(price AS decimal(10, 2)) AS total
FROM orders_now
ORDER BY total DESC, orderid
LIMIT 10
