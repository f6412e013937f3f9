-- The tables from the raw lines, by DuckDB alone, behind check.sql.
CREATE VIEW orders AS SELECT * FROM expected_rows;
CREATE TABLE refused AS SELECT * FROM judged WHERE ragged OR misfit IS NOT NULL;
CREATE TABLE rejects AS
SELECT CASE WHEN ragged THEN 'field-count' ELSE 'mistyped-column' END AS code,
    CASE WHEN ragged THEN '' ELSE misfit END AS column_name
FROM refused;
