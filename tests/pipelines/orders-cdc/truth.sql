-- The same tables from what the application wrote, by DuckDB alone: its changes in the order in which it made them.
CREATE TABLE written AS
SELECT number, made_at, event, unnest(item)
FROM read_json(
    getvariable('raw'), format = 'newline_delimited', columns = {
        'number': 'INTEGER', 'made_at': 'VARCHAR', 'event': 'VARCHAR',
        'item': 'STRUCT(orderid VARCHAR, product_name VARCHAR, quantity INTEGER, price DOUBLE)'
    }
);

CREATE TABLE orders_changes AS
SELECT orderid, product_name, quantity, price, event AS cdc_event_type, made_at AS creation_datetime,
    lpad(number::VARCHAR, 40, '0') AS sequence
FROM written;

CREATE TABLE orders_now AS
SELECT orderid, product_name, quantity, price, event AS cdc_event_type, made_at AS creation_datetime
FROM written AS change
WHERE event <> 'REMOVE'
    AND NOT EXISTS (FROM written AS later WHERE later.orderid = change.orderid AND later.number > change.number);
