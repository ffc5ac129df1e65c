-- A small shop that takes cards. Nothing here is real: the card numbers are the networks' published test numbers, which pass
-- the Luhn check and can never be charged, and the people are made up.
CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL UNIQUE,
    phone text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers,
    item text NOT NULL,
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    currency char(3) NOT NULL DEFAULT 'EUR',
    placed_at timestamptz NOT NULL
);

CREATE TABLE payments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders,
    pan text NOT NULL CHECK (pan ~ '^[0-9]{13,19}$'),
    cardholder text NOT NULL,
    expiry char(5) NOT NULL,
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    status text NOT NULL CHECK (status IN ('AUTHORISED', 'CAPTURED', 'DECLINED')),
    paid_at timestamptz NOT NULL
);

CREATE TABLE refunds (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders,
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    reason text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- In no grant: what a session must not be able to read.
CREATE TABLE staff_salaries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    salary_cents bigint NOT NULL
);

INSERT INTO customers (name, email, phone, created_at)
SELECT name, lower(split_part(name, ' ', 1)) || '@customer.example', '+1-202-555-01' || lpad(n::text, 2, '0'),
       timestamptz '2026-01-05 09:00+00' + n * interval '3 days'
FROM unnest(ARRAY['Ada Example', 'Bela Sample', 'Chidi Placeholder', 'Dunja Fiction', 'Emil Nobody', 'Farah Invented',
                  'Gita Specimen', 'Hugo Pretend', 'Ines Imaginary', 'Jonas Madeup']) WITH ORDINALITY AS t(name, n)
ORDER BY n;

INSERT INTO orders (customer_id, item, amount_cents, placed_at)
SELECT 1 + (n * 7) % 10, (ARRAY['Kettle', 'Desk lamp', 'Bicycle bell', 'Rain coat', 'Chess set'])[1 + n % 5],
       990 + (n * 1237) % 18000, timestamptz '2026-03-01 08:30+00' + n * interval '19 hours'
FROM generate_series(1, 30) AS n
ORDER BY n;

INSERT INTO payments (order_id, pan, cardholder, expiry, amount_cents, status, paid_at)
SELECT o.id, (ARRAY['4111111111111111', '4242424242424242', '4012888888881881', '5555555555554444', '5105105105105100',
                    '2223003122003222', '378282246310005', '371449635398431', '6011111111111117', '3530111333300000',
                    '30569309025904', '4222222222222'])[1 + o.id % 12],
       upper(c.name), '12/30', o.amount_cents,
       CASE WHEN o.id % 11 = 0 THEN 'DECLINED' WHEN o.id % 6 = 0 THEN 'AUTHORISED' ELSE 'CAPTURED' END,
       o.placed_at + interval '2 minutes'
FROM orders AS o JOIN customers AS c ON c.id = o.customer_id
ORDER BY o.id;

INSERT INTO refunds (order_id, amount_cents, reason, created_at)
SELECT o.id, o.amount_cents, (ARRAY['damaged', 'late', 'wrong item'])[1 + o.id % 3], o.placed_at + interval '5 days'
FROM orders AS o
WHERE o.id % 7 = 0
ORDER BY o.id;

INSERT INTO staff_salaries (name, salary_cents)
VALUES ('Kim Clerk', 4200000), ('Lou Manager', 6100000), ('Mo Auditor', 5800000);
