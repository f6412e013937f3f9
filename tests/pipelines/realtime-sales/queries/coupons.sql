-- What coupons bring: orders that stand and are not cancelled or returned.
SELECT coupon, count(*) AS orders, sum(quantity * price) AS revenue
FROM sales
WHERE status NOT IN ('cancelled', 'returned')
GROUP BY coupon
ORDER BY coupon NULLS LAST
