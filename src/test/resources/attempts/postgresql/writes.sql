-- Writing: only the grant's columns, only rows that its filter shows, before and after.

-- attempt: a view of which nothing may be written
-- expect: denied 42501 permission denied for view orders
UPDATE orders SET amount_cents = 1;

-- attempt: deleting from a view of which nothing may be written
-- expect: denied 42501 permission denied for view payments
DELETE FROM payments;

-- attempt: truncating a view
-- expect: denied 42809
TRUNCATE payments;

-- attempt: truncating a base table
-- expect: denied 42501 permission denied for table payments
TRUNCATE public.payments;

-- attempt: updating a base table
-- expect: denied 42501 permission denied for table payments
UPDATE public.payments SET status = 'CAPTURED' RETURNING pan;

-- attempt: inserting into a base table
-- expect: denied 42501 permission denied for table refunds
INSERT INTO public.refunds (order_id, amount_cents, reason) VALUES (1, 1, 'x');

-- attempt: merging into a base table
-- expect: denied 42501 permission denied for table payments
-- servers: 15+
MERGE INTO public.payments AS p USING (SELECT 1) AS s ON true WHEN MATCHED THEN DO NOTHING;

-- attempt: inserting what the grant allows
-- expect: accepted granted: the document allows it
-- needs: corpus
BEGIN;
INSERT INTO refunds (order_id, amount_cents, reason) VALUES (1, 100, 'damaged') RETURNING *;

-- attempt: inserting a column that may only be read
-- expect: denied 428C9
-- needs: corpus
INSERT INTO refunds (id, order_id, amount_cents, reason) VALUES (1000, 1, 100, 'x');

-- attempt: inserting a column that may only be read, overriding
-- expect: denied 42501 permission denied for view refunds
-- needs: corpus
INSERT INTO refunds (id, order_id, amount_cents, reason) OVERRIDING SYSTEM VALUE VALUES (1000, 1, 100, 'x');

-- attempt: inserting what was selected of masked columns
-- expect: masked 401288******1881
-- needs: corpus
BEGIN;
INSERT INTO refunds (order_id, amount_cents, reason) SELECT order_id, 1, pan FROM payments WHERE id = 2 RETURNING reason;

-- attempt: inserting what was selected of a base table
-- expect: denied 42501 permission denied for table payments
-- needs: corpus
INSERT INTO refunds (order_id, amount_cents, reason) SELECT order_id, 1, pan FROM public.payments;

-- attempt: a foreign key that does not exist
-- expect: denied 23503
-- needs: corpus
INSERT INTO refunds (order_id, amount_cents, reason) VALUES (999999, 1, 'x');

-- attempt: a constraint's text
-- expect: denied 23514
-- needs: corpus
INSERT INTO refunds (order_id, amount_cents, reason) VALUES (1, -1, 'x');

-- attempt: a null where none may be
-- expect: denied 23502
-- needs: corpus
INSERT INTO refunds (order_id, amount_cents, reason) VALUES (1, 1, NULL);

-- attempt: updating a column that may only be read
-- expect: denied 42501 permission denied for view tickets
-- needs: corpus
UPDATE tickets SET code = 'mine' WHERE id = 1;

-- attempt: updating a column that the view leaves out
-- expect: denied 42703
-- needs: corpus
UPDATE tickets SET internal_note = 'x';

-- attempt: returning a column that the view leaves out
-- expect: denied 42703
-- needs: corpus
UPDATE tickets SET note = 'x' RETURNING internal_note;

-- attempt: updating what the grant allows, of rows that the filter hides
-- expect: masked 0
-- needs: corpus
UPDATE tickets SET note = 'x' WHERE region = 'US';

-- attempt: updating everything
-- expect: masked EU-1
-- needs: corpus
BEGIN;
UPDATE tickets SET note = 'x' RETURNING *;

-- attempt: a row moved out of the filter
-- expect: denied 44000 new row violates check option
-- needs: corpus
UPDATE tickets SET region = 'US' WHERE id = 1;

-- attempt: a row moved out of the filter, by null
-- expect: denied 44000 new row violates check option
-- needs: corpus
BEGIN;
UPDATE tickets SET region = '' WHERE id = 1;

-- attempt: a constraint's text with columns that the view leaves out
-- expect: denied 23514
-- needs: corpus
UPDATE tickets SET priority = 9 WHERE id = 1;

-- attempt: deleting rows that the filter hides
-- expect: masked 0
-- needs: corpus
DELETE FROM tickets WHERE region = 'US' OR id > 20;

-- attempt: deleting a row by a code that the filter hides
-- expect: masked 0
-- needs: corpus
DELETE FROM tickets WHERE code = '{guess:ticket}';

-- attempt: updating from another table
-- expect: masked
-- needs: corpus
BEGIN;
UPDATE tickets AS t SET note = p.pan FROM payments AS p WHERE p.id = t.id RETURNING t.note;

-- attempt: updating from a base table
-- expect: denied 42501 permission denied for table payments
-- needs: corpus
UPDATE tickets AS t SET note = p.pan FROM public.payments AS p WHERE p.id = t.id RETURNING t.note;

-- attempt: locking a row that the filter hides
-- expect: masked 0
-- needs: corpus
WITH held AS (SELECT id FROM tickets WHERE code = '{guess:ticket}' FOR UPDATE) SELECT count(*) FROM held;

-- attempt: merging a row that the filter hides
-- expect: masked 0
-- needs: corpus
-- servers: 17+
MERGE INTO tickets AS t USING (VALUES ('{guess:ticket}')) AS s (code) ON t.code = s.code
  WHEN MATCHED THEN UPDATE SET note = 'x'
  WHEN NOT MATCHED THEN DO NOTHING;

-- attempt: inserting a row outside the filter
-- expect: denied 44000 new row violates check option
-- needs: corpus
INSERT INTO vouchers (code, region, note) VALUES ('mine', 'US', 'x');

-- attempt: inserting a column that the view leaves out
-- expect: denied 42703
-- needs: corpus
INSERT INTO vouchers (code, region, internal_note) VALUES ('mine', 'EU', 'x');

-- attempt: returning a default that the view leaves out
-- expect: denied 42703
-- needs: corpus
INSERT INTO vouchers (code, region) VALUES ('mine', 'EU') RETURNING internal_note;

-- attempt: returning everything that was inserted
-- expect: masked mine
-- needs: corpus
BEGIN;
INSERT INTO vouchers (code, region) VALUES ('mine', 'EU') RETURNING *;

-- attempt: a constraint's text with a default that the view leaves out
-- expect: denied 23514
-- needs: corpus
INSERT INTO vouchers (code, region, note) VALUES ('mine', 'EU', 'forbidden');

-- attempt: a unique code that a row outside the filter has
-- expect: accepted unique-keys: a unique key tells that a value is taken, whoever has it, and nothing else of that row
-- needs: corpus
DO $$
  BEGIN
    INSERT INTO vouchers (code, region) VALUES ('{guess:voucher}', 'EU');
  EXCEPTION WHEN unique_violation THEN
    RAISE NOTICE '%', SQLERRM;
  END $$;

-- attempt: a conflict that does nothing
-- expect: accepted unique-keys: a unique key tells that a value is taken, whoever has it, and nothing else of that row
-- needs: corpus
BEGIN;
INSERT INTO vouchers (code, region) VALUES ('{guess:voucher}', 'EU') ON CONFLICT DO NOTHING RETURNING *;

-- attempt: a conflict that updates the row outside the filter
-- expect: denied 42501 permission denied for view vouchers
-- needs: corpus
INSERT INTO vouchers (code, region) VALUES ('{guess:voucher}', 'EU') ON CONFLICT (code) DO UPDATE SET note = vouchers.note RETURNING *;

-- attempt: a conflict whose condition looks at the row outside the filter
-- expect: denied 42501 permission denied for view vouchers
-- needs: corpus
INSERT INTO vouchers (code, region) VALUES ('{guess:voucher}', 'EU')
  ON CONFLICT (code) DO UPDATE SET region = 'EU' WHERE vouchers.note LIKE 'withheld%' RETURNING *;

-- attempt: an upsert where rows may be updated and not inserted
-- expect: denied 42501 permission denied for view tickets
-- needs: corpus
INSERT INTO tickets (code, region) VALUES ('{guess:ticket}', 'EU') ON CONFLICT (code) DO UPDATE SET region = 'EU' RETURNING *;
