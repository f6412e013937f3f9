-- Athena's table `orders_log` and views of schemas/athena.sql, over the objects of a local run.
CREATE TABLE orders_log AS
SELECT * FROM read_json(
    getvariable('out') || '/data/**/*.gz', format = 'newline_delimited', columns = getvariable('types'),
    hive_partitioning = false
);

CREATE VIEW orders_changes AS
SELECT DISTINCT * FROM orders_log;

SET VARIABLE latest = (SELECT content FROM read_text(getvariable('here') || '/latest.sql'));
CREATE TABLE orders_now AS FROM query(getvariable('latest'));
