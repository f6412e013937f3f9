-- What became of one order, in the six columns that the crawler's classifier names.
SELECT orderid, product_name, quantity, price, cdc_event_type, creation_datetime
FROM orders_changes
WHERE orderid = '4003'
ORDER BY sequence
