-- What was removed on a day, and what it had been worth: the row of a removal has the key alone, the one before it has the rest.
SELECT substr(creation_datetime, 1, 10) AS day, count(*) AS orders,
    sum(quantity_before * CAST(price_before AS decimal(10, 2))) AS worth
FROM (
    SELECT *, lag(quantity) OVER (PARTITION BY orderid ORDER BY sequence) AS quantity_before,
        lag(price) OVER (PARTITION BY orderid ORDER BY sequence) AS price_before
    FROM orders_changes
)
WHERE cdc_event_type = 'REMOVE'
GROUP BY 1
ORDER BY 1
