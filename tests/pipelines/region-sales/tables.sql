-- Athena's table `sales` of schemas/athena.sql, over the Parquet of a local run.
CREATE TABLE sales AS
SELECT * FROM read_parquet(getvariable('out') || '/processed/**/*.parquet', hive_partitioning = false);

-- The view of schemas/orders.sql.
CREATE VIEW orders AS SELECT DISTINCT * FROM sales;

-- What `nozzle run` says of the objects under backup/; a record that came twice is one.
CREATE TABLE rejects AS
SELECT DISTINCT replace(errorCode, 'plugin.failed/', '') AS code,
    regexp_replace(lower(regexp_extract(errorMessage, '`(.*?)`', 1)), '[^a-z0-9]', '', 'g') AS column_name, rawData
FROM read_json(
    getvariable('here') || '/rejects/*.errors', format = 'newline_delimited',
    columns = {'errorCode': 'VARCHAR', 'errorMessage': 'VARCHAR', 'rawData': 'VARCHAR'}
)
ANTI JOIN poison USING (rawData);
