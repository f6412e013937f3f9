-- A customer's invoices: the one who has most of them.
SELECT customer_id, invoice_no, min(invoice_date) AS invoice_date, count(*) AS lines, sum(quantity * unit_price) AS total
FROM invoices
WHERE customer_id = (
    SELECT customer_id FROM invoices WHERE customer_id IS NOT NULL
    GROUP BY customer_id ORDER BY count(DISTINCT invoice_no) DESC, customer_id LIMIT 1
)
GROUP BY customer_id, invoice_no
ORDER BY invoice_date, invoice_no
