-- Athena's table `sales_log` and views, and the table `stock`, over the objects of a local run.
CREATE TABLE sales_log AS
SELECT * FROM read_json(
    getvariable('out') || '/data/**/*.gz', format = 'newline_delimited', columns = getvariable('types'),
    hive_partitioning = false
);

CREATE VIEW sales_trail AS
SELECT DISTINCT * FROM sales_log;

SET VARIABLE latest = (SELECT content FROM read_text(getvariable('here') || '/latest.sql'));
CREATE TABLE sales AS FROM query(getvariable('latest'));

CREATE TABLE stock AS FROM read_csv(getvariable('here') || '/stock.csv');
