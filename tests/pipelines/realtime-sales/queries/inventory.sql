-- What is left of each product, and whether it is time to order more.
SELECT stock.product_name, stock.delivered, coalesce(sold.pieces, 0) AS sold,
    stock.delivered - coalesce(sold.pieces, 0) AS remaining,
    stock.delivered - coalesce(sold.pieces, 0) < stock.reorder_below AS reorder
FROM stock
LEFT JOIN (
    SELECT product_name, sum(quantity) AS pieces
    FROM sales
    WHERE status NOT IN ('cancelled', 'returned')
    GROUP BY product_name
) AS sold ON sold.product_name = stock.product_name
ORDER BY stock.product_name
