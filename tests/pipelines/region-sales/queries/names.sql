-- Countries that rows name in more than one way: one name and code each by the region table.
SELECT country_name, country_code, count(DISTINCT country) AS names, count(*) AS orders
FROM orders
WHERE country_code IS NOT NULL
GROUP BY country_name, country_code
HAVING count(DISTINCT country) > 1
ORDER BY country_name
