-- A bulk import, in one transaction: the rows of `nozzle backfill --config bulk.toml --to s3://BUCKET/import/`, once, however often
-- this is run. Imported lines have no place in Kinesis: an import is known by its name, and done as a whole or not at all.
LOCK invoice_imports;

CREATE TEMP TABLE arriving AS SELECT * FROM invoices WHERE false;

COPY arriving (invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id, country,
    is_cancellation, country_name, region, subregion)
FROM 's3://BUCKET/import/' IAM_ROLE 'ROLE_ARN' FORMAT AS JSON 'auto' TIMEFORMAT 'auto' GZIP;

INSERT INTO invoices
SELECT * FROM arriving
WHERE NOT EXISTS (SELECT 1 FROM invoice_imports WHERE import_name = 's3://BUCKET/import/');

INSERT INTO invoice_imports
SELECT 's3://BUCKET/import/'
WHERE NOT EXISTS (SELECT 1 FROM invoice_imports WHERE import_name = 's3://BUCKET/import/');

DROP TABLE arriving;
