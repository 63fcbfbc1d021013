-- A refund that fails later brings a payment back that had kept no money. By then its order may have another payment, and both are
-- facts: the one that came back is no second checkout.
ALTER TABLE payment ADD COLUMN came_back_at timestamptz;
DROP INDEX payment_live_order;
CREATE UNIQUE INDEX payment_live_order ON payment (order_id)
  WHERE status IN ('PENDING', 'PROCESSING', 'COMPLETED', 'PARTIALLY_REFUNDED') AND came_back_at IS NULL;
