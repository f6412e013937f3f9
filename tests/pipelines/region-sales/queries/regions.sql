-- Revenue and profit of each region and subregion.
SELECT sales_region, subregion, count(*) AS orders, sum(units_sold) AS units, sum(total_revenue) AS revenue,
    sum(total_profit) AS profit,
    round(100 * CAST(sum(total_profit) AS double precision) / CAST(sum(total_revenue) AS double precision), 2) AS margin_percent
FROM orders
GROUP BY sales_region, subregion
ORDER BY sales_region NULLS LAST, subregion NULLS LAST
