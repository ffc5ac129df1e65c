-- What may be written is what the grant says; and what a write answers tells nothing of other rows.

-- attempt: an insert that the grant gives
-- expect: accepted granted: the grant says so
START TRANSACTION;
INSERT INTO refunds (order_id, amount_cents, reason) VALUES (1, 100, 'late');
ROLLBACK;

-- attempt: an insert into a column that it does not give
-- expect: denied HY000 lack rights
INSERT INTO refunds (order_id, amount_cents, reason, created_at) VALUES (1, 100, 'late', '2020-01-01');

-- attempt: an insert of a row that the rule leaves out
-- expect: denied 44000 CHECK OPTION failed
INSERT INTO vouchers (code, region, note) VALUES ('X-1', 'US', 'x');

-- attempt: an insert of a row that the rule leaves out, by another case of the letters
-- expect: denied 44000 CHECK OPTION failed
INSERT INTO vouchers (code, region, note) VALUES ('X-2', 'eu', 'x');

-- attempt: an insert of a row that the rule leaves out, by spaces
-- expect: denied 44000 CHECK OPTION failed
INSERT INTO vouchers (code, region, note) VALUES ('X-3', 'EU ', 'x');

-- attempt: INSERT IGNORE of a row that the rule leaves out
-- expect: denied 44000 CHECK OPTION failed
INSERT IGNORE INTO vouchers (code, region, note) VALUES ('X-4', 'US', 'x');

-- attempt: an insert that breaks a constraint of the table
-- expect: denied 23000 CONSTRAINT
INSERT INTO vouchers (code, region, note) VALUES ('X-5', 'EU', 'forbidden');

-- attempt: an insert read back
-- expect: accepted granted: RETURNING through a view asks for the right to insert, and answers what was inserted
INSERT INTO vouchers (code, region, note) VALUES ('X-6', 'EU', 'mine') RETURNING code, note;

-- attempt: a column read back that is not inserted
-- expect: denied 42000 for column 'internal_note'
INSERT INTO vouchers (code, region, note) VALUES ('X-7', 'EU', 'mine') RETURNING internal_note;

-- attempt: a subquery in RETURNING
-- expect: denied 42000 command denied
INSERT INTO vouchers (code, region, note) VALUES ('X-8', 'EU', 'mine') RETURNING (SELECT note FROM vouchers LIMIT 1);

-- attempt: a code that is taken in another region
-- expect: accepted unique-keys: a unique key holds for the whole table, so a code that is taken can be told from one that is free
INSERT IGNORE INTO vouchers (code, region, note) VALUES ('US-VOUCHER-1', 'EU', 'x');

-- attempt: ON DUPLICATE KEY UPDATE
-- expect: denied 42000 UPDATE command denied
INSERT INTO vouchers (code, region, note) VALUES ('EU-VOUCHER-1', 'EU', 'x') ON DUPLICATE KEY UPDATE note = 'y';

-- attempt: REPLACE
-- expect: denied 42000 DELETE command denied
REPLACE INTO vouchers (code, region, note) VALUES ('EU-VOUCHER-1', 'EU', 'x');

-- attempt: reading what may only be inserted
-- expect: denied 42000 SELECT command denied
SELECT code FROM vouchers;

-- attempt: inserting from what may only be inserted
-- expect: denied 42000 SELECT command denied
INSERT INTO vouchers (code, region, note) SELECT code, region, note FROM vouchers;

-- attempt: updating a masked table
-- expect: denied 42000 UPDATE command denied
UPDATE payments SET pan = '4111111111111111';

-- attempt: updating a table that may be read
-- expect: denied 42000 UPDATE command denied
UPDATE orders SET item = 'x' WHERE id = 1;

-- attempt: updating the base table
-- expect: denied 42000 UPDATE command denied
UPDATE orders.payments SET status = 'CAPTURED';

-- attempt: updating by a join
-- expect: denied HY000 lack rights
UPDATE refunds JOIN payments ON refunds.order_id = payments.order_id SET refunds.reason = payments.pan;

-- attempt: deleting
-- expect: denied 42000 DELETE command denied
DELETE FROM refunds;

-- attempt: deleting with RETURNING
-- expect: denied 42000 DELETE command denied
DELETE FROM payments WHERE id = 2 RETURNING pan;

-- attempt: truncating
-- expect: denied 42000 DROP command denied
TRUNCATE TABLE orders.payments;

-- attempt: copying the mask into a table that may be written
-- expect: accepted granted: it writes what it may read
START TRANSACTION;
INSERT INTO refunds (order_id, amount_cents, reason) SELECT order_id, amount_cents, pan FROM payments WHERE id = 2;
ROLLBACK;

-- attempt: LAST_INSERT_ID and the next number
-- expect: masked
SELECT LAST_INSERT_ID(), @@insert_id, @@last_insert_id;

-- attempt: checks of constraints switched off
-- expect: denied 44000 CHECK OPTION failed
SET check_constraint_checks = 0;
SET foreign_key_checks = 0;
SET unique_checks = 0;
INSERT INTO vouchers (code, region, note) VALUES ('X-9', 'US', 'x');
