-- Sales by the customer's part of the world.
SELECT region, subregion, count(DISTINCT country_name) AS countries, count(*) AS lines,
    sum(quantity * unit_price) AS sales
FROM invoices
GROUP BY region, subregion
ORDER BY region NULLS LAST, subregion NULLS LAST
