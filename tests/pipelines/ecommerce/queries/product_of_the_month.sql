-- The product that was sold most in each month.
SELECT month, stock_code, units
FROM (
    SELECT date_trunc('month', invoice_date) AS month, stock_code, sum(quantity) AS units,
        row_number() OVER (
            PARTITION BY date_trunc('month', invoice_date) ORDER BY sum(quantity) DESC, stock_code
        ) AS place
    FROM invoices
    WHERE NOT is_cancellation
    GROUP BY date_trunc('month', invoice_date), stock_code
) AS ranked
WHERE place = 1
ORDER BY month
