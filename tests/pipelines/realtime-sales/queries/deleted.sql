-- Orders that were deleted after they had been paid: their last state is in the trail, though the delete has nothing but the key.
SELECT before.orderid, before.customer_id, before.product_name, before.status, before.quantity * before.price AS worth,
    gone.changed_at AS deleted_at
FROM sales_trail AS gone
JOIN sales_trail AS before ON before.orderid = gone.orderid AND before.sequence < gone.sequence
WHERE gone.event = 'REMOVE' AND before.status IN ('paid', 'shipped')
    AND before.sequence = (
        SELECT max(sequence) FROM sales_trail AS last
        WHERE last.orderid = gone.orderid AND last.sequence < gone.sequence
    )
ORDER BY before.orderid
