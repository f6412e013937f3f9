-- Lines that are the same in every column: an invoice may list an item twice, and all of them count.
SELECT count(*) AS different_lines, sum(times) AS lines, sum(times) - count(*) AS more_than_once
FROM (
    SELECT count(*) AS times FROM invoices
    GROUP BY invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id, country
) AS counted
