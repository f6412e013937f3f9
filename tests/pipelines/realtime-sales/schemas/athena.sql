CREATE EXTERNAL TABLE `sales_log` (
  `orderid` string,
  `customer_id` string COMMENT 'null in the row of a removal, as all up to ordered_at',
  `product_name` string,
  `quantity` int,
  `price` decimal(10,2),
  `status` string COMMENT 'new, paid, shipped, returned or cancelled',
  `coupon` string,
  `ordered_at` timestamp COMMENT 'UTC',
  `event` string COMMENT 'INSERT, MODIFY or REMOVE',
  `changed_at` timestamp COMMENT 'UTC, whole seconds',
  `sequence` string COMMENT 'where in the stream of the table the change stands, 40 digits'
)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://BUCKET/data/'
TBLPROPERTIES ('classification' = 'json');
