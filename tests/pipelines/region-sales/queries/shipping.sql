-- Days from order to shipment, by priority.
SELECT order_priority, count(*) AS orders, min(date_diff('day', order_date, ship_date)) AS shortest,
    round(avg(date_diff('day', order_date, ship_date)), 2) AS mean, max(date_diff('day', order_date, ship_date)) AS longest,
    count(*) FILTER (WHERE date_diff('day', order_date, ship_date) <= 7) AS within_a_week
FROM orders
GROUP BY order_priority
ORDER BY order_priority
