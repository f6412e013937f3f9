-- Sales of an hour, a day, a month and a year in which anything was sold, on average.
SELECT 'hour' AS period, count(*) AS periods, round(avg(CAST(sales AS double precision)), 2) AS mean_sales
FROM (SELECT sum(quantity * unit_price) AS sales FROM invoices GROUP BY date_trunc('hour', invoice_date)) AS hours
UNION ALL
SELECT 'day', count(*), round(avg(CAST(sales AS double precision)), 2)
FROM (SELECT sum(quantity * unit_price) AS sales FROM invoices GROUP BY date_trunc('day', invoice_date)) AS days
UNION ALL
SELECT 'month', count(*), round(avg(CAST(sales AS double precision)), 2)
FROM (SELECT sum(quantity * unit_price) AS sales FROM invoices GROUP BY date_trunc('month', invoice_date)) AS months
UNION ALL
SELECT 'year', count(*), round(avg(CAST(sales AS double precision)), 2)
FROM (SELECT sum(quantity * unit_price) AS sales FROM invoices GROUP BY date_trunc('year', invoice_date)) AS years
ORDER BY periods DESC, period
