-- The same tables from what the shop wrote, by DuckDB alone: its changes in the order in which it made them, tidied.
CREATE TABLE written AS
SELECT number, made_at, event AS kind, unnest(item)
FROM read_json(
    getvariable('raw'), format = 'newline_delimited', columns = {
        'number': 'INTEGER', 'made_at': 'TIMESTAMP', 'event': 'VARCHAR',
        'item': 'STRUCT(orderid VARCHAR, customer_id VARCHAR, product_name VARCHAR, quantity INTEGER,
            price DECIMAL(10, 2), status VARCHAR, coupon VARCHAR, ordered_at TIMESTAMP)'
    }
);

CREATE TABLE sales_trail AS
SELECT orderid, upper(trim(customer_id)) AS customer_id, trim(product_name) AS product_name, quantity, price,
    lower(trim(status)) AS status,
    CASE WHEN trim(coupon) NOT IN ('', 'N/A', '-') THEN trim(coupon) END AS coupon,
    ordered_at, kind AS event, made_at AS changed_at, lpad(number::VARCHAR, 40, '0') AS sequence
FROM written;

CREATE TABLE sales AS
SELECT * EXCLUDE (event, sequence)
FROM sales_trail AS change
WHERE event <> 'REMOVE'
    AND NOT EXISTS (FROM sales_trail AS later WHERE later.orderid = change.orderid AND later.sequence > change.sequence);

CREATE TABLE stock AS FROM read_csv(getvariable('here') || '/stock.csv');
