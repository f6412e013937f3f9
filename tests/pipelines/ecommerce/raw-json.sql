-- The lines that the shop's API sends.
CREATE TABLE raw AS
SELECT * FROM read_json(
    getvariable('raw'), format = 'newline_delimited',
    columns = {
        'InvoiceNo': 'VARCHAR', 'StockCode': 'VARCHAR', 'Description': 'VARCHAR', 'Quantity': 'VARCHAR',
        'InvoiceDate': 'VARCHAR', 'UnitPrice': 'VARCHAR', 'CustomerID': 'VARCHAR', 'Country': 'VARCHAR'
    }
);
