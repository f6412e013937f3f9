-- The three item types of each region that earn most.
SELECT sales_region, place, item_type, profit
FROM (
    SELECT sales_region, item_type, sum(total_profit) AS profit,
        rank() OVER (PARTITION BY sales_region ORDER BY sum(total_profit) DESC) AS place
    FROM orders
    WHERE sales_region IS NOT NULL
    GROUP BY sales_region, item_type
) AS ranked
WHERE place <= 3
ORDER BY sales_region, place, item_type
