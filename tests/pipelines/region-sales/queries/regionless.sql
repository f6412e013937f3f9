-- What the region table adds: rows that name no region, and have one by their country; and countries that it does not have.
SELECT coalesce(region, '(none)') AS region_of_the_row, coalesce(sales_region, '(none)') AS region_of_the_table,
    count(*) AS orders, sum(total_revenue) AS revenue
FROM orders
WHERE region IS NULL OR sales_region IS NULL OR region <> sales_region
GROUP BY coalesce(region, '(none)'), coalesce(sales_region, '(none)')
ORDER BY region_of_the_row, region_of_the_table
