-- Rows come in by this COPY, of which the stream is given the options: FORMAT AS JSON 'auto' TIMEFORMAT 'auto'
-- COPY "sales" ("region", "country", "item_type", "sales_channel", "order_priority", "order_date", "order_id", "ship_date", "units_sold", "unit_price", "unit_cost", "total_revenue", "total_cost", "total_profit", "country_code", "country_name", "sales_region", "subregion") FROM 's3://BUCKET/MANIFEST' MANIFEST IAM_ROLE 'ROLE_ARN' FORMAT AS JSON 'auto' TIMEFORMAT 'auto';
CREATE TABLE "sales" (
  "region" VARCHAR(65535),
  "country" VARCHAR(65535),
  "item_type" VARCHAR(65535),
  "sales_channel" VARCHAR(65535),
  "order_priority" VARCHAR(65535),
  "order_date" DATE,
  "order_id" BIGINT,
  "ship_date" DATE,
  "units_sold" INTEGER,
  "unit_price" DECIMAL(10,2),
  "unit_cost" DECIMAL(10,2),
  "total_revenue" DECIMAL(14,2),
  "total_cost" DECIMAL(14,2),
  "total_profit" DECIMAL(14,2),
  "country_code" VARCHAR(65535),
  "country_name" VARCHAR(65535),
  "sales_region" VARCHAR(65535),
  "subregion" VARCHAR(65535)
);
COMMENT ON COLUMN "sales"."region" IS 'as the row says';
COMMENT ON COLUMN "sales"."country" IS 'as the row says';
COMMENT ON COLUMN "sales"."country_code" IS 'ISO 3166-1 alpha-2';
COMMENT ON COLUMN "sales"."sales_region" IS 'of the region data';
COMMENT ON COLUMN "sales"."subregion" IS 'of UN M49';
