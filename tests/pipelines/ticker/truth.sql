-- The table `ticks` from what the producer sent, by DuckDB alone: each round, a minute, begins with Index_1.
CREATE TABLE ticks AS
SELECT TickerName AS ticker_name, Price AS price,
    TIMESTAMP '2026-01-05 08:59:00' + count(*) FILTER (WHERE TickerName = 'Index_1') OVER (ORDER BY line) * INTERVAL 1 MINUTE
        AS arrival_time
FROM (
    SELECT *, row_number() OVER () AS line
    FROM read_json(
        getvariable('raw'), format = 'newline_delimited', columns = {'TickerName': 'VARCHAR', 'Price': 'DOUBLE'}
    )
);
