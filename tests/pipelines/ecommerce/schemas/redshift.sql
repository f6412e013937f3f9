-- Rows come in by this COPY, of which the stream is given the options: FORMAT AS JSON 'auto' TIMEFORMAT 'auto'
-- COPY "invoices" ("invoice_no", "stock_code", "description", "quantity", "invoice_date", "unit_price", "customer_id", "country", "is_cancellation", "country_name", "region", "subregion") FROM 's3://BUCKET/MANIFEST' MANIFEST IAM_ROLE 'ROLE_ARN' FORMAT AS JSON 'auto' TIMEFORMAT 'auto';
CREATE TABLE "invoices" (
  "invoice_no" VARCHAR(16),
  "stock_code" VARCHAR(16),
  "description" VARCHAR(256),
  "quantity" INTEGER,
  "invoice_date" TIMESTAMP,
  "unit_price" DECIMAL(10,3),
  "customer_id" INTEGER,
  "country" VARCHAR(64),
  "is_cancellation" BOOLEAN,
  "country_name" VARCHAR(64),
  "region" VARCHAR(32),
  "subregion" VARCHAR(64)
);
COMMENT ON COLUMN "invoices"."unit_price" IS 'in pounds sterling';
COMMENT ON COLUMN "invoices"."country" IS 'as the shop calls it';
COMMENT ON COLUMN "invoices"."region" IS 'of UN M49';
COMMENT ON COLUMN "invoices"."subregion" IS 'of UN M49';
