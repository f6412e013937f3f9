-- What `nozzle schema convert ticks.schema.json --as athena` writes, and the partitions of the stream's prefix, which Athena works
-- out by itself: a query with `WHERE year = 2026 AND month = 1` reads one month's objects.
CREATE EXTERNAL TABLE `ticks` (
  `ticker_name` string,
  `price` double,
  `arrival_time` timestamp COMMENT 'when Firehose took it, UTC'
)
PARTITIONED BY (`year` int, `month` int, `day` int)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://BUCKET/data/'
TBLPROPERTIES (
  'classification' = 'json',
  'projection.enabled' = 'true',
  'projection.year.type' = 'integer', 'projection.year.range' = '2026,2035',
  'projection.month.type' = 'integer', 'projection.month.range' = '1,12', 'projection.month.digits' = '2',
  'projection.day.type' = 'integer', 'projection.day.range' = '1,31', 'projection.day.digits' = '2',
  'storage.location.template' = 's3://BUCKET/data/year=${year}/month=${month}/day=${day}/'
);
