-- Sales of each month, and what of them was cancelled.
SELECT date_trunc('month', invoice_date) AS month, count(DISTINCT invoice_no) AS invoices, sum(quantity) AS units,
    sum(quantity * unit_price) AS sales,
    sum(CASE WHEN is_cancellation THEN quantity * unit_price END) AS cancelled
FROM invoices
GROUP BY date_trunc('month', invoice_date)
ORDER BY month
