-- Revenue and profit of each region by month, of one year.
SELECT sales_region, date_trunc('month', order_date) AS month, sum(total_revenue) AS revenue,
    sum(total_profit) AS profit
FROM orders
WHERE order_date >= DATE '2016-01-01' AND order_date < DATE '2017-01-01'
GROUP BY sales_region, date_trunc('month', order_date)
ORDER BY sales_region NULLS LAST, month
