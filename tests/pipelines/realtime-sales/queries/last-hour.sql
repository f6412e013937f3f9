-- What happened in the last hour before the latest change.
SELECT changed_at, event, count(*) AS changes, count(DISTINCT orderid) AS orders
FROM sales_trail
WHERE changed_at > (SELECT max(changed_at) FROM sales_trail) - INTERVAL '1' HOUR
GROUP BY changed_at, event
ORDER BY changed_at, event
