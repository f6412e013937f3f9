-- The lines of the shop's CSV file. A field that is empty is null.
CREATE TABLE raw AS
SELECT * FROM read_csv(
    getvariable('raw'), header = true, delim = ',', quote = '"', escape = '"', auto_detect = false, nullstr = '',
    columns = {
        'InvoiceNo': 'VARCHAR', 'StockCode': 'VARCHAR', 'Description': 'VARCHAR', 'Quantity': 'VARCHAR',
        'InvoiceDate': 'VARCHAR', 'UnitPrice': 'VARCHAR', 'CustomerID': 'VARCHAR', 'Country': 'VARCHAR'
    }
);
