-- The ten products that were sold most.
SELECT stock_code, max(description) AS description, sum(quantity) AS units, sum(quantity * unit_price) AS sales
FROM invoices
WHERE NOT is_cancellation
GROUP BY stock_code
ORDER BY units DESC, stock_code
LIMIT 10
