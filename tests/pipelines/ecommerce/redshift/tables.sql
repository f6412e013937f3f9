-- The tables of the warehouse: the lines, those that COPY has brought and no MERGE has taken yet, and the imports that were done.
-- The first is what `nozzle schema convert redshift/invoices.schema.json --for redshift --as redshift` writes.
CREATE TABLE invoices (
    invoice_no VARCHAR(16),
    stock_code VARCHAR(16),
    description VARCHAR(256),
    quantity INTEGER,
    invoice_date TIMESTAMP,
    unit_price DECIMAL(10,3),
    customer_id INTEGER,
    country VARCHAR(64),
    is_cancellation BOOLEAN,
    country_name VARCHAR(64),
    region VARCHAR(32),
    subregion VARCHAR(64),
    source_sequence VARCHAR(80)
);
CREATE TABLE invoices_staging AS SELECT * FROM invoices WHERE false;
CREATE TABLE invoice_imports (import_name VARCHAR(256));
