-- The product service: its products and what payments hold of them.
CREATE SCHEMA IF NOT EXISTS product_service;

CREATE TABLE product_service.product (
  product_id text PRIMARY KEY CHECK (product_id <> ''),
  name text NOT NULL,
  delivered bigint NOT NULL DEFAULT 1000 CHECK (delivered >= 0)
);

CREATE TABLE product_service.reservation (
  payment_id text PRIMARY KEY,
  order_id text NOT NULL,
  status text NOT NULL CHECK (status IN ('RESERVED', 'DEDUCTED', 'RELEASED', 'RESTOCKED')),
  payment_sequence bigint NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX reservation_of_order ON product_service.reservation (order_id);

CREATE TABLE product_service.reservation_line (
  payment_id text NOT NULL REFERENCES product_service.reservation,
  product_id text NOT NULL REFERENCES product_service.product,
  quantity bigint NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (payment_id, product_id)
);

CREATE INDEX reservation_line_of_product ON product_service.reservation_line (product_id);

-- Stock is what was delivered less what reservations hold: no counter can drift from them,
-- and it does not matter in which order a payment's events come in.
CREATE VIEW product_service.product_document AS
SELECT
  product.product_id,
  json_build_object(
    'productId', product.product_id,
    'productName', product.name,
    'stock', product.delivered - held.deducted,
    'reserved', held.reserved,
    'available', product.delivered - held.deducted - held.reserved
  ) AS document
FROM product_service.product
CROSS JOIN LATERAL (
  SELECT
    coalesce(sum(line.quantity) FILTER (WHERE reservation.status = 'RESERVED'), 0) AS reserved,
    coalesce(sum(line.quantity) FILTER (WHERE reservation.status = 'DEDUCTED'), 0) AS deducted
  FROM product_service.reservation_line AS line
  JOIN product_service.reservation USING (payment_id)
  WHERE line.product_id = product.product_id
) AS held;

CREATE VIEW product_service.reservation_document AS
SELECT
  reservation.order_id,
  reservation.updated_at,
  json_build_object(
    'paymentId', reservation.payment_id,
    'orderId', reservation.order_id,
    'status', reservation.status,
    'items', coalesce(
      (
        SELECT json_agg(
          json_build_object('productId', line.product_id, 'quantity', line.quantity)
          ORDER BY line.product_id)
        FROM product_service.reservation_line AS line
        WHERE line.payment_id = reservation.payment_id
      ),
      '[]')
  ) AS document
FROM product_service.reservation;

CREATE TABLE product_service.inbox (
  event_id text PRIMARY KEY,
  received_at timestamptz NOT NULL DEFAULT now()
);

INSERT INTO product_service.product (product_id, name)
VALUES ('sku-1', 'Mug'), ('sku-2', 'T-shirt'), ('sku-3', 'Poster');
