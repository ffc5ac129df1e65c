-- The same small shop as card-payments.sql, as MariaDB spells it. Nothing here is real: the card numbers are the networks'
-- published test numbers, which pass the Luhn check and can never be charged, and the people are made up.
CREATE TABLE customers (
    id bigint AUTO_INCREMENT PRIMARY KEY,
    name varchar(100) NOT NULL,
    email varchar(100) NOT NULL UNIQUE,
    phone varchar(30) NOT NULL,
    created_at timestamp NOT NULL DEFAULT current_timestamp
);

CREATE TABLE orders (
    id bigint AUTO_INCREMENT PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers (id),
    item varchar(100) NOT NULL,
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    currency char(3) NOT NULL DEFAULT 'EUR',
    placed_at timestamp NOT NULL DEFAULT current_timestamp
);

CREATE TABLE payments (
    id bigint AUTO_INCREMENT PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders (id),
    pan varchar(30) NOT NULL CHECK (pan REGEXP '^[0-9]{13,19}$'),
    cardholder varchar(100) NOT NULL,
    expiry char(5) NOT NULL,
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    status varchar(20) NOT NULL CHECK (status IN ('AUTHORISED', 'CAPTURED', 'DECLINED')),
    paid_at timestamp NOT NULL DEFAULT current_timestamp,
    KEY by_status (status),
    KEY by_pan (pan)
);

CREATE TABLE refunds (
    id bigint AUTO_INCREMENT PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders (id),
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    reason varchar(200) NOT NULL,
    created_at timestamp NOT NULL DEFAULT current_timestamp
);

-- In no grant: what a session must not be able to read.
CREATE TABLE staff_salaries (
    id bigint AUTO_INCREMENT PRIMARY KEY,
    name varchar(100) NOT NULL,
    salary_cents bigint NOT NULL
);

INSERT INTO customers (name, email, phone, created_at)
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 10),
    named AS (SELECT i, ELT(i, 'Ada Example', 'Bela Sample', 'Chidi Placeholder', 'Dunja Fiction', 'Emil Nobody', 'Farah Invented',
                            'Gita Specimen', 'Hugo Pretend', 'Ines Imaginary', 'Jonas Madeup') AS name FROM n)
SELECT name, CONCAT(LOWER(SUBSTRING_INDEX(name, ' ', 1)), '@customer.example'), CONCAT('+1-202-555-01', LPAD(i, 2, '0')),
       TIMESTAMP'2026-01-05 09:00:00' + INTERVAL 3 * i DAY
FROM named ORDER BY i;

INSERT INTO orders (customer_id, item, amount_cents, placed_at)
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 30)
SELECT 1 + (i * 7) % 10, ELT(1 + i % 5, 'Kettle', 'Desk lamp', 'Bicycle bell', 'Rain coat', 'Chess set'),
       990 + (i * 1237) % 18000, TIMESTAMP'2026-03-01 08:30:00' + INTERVAL 19 * i HOUR
FROM n ORDER BY i;

INSERT INTO payments (order_id, pan, cardholder, expiry, amount_cents, status, paid_at)
SELECT o.id, ELT(1 + o.id % 12, '4111111111111111', '4242424242424242', '4012888888881881', '5555555555554444',
                 '5105105105105100', '2223003122003222', '378282246310005', '371449635398431', '6011111111111117',
                 '3530111333300000', '30569309025904', '4222222222222'),
       UPPER(c.name), '12/30', o.amount_cents,
       CASE WHEN o.id % 11 = 0 THEN 'DECLINED' WHEN o.id % 6 = 0 THEN 'AUTHORISED' ELSE 'CAPTURED' END,
       o.placed_at + INTERVAL 2 MINUTE
FROM orders AS o JOIN customers AS c ON c.id = o.customer_id ORDER BY o.id;

INSERT INTO refunds (order_id, amount_cents, reason, created_at)
SELECT o.id, o.amount_cents, ELT(1 + o.id % 3, 'damaged', 'late', 'wrong item'), o.placed_at + INTERVAL 5 DAY
FROM orders AS o WHERE o.id % 7 = 0 ORDER BY o.id;

INSERT INTO staff_salaries (name, salary_cents)
VALUES ('Kim Clerk', 4200000), ('Lou Manager', 6100000), ('Mo Auditor', 5800000);
