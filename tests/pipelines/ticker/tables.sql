-- Athena's table `ticks` of schemas/athena.sql, over the objects of a local run.
CREATE TABLE delivered AS
SELECT * FROM read_json(
    getvariable('out') || '/data/**/*.gz', format = 'newline_delimited', columns = getvariable('types'),
    hive_partitioning = false
);

-- A local run sends a round of ticks every few milliseconds; its queries are those of a round a minute.
CREATE TABLE ticks AS
SELECT ticker_name, price,
    TIMESTAMP '2026-01-05 08:59:00' + dense_rank() OVER (ORDER BY arrival_time) * INTERVAL 1 MINUTE AS arrival_time
FROM delivered;
