-- Redshift's table behind staging and MERGE, every load of which came twice, and behind an import that was run twice: rows
-- that differ from those of the stream.
SELECT (SELECT count(*) FROM merged) AS merged, (SELECT count(*) FROM copied) AS copied,
    (SELECT count(*) FROM (SELECT * FROM invoices EXCEPT ALL SELECT * FROM merged) AS a)
        + (SELECT count(*) FROM (SELECT * FROM merged EXCEPT ALL SELECT * FROM invoices) AS b) AS merged_otherwise,
    (SELECT count(*) FROM (SELECT * FROM invoices EXCEPT ALL SELECT * FROM copied) AS c)
        + (SELECT count(*) FROM (SELECT * FROM copied EXCEPT ALL SELECT * FROM invoices) AS d) AS copied_otherwise
