-- As more-card-payments.sql, as MariaDB spells it: made-up card numbers, and values that stand nowhere else.
UPDATE payments
SET pan = ELT(1 + id % 11, '4929478218423216', '5301748392610457', '347291605839172', '36184920573618', '4539716820473',
              '6221847395028163', '3568192047385916', '6304985172036481957', '5018372946150', '4716093825174930',
              '2720581946037258')
WHERE id <> 2;
UPDATE staff_salaries SET salary_cents = 3948271650 + id;
UPDATE payments SET cardholder = CONCAT('CH-', UPPER(SUBSTR(MD5(CONCAT('cardholder', id)), 1, 12)));
UPDATE customers SET email = CONCAT(SUBSTR(MD5(CONCAT('email', id)), 1, 10), '@customer.example');
CREATE TABLE cards_on_file (
    id bigint AUTO_INCREMENT PRIMARY KEY,
    pan varchar(100) NOT NULL,
    pan_number bigint NOT NULL,
    added_on timestamp NOT NULL DEFAULT current_timestamp
);
INSERT INTO cards_on_file (pan, pan_number, added_on)
VALUES ('4916 2038 4751 9638', 4916203847519638, '2019-07-14 13:47:52'),
       ('5355-9073-1648-2750', 5355907316482750, '2021-02-28 23:18:36'),
       ('card 4485 7719 0362 8514, ask for Quentin', 4485771903628514, '2022-12-31 23:59:41'),
       ('347682915037264', 347682915037264, '2023-05-05 05:07:09'),
       ('6221558134907726385', 6221558134907726385, '2024-09-09 17:23:31');
CREATE TABLE tickets (
    id bigint AUTO_INCREMENT PRIMARY KEY,
    code varchar(50) NOT NULL UNIQUE,
    region varchar(10) NOT NULL,
    note varchar(100),
    priority integer NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5),
    internal_note varchar(100) NOT NULL,
    KEY by_region (region),
    KEY by_note (note)
);
INSERT INTO tickets (code, region, note, internal_note)
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 20)
SELECT CONCAT('EU-', i), 'EU', CONCAT('note ', i), CONCAT('internal-', SUBSTR(MD5(CONCAT('internal', i)), 1, 12)) FROM n;
INSERT INTO tickets (code, region, note, priority, internal_note)
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5)
SELECT CONCAT('US-', SUBSTR(MD5(CONCAT('code', i)), 1, 8)), 'US', CONCAT('withheld-', SUBSTR(MD5(CONCAT('note', i)), 1, 12)), 5,
       CONCAT('internal-', SUBSTR(MD5(CONCAT('american', i)), 1, 12)) FROM n;
CREATE TABLE vouchers (
    id bigint AUTO_INCREMENT PRIMARY KEY,
    code varchar(50) NOT NULL UNIQUE,
    region varchar(10) NOT NULL,
    note varchar(100),
    internal_note varchar(100) NOT NULL DEFAULT 'internal-default-9c1f27',
    CHECK (note <> 'forbidden')
);
INSERT INTO vouchers (code, region, note)
VALUES ('EU-VOUCHER-1', 'EU', 'ten percent'), ('US-VOUCHER-8d41c7', 'US', 'withheld-voucher-5b02e9');
CREATE DEFINER = 'owner'@'127.0.0.1' FUNCTION order_total(customer bigint) RETURNS bigint READS SQL DATA SQL SECURITY DEFINER
RETURN (SELECT SUM(o.amount_cents) FROM orders.orders AS o WHERE o.customer_id = customer);
CREATE DEFINER = 'owner'@'127.0.0.1' FUNCTION any_pan(payment bigint) RETURNS varchar(30) READS SQL DATA SQL SECURITY DEFINER
RETURN (SELECT p.pan FROM orders.payments AS p WHERE p.id = payment);
CREATE DEFINER = 'owner'@'127.0.0.1' PROCEDURE all_pans() READS SQL DATA SQL SECURITY DEFINER SELECT pan FROM orders.payments;
ANALYZE TABLE payments PERSISTENT FOR ALL;
ANALYZE TABLE tickets PERSISTENT FOR ALL;
