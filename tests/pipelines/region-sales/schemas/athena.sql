CREATE EXTERNAL TABLE `sales` (
  `region` string COMMENT 'as the row says',
  `country` string COMMENT 'as the row says',
  `item_type` string,
  `sales_channel` string,
  `order_priority` string,
  `order_date` date,
  `order_id` bigint,
  `ship_date` date,
  `units_sold` int,
  `unit_price` decimal(10,2),
  `unit_cost` decimal(10,2),
  `total_revenue` decimal(14,2),
  `total_cost` decimal(14,2),
  `total_profit` decimal(14,2),
  `country_code` string COMMENT 'ISO 3166-1 alpha-2',
  `country_name` string,
  `sales_region` string COMMENT 'of the region data',
  `subregion` string COMMENT 'of UN M49'
)
STORED AS PARQUET
LOCATION 's3://streaming/processed/'
TBLPROPERTIES ('classification' = 'parquet');
