CREATE EXTERNAL TABLE `orders_log` (
  `orderid` string,
  `product_name` string COMMENT 'null in the row of a removal, as the next two',
  `quantity` int,
  `price` double,
  `cdc_event_type` string COMMENT 'INSERT, MODIFY or REMOVE',
  `creation_datetime` string COMMENT 'when the change was made: ISO 8601, UTC, whole seconds',
  `sequence` string COMMENT 'where in the stream of the table the change stands, 40 digits'
)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://BUCKET/data/'
TBLPROPERTIES ('classification' = 'json');
