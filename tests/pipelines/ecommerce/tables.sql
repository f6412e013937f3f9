-- The table `invoices` of schemas/athena.sql, over the objects of a local run.
CREATE TABLE invoices AS
SELECT * FROM read_json(
    getvariable('out') || '/data/**/*.gz', format = 'newline_delimited', columns = getvariable('types')
);

-- The same table as `nozzle backfill` makes it of the CSV file.
CREATE TABLE imported AS
SELECT * FROM read_json(
    getvariable('here') || '/bulk/*.gz', format = 'newline_delimited', columns = getvariable('types')
);

-- The same table as Redshift has it behind redshift/merge.sql, and behind redshift/import.sql.
CREATE TABLE merged AS SELECT * FROM read_parquet(getvariable('here') || '/merged.parquet');
CREATE TABLE copied AS SELECT * FROM read_parquet(getvariable('here') || '/imported.parquet');
