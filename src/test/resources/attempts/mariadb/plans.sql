-- A plan shows constants, counts of rows and conditions: of views whose text one may not see there is none.

-- attempt: EXPLAIN
-- expect: denied HY000 lacking privileges for underlying table
EXPLAIN SELECT * FROM payments WHERE id = 2;

-- attempt: EXPLAIN EXTENDED and its note
-- expect: denied HY000 lacking privileges for underlying table
EXPLAIN EXTENDED SELECT pan FROM payments;

-- attempt: EXPLAIN FORMAT=JSON
-- expect: denied HY000 lacking privileges for underlying table
EXPLAIN FORMAT=JSON SELECT pan FROM payments WHERE cardholder = 'x';

-- attempt: ANALYZE FORMAT=JSON
-- expect: denied HY000 lacking privileges for underlying table
ANALYZE FORMAT=JSON SELECT pan FROM payments;

-- attempt: ANALYZE of a statement
-- expect: denied HY000 lacking privileges for underlying table
ANALYZE SELECT note FROM tickets WHERE note = 1;

-- attempt: EXPLAIN of another connection
-- expect: denied 42000 PROCESS
SHOW EXPLAIN FOR {pid};

-- attempt: ANALYZE of another connection
-- expect: denied 42000 PROCESS
SHOW ANALYZE FOR {pid};

-- attempt: EXPLAIN of an INSERT
-- expect: denied HY000 lacking privileges for underlying table
EXPLAIN INSERT INTO vouchers (code, region, note) VALUES ('a', 'EU', 'b');

-- attempt: the optimizer's trace
-- expect: masked
SET optimizer_trace = 'enabled=on';
SELECT COUNT(*) FROM tickets WHERE note = 1 AND code > 'U';
SELECT TRACE, INSUFFICIENT_PRIVILEGES FROM information_schema.OPTIMIZER_TRACE;

-- attempt: PROCEDURE ANALYSE
-- expect: denied HY000
SELECT pan FROM payments PROCEDURE ANALYSE();

-- attempt: profiling
-- expect: masked
SET profiling = 1;
SELECT COUNT(*) FROM payments;
SHOW PROFILE ALL;

-- attempt: counters of rows read
-- expect: accepted counts: counts of rows that handlers touched, without a value; they tell the size of a table
SELECT COUNT(*) FROM tickets WHERE note = 'x';
SHOW SESSION STATUS LIKE 'Handler_read%';

-- attempt: ANALYZE TABLE
-- expect: denied 42000
ANALYZE TABLE orders.payments;

-- attempt: CHECKSUM TABLE of the base table
-- expect: denied 42000 SELECT command denied
CHECKSUM TABLE orders.payments;

-- attempt: CHECK TABLE of the base table
-- expect: denied 42000
CHECK TABLE orders.payments;

-- attempt: index hints of the base table
-- expect: denied 42000 doesn't exist
SELECT id FROM payments FORCE INDEX (by_pan);
