CREATE TABLE invoices (
  invoice_no varchar(16),
  stock_code varchar(16),
  description varchar(256),
  quantity integer,
  invoice_date timestamp,
  unit_price decimal(10,3),
  customer_id integer,
  country varchar(64),
  is_cancellation boolean,
  country_name varchar(64),
  region varchar(32),
  subregion varchar(64)
);
