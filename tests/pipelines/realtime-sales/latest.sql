-- The orders as they are: the latest change of each, unless it is its removal. Removals are left out behind the ranking and not
-- before it: otherwise the order would come back as it was. A repeated change has the place of the first, and does no harm.
SELECT orderid, customer_id, product_name, quantity, price, status, coupon, ordered_at, changed_at
FROM (
    SELECT *, row_number() OVER (PARTITION BY orderid ORDER BY sequence DESC) AS age
    FROM sales_log
)
WHERE age = 1 AND event <> 'REMOVE'
