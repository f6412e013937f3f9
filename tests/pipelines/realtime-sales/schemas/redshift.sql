-- Rows come in by this COPY, of which the stream is given the options: FORMAT AS JSON 'auto' TIMEFORMAT 'auto'
-- COPY "sales_log" ("orderid", "customer_id", "product_name", "quantity", "price", "status", "coupon", "ordered_at", "event", "changed_at", "sequence") FROM 's3://BUCKET/MANIFEST' MANIFEST IAM_ROLE 'ROLE_ARN' FORMAT AS JSON 'auto' TIMEFORMAT 'auto';
CREATE TABLE "sales_log" (
  "orderid" VARCHAR(65535),
  "customer_id" VARCHAR(65535),
  "product_name" VARCHAR(65535),
  "quantity" INTEGER,
  "price" DECIMAL(10,2),
  "status" VARCHAR(65535),
  "coupon" VARCHAR(65535),
  "ordered_at" TIMESTAMP,
  "event" VARCHAR(65535),
  "changed_at" TIMESTAMP,
  "sequence" VARCHAR(65535)
);
COMMENT ON COLUMN "sales_log"."customer_id" IS 'null in the row of a removal, as all up to ordered_at';
COMMENT ON COLUMN "sales_log"."status" IS 'new, paid, shipped, returned or cancelled';
COMMENT ON COLUMN "sales_log"."ordered_at" IS 'UTC';
COMMENT ON COLUMN "sales_log"."event" IS 'INSERT, MODIFY or REMOVE';
COMMENT ON COLUMN "sales_log"."changed_at" IS 'UTC, whole seconds';
COMMENT ON COLUMN "sales_log"."sequence" IS 'where in the stream of the table the change stands, 40 digits';
