-- What ecommerce has to make of its raw lines, by DuckDB alone. raw-json.sql or raw-csv.sql has read them.

CREATE MACRO whole(field) AS
CASE WHEN regexp_full_match(field, '-?[0-9]+([.]0+)?') THEN try_cast(field AS INTEGER) END;
-- Nothing is rounded: what has more than three digits behind its point is no amount.
CREATE MACRO amount(field) AS
CASE WHEN regexp_full_match(field, '-?[0-9]+([.][0-9]{1,3})?') THEN try_cast(field AS DECIMAL(10, 3)) END;
CREATE MACRO minute(field) AS
coalesce(try_strptime(field, '%m/%d/%Y %H:%M'), try_strptime(field, '%Y-%m-%d %H:%M:%S'));

-- What is wrong with a line, by its first column that is missing or does not fit.
CREATE VIEW judged AS
SELECT *,
    CASE
        WHEN InvoiceNo IS NULL THEN 'invoiceno'
        WHEN StockCode IS NULL THEN 'stockcode'
        WHEN Quantity IS NULL THEN 'quantity'
        WHEN InvoiceDate IS NULL THEN 'invoicedate'
        WHEN UnitPrice IS NULL THEN 'unitprice'
    END AS missing,
    CASE
        WHEN whole(Quantity) IS NULL THEN 'quantity'
        WHEN minute(InvoiceDate) IS NULL THEN 'invoicedate'
        WHEN amount(UnitPrice) IS NULL THEN 'unitprice'
        WHEN CustomerID IS NOT NULL AND whole(CustomerID) IS NULL THEN 'customerid'
    END AS misfit
FROM raw;

CREATE VIEW expected_rejects AS
SELECT code, "column", count(*) AS n
FROM (
    SELECT 'missing-column' AS code, missing AS "column" FROM judged WHERE missing IS NOT NULL
    UNION ALL
    SELECT 'mistyped-column', misfit FROM judged WHERE missing IS NULL AND misfit IS NOT NULL
)
GROUP BY ALL;

CREATE TABLE names AS
SELECT normalised(name) AS name, alpha_2
FROM read_csv(getvariable('tables') || '/country-names.csv', header = true, all_varchar = true);
CREATE TABLE places AS
SELECT normalised(alpha_2) AS code, name, region, subregion
FROM read_csv(getvariable('tables') || '/countries.csv', header = true, all_varchar = true)
UNION ALL
SELECT normalised(alpha_2), name, region, subregion FROM read_json(getvariable('here') || '/other-places.jsonl');

CREATE VIEW expected_rows AS
SELECT
    InvoiceNo AS invoice_no, StockCode AS stock_code, Description AS description, whole(Quantity) AS quantity,
    minute(InvoiceDate) AS invoice_date, amount(UnitPrice) AS unit_price, whole(CustomerID) AS customer_id,
    Country AS country, InvoiceNo[1] = 'C' AS is_cancellation,
    places.name AS country_name, region, subregion
FROM judged
LEFT JOIN names ON names.name = normalised(judged.Country)
LEFT JOIN places ON places.code = coalesce(normalised(names.alpha_2), normalised(judged.Country))
WHERE missing IS NULL AND misfit IS NULL;

CREATE MACRO totals(rows) AS TABLE
SELECT region, count(*) AS lines, count(DISTINCT invoice_no) AS invoices, sum(quantity) AS units,
    sum(quantity * unit_price) AS revenue, count(*) FILTER (is_cancellation) AS cancelled_lines,
    sum(quantity * unit_price) FILTER (is_cancellation) AS cancelled
FROM query_table(rows) GROUP BY ALL;
