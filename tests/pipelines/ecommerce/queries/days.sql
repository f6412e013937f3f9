-- Sales of each day of a month.
SELECT date_trunc('day', invoice_date) AS day, count(DISTINCT invoice_no) AS invoices,
    sum(quantity * unit_price) AS sales
FROM invoices
WHERE invoice_date >= TIMESTAMP '2011-11-01 00:00:00' AND invoice_date < TIMESTAMP '2011-12-01 00:00:00'
GROUP BY date_trunc('day', invoice_date)
ORDER BY day
