-- What was refused, by the reason and the column.
SELECT code, column_name, count(*) AS records
FROM rejects
GROUP BY code, column_name
ORDER BY code, column_name
