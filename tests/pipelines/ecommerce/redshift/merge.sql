-- What redshift.yaml's schedule runs, in one transaction: staged lines to the table, each record of Kinesis once. Firehose's COPY
-- may bring an object twice, and Firehose a record twice; both bring the same place in Kinesis again. Values are not compared:
-- two lines of an invoice may be the same in every column.
LOCK invoices_staging;

CREATE TEMP TABLE staged AS
SELECT invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id, country,
    is_cancellation, country_name, region, subregion, source_sequence
FROM (
    SELECT *, row_number() OVER (PARTITION BY source_sequence ORDER BY invoice_no) AS delivery FROM invoices_staging
) AS numbered
WHERE delivery = 1;

MERGE INTO invoices USING staged ON invoices.source_sequence = staged.source_sequence
WHEN MATCHED THEN UPDATE SET source_sequence = staged.source_sequence
WHEN NOT MATCHED THEN INSERT (
    invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id, country,
    is_cancellation, country_name, region, subregion, source_sequence
) VALUES (
    staged.invoice_no, staged.stock_code, staged.description, staged.quantity, staged.invoice_date, staged.unit_price,
    staged.customer_id, staged.country, staged.is_cancellation, staged.country_name, staged.region, staged.subregion,
    staged.source_sequence
);

DELETE FROM invoices_staging;
