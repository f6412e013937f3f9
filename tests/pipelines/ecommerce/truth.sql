-- The tables from the raw lines, by DuckDB alone, behind check.sql.
CREATE TABLE invoices AS SELECT * FROM expected_rows;
CREATE VIEW imported AS SELECT * FROM invoices;
CREATE TABLE refused AS SELECT * FROM judged WHERE missing IS NOT NULL OR misfit IS NOT NULL;
CREATE VIEW merged AS SELECT * FROM invoices;
CREATE VIEW copied AS SELECT * FROM invoices;
