-- Sales by hour of the day, cancelled lines taken off.
SELECT extract(hour FROM invoice_date) AS hour, count(DISTINCT invoice_no) AS invoices,
    sum(quantity * unit_price) AS sales
FROM invoices
GROUP BY extract(hour FROM invoice_date)
ORDER BY hour
