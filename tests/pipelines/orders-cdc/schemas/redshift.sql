-- Rows come in by this COPY, of which the stream is given the options: FORMAT AS JSON 'auto' TIMEFORMAT 'auto'
-- COPY "orders_log" ("orderid", "product_name", "quantity", "price", "cdc_event_type", "creation_datetime", "sequence") FROM 's3://BUCKET/MANIFEST' MANIFEST IAM_ROLE 'ROLE_ARN' FORMAT AS JSON 'auto' TIMEFORMAT 'auto';
CREATE TABLE "orders_log" (
  "orderid" VARCHAR(65535),
  "product_name" VARCHAR(65535),
  "quantity" INTEGER,
  "price" DOUBLE PRECISION,
  "cdc_event_type" VARCHAR(65535),
  "creation_datetime" VARCHAR(65535),
  "sequence" VARCHAR(65535)
);
COMMENT ON COLUMN "orders_log"."product_name" IS 'null in the row of a removal, as the next two';
COMMENT ON COLUMN "orders_log"."cdc_event_type" IS 'INSERT, MODIFY or REMOVE';
COMMENT ON COLUMN "orders_log"."creation_datetime" IS 'when the change was made: ISO 8601, UTC, whole seconds';
COMMENT ON COLUMN "orders_log"."sequence" IS 'where in the stream of the table the change stands, 40 digits';
