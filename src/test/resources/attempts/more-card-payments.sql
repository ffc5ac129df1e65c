-- Added to the small shop for the attempts. Nothing here is real: the card numbers are made up, in no network's range of test
-- numbers or issued ones that we know of, and each value that a session must not see stands nowhere else.
UPDATE payments
SET pan = (ARRAY['4929478218423216', '5301748392610457', '347291605839172', '36184920573618', '4539716820473', '6221847395028163',
                 '3568192047385916', '6304985172036481957', '5018372946150', '4716093825174930', '2720581946037258'])[1 + id % 11]
WHERE id <> 2;
UPDATE staff_salaries SET salary_cents = 3948271650 + id;
UPDATE payments SET cardholder = 'CH-' || upper(substr(md5('cardholder' || id), 1, 12));
UPDATE customers SET email = substr(md5('email' || id), 1, 10) || '@customer.example';

-- Cards as people type them, and what is no card at all.
CREATE TABLE cards_on_file (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    pan text NOT NULL,
    pan_number bigint NOT NULL,
    added_on timestamptz NOT NULL
);
INSERT INTO cards_on_file (pan, pan_number, added_on)
VALUES ('4916 2038 4751 9638', 4916203847519638, '2019-07-14 13:47:52+00'),
       ('5355-9073-1648-2750', 5355907316482750, '2021-02-28 23:18:36+00'),
       ('card 4485 7719 0362 8514, ask for Quentin', 4485771903628514, '2022-12-31 23:59:41+00'),
       ('347682915037264', 347682915037264, '2023-05-05 05:07:09+00'),
       ('6221558134907726385', 6221558134907726385, '2024-09-09 17:23:31+00');

-- Written through the grant's view; the rows of other regions and internal_note are for nobody.
CREATE TABLE tickets (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE,
    region text NOT NULL,
    note text,
    priority integer NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5),
    internal_note text NOT NULL
);
INSERT INTO tickets (code, region, note, internal_note)
SELECT 'EU-' || n, 'EU', 'note ' || n, 'internal-' || substr(md5('internal' || n), 1, 12) FROM generate_series(1, 20) AS n;
INSERT INTO tickets (code, region, note, priority, internal_note)
SELECT 'US-' || substr(md5('code' || n), 1, 8), 'US', 'withheld-' || substr(md5('note' || n), 1, 12), 5,
       'internal-' || substr(md5('american' || n), 1, 12)
FROM generate_series(1, 5) AS n;

CREATE TABLE vouchers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE,
    region text NOT NULL,
    note text,
    internal_note text NOT NULL DEFAULT 'internal-default-9c1f27',
    CHECK (note <> 'forbidden')
);
INSERT INTO vouchers (code, region, note)
VALUES ('EU-VOUCHER-1', 'EU', 'ten percent'), ('US-VOUCHER-8d41c7', 'US', 'withheld-voucher-5b02e9');

CREATE FUNCTION order_total(customer bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$ SELECT sum(o.amount_cents) FROM public.orders AS o WHERE o.customer_id = customer $body$;
REVOKE EXECUTE ON FUNCTION order_total FROM PUBLIC;

-- In no grant, with its owner's rights: must stay out of reach.
CREATE FUNCTION any_pan(payment bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$ SELECT p.pan FROM public.payments AS p WHERE p.id = payment $body$;
REVOKE EXECUTE ON FUNCTION any_pan FROM PUBLIC;

-- What the planner knows about hidden values is then in the catalogs.
CREATE STATISTICS payments_of_cards (mcv) ON pan, status FROM payments;
CREATE INDEX payments_paid ON payments (paid_at);
ANALYZE;
