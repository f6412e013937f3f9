-- The orders as they are: the latest change of each, unless it is its removal. Removals are left out behind the ranking and not
-- before it: otherwise the order would come back as it was. A repeated change has the place of the first, and does no harm.
SELECT orderid, product_name, quantity, price, cdc_event_type, creation_datetime
FROM (
    SELECT *, row_number() OVER (PARTITION BY orderid ORDER BY sequence DESC) AS age
    FROM orders_log
)
WHERE age = 1 AND cdc_event_type <> 'REMOVE'
