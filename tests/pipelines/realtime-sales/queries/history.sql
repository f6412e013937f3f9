-- What became of the order that changed most, change by change.
SELECT orderid, quantity, status, event, changed_at
FROM sales_trail
WHERE orderid = (SELECT orderid FROM sales_trail GROUP BY orderid ORDER BY count(*) DESC, orderid LIMIT 1)
ORDER BY sequence
