-- Stream and bulk import: rows that the one has and the other has not, each as often as it stands there.
SELECT (SELECT count(*) FROM invoices) AS by_stream, (SELECT count(*) FROM imported) AS by_import,
    (SELECT count(*) FROM (SELECT * FROM invoices EXCEPT ALL SELECT * FROM imported) AS x) AS by_stream_alone,
    (SELECT count(*) FROM (SELECT * FROM imported EXCEPT ALL SELECT * FROM invoices) AS y) AS by_import_alone
