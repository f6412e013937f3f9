-- The ten highest invoices.
SELECT invoice_no, min(invoice_date) AS invoice_date, max(customer_id) AS customer_id, count(*) AS lines,
    sum(quantity * unit_price) AS total
FROM invoices
WHERE NOT is_cancellation
GROUP BY invoice_no
ORDER BY total DESC, invoice_no
LIMIT 10
