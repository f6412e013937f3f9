CREATE EXTERNAL TABLE `invoices` (
  `invoice_no` varchar(16),
  `stock_code` varchar(16),
  `description` varchar(256),
  `quantity` int,
  `invoice_date` timestamp,
  `unit_price` decimal(10,3) COMMENT 'in pounds sterling',
  `customer_id` int,
  `country` varchar(64) COMMENT 'as the shop calls it',
  `is_cancellation` boolean,
  `country_name` varchar(64),
  `region` varchar(32) COMMENT 'of UN M49',
  `subregion` varchar(64) COMMENT 'of UN M49'
)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://streaming/invoices/'
TBLPROPERTIES ('classification' = 'json');
