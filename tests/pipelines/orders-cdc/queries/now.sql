-- The orders that stand: how many, of how many pieces, worth how much.
SELECT count(*) AS orders, sum(quantity) AS pieces, sum(quantity * CAST(price AS decimal(10, 2))) AS worth
FROM orders_now
