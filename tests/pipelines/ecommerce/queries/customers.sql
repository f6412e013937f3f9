-- The ten customers who spent most: how often they came, and when last.
SELECT customer_id, max(country_name) AS country, count(DISTINCT invoice_no) AS invoices,
    max(invoice_date) AS last_invoice, sum(quantity * unit_price) AS spent
FROM invoices
WHERE customer_id IS NOT NULL
GROUP BY customer_id
ORDER BY spent DESC, customer_id
LIMIT 10
