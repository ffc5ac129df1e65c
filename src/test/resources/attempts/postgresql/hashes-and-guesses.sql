-- Guessing: a value that is there must look like one that is not, and nothing that a session can call may hash a text of its choice
-- with the key.

-- attempt: is this card there
-- expect: masked 0
SELECT count(*) FROM payments WHERE pan = '{guess:pan}';

-- attempt: is a card like this there
-- expect: masked 0
SELECT count(*) FROM payments WHERE pan LIKE '%' || substr('{guess:pan}', 7, 6) || '%';

-- attempt: is a card between these two
-- expect: masked 0
SELECT count(*) FROM payments WHERE pan BETWEEN '{guess:pan}' AND '{guess:pan}';

-- attempt: is this card among them, by a set
-- expect: masked
SELECT '{guess:pan}' IN (SELECT pan FROM payments), '{guess:pan}' = ANY (ARRAY(SELECT pan FROM payments));

-- attempt: the order of a guess among the masked
-- expect: masked
SELECT count(*) FROM payments WHERE pan < '{guess:pan}';

-- attempt: is this card there, by a join
-- expect: masked 0
SELECT count(*) FROM payments JOIN (VALUES ('{guess:pan}')) AS g (pan) USING (pan);

-- attempt: is this card there, by a regular expression
-- expect: masked 0
SELECT count(*) FROM payments WHERE '{guess:pan}' ~ replace(pan, '*', '\*');

-- attempt: is this card there, by its digest
-- expect: masked 0
SELECT count(*) FROM payments WHERE md5(pan) = md5('{guess:pan}');

-- attempt: does a guess hash to a mask, by every digest that can be called
-- expect: masked 0
SELECT count(*)
  FROM customers
  WHERE email IN (md5('{guess:email}'), encode(sha256('{guess:email}'), 'hex'), encode(sha224('{guess:email}'), 'hex'),
    encode(sha256(sha256('{guess:email}')), 'hex'), encode(sha512('{guess:email}'), 'hex'));

-- attempt: is this address there
-- expect: masked 0
SELECT count(*) FROM customers WHERE email = '{guess:email}';

-- attempt: is this cardholder there
-- expect: masked 0
SELECT count(*) FROM payments WHERE cardholder = '{guess:cardholder}';

-- attempt: is this telephone number there
-- expect: masked 0
-- needs: corpus
SELECT count(*) FROM customers WHERE phone = '{guess:phone}';

-- attempt: is this row there
-- expect: masked 0
SELECT count(*) FROM payments WHERE id = {guess:row};

-- attempt: is this row there, through an index
-- expect: masked 0
SET enable_seqscan = off;
SELECT count(*) FROM payments WHERE id = {guess:row};

-- attempt: locking a row that may be there
-- expect: denied 42501 permission denied for view payments
SELECT * FROM payments WHERE id = {guess:row} FOR UPDATE;

-- attempt: is a row of this time there
-- expect: masked 0
SELECT count(*) FROM payments WHERE id = {guess:row} AND paid_at > '2000-01-01';

-- attempt: the key by its own name
-- expect: denied 42501 permission denied for schema daypass
SELECT * FROM daypass.masking_key;

-- attempt: the ledger by its own name
-- expect: denied 42501 permission denied for schema daypass
SELECT * FROM daypass.applied;

-- attempt: everything in the schema of the key
-- expect: masked
SELECT count(*), string_agg(c.relname, ' ')
  FROM pg_class AS c
  WHERE relnamespace = 'daypass'::regnamespace AND has_table_privilege(c.oid, 'select');

-- attempt: the functions in the schema of the key
-- expect: denied 42501 permission denied for schema daypass
SELECT daypass.hash('{guess:pan}');

-- attempt: a view of one's own that uses the key
-- expect: denied 42501 permission denied for schema daypass
CREATE TEMP VIEW mine AS SELECT * FROM daypass.masking_key;

-- attempt: the mask's own expression with a text of one's choice
-- expect: denied 42501 permission denied for schema daypass
DO $$
  DECLARE text text := pg_get_viewdef('customers'::regclass);
  DECLARE found text;
  BEGIN
    text := replace(text, 'FROM public.customers t',
      'FROM (SELECT 1::bigint AS id, ''a''::text AS name, ''{guess:email}''::text AS email, ''1''::text AS phone, now() AS created_at) AS t');
    EXECUTE 'SELECT x.email FROM (' || rtrim(text, ';') || ') AS x' INTO found;
    RAISE NOTICE '%', found;
  END $$;

-- attempt: a chosen value inserted where it would be hashed
-- expect: denied 0A000 cannot insert into column "email"
INSERT INTO customers (name, email, created_at) VALUES ('x', '{guess:email}', now()) RETURNING email;

-- attempt: a chosen value written over one that is hashed
-- expect: denied 0A000 cannot update column "email"
UPDATE customers SET email = '{guess:email}' WHERE id = 1 RETURNING email;

-- attempt: a chosen card inserted where it would be masked
-- expect: denied 0A000 cannot insert into column "pan"
INSERT INTO payments (order_id, pan) VALUES (1, '{guess:pan}');

-- attempt: a chosen name exchanged for the visible one
-- expect: denied 42501 permission denied for view customers
UPDATE customers SET name = email RETURNING name;
