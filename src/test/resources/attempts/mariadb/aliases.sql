-- Another name for a masked column, or for its table, is still the masked column; a name with its database leads to the base table,
-- on which a session has no right.

-- attempt: an alias of a masked column
-- expect: masked 401288******1881
SELECT p.pan AS number FROM payments AS p;

-- attempt: every column
-- expect: masked redacted
SELECT * FROM payments;

-- attempt: the view with its database before it
-- expect: masked 401288******1881
SELECT pan FROM dpg_support_desk.payments;

-- attempt: the base table by its own name
-- expect: denied 42000 SELECT command denied
SELECT pan FROM orders.payments;

-- attempt: only a column of the base table that the view shows unmasked
-- expect: denied 42000 SELECT command denied
SELECT id FROM orders.payments;

-- attempt: counting the base table
-- expect: denied 42000 SELECT command denied
SELECT COUNT(*) FROM orders.payments;

-- attempt: no column of the base table at all
-- expect: denied 42000 SELECT command denied
SELECT 1 FROM orders.payments;

-- attempt: the base table after USE
-- expect: denied 42000 SELECT command denied
USE orders;
SELECT pan FROM payments;

-- attempt: a column that the view leaves out
-- expect: denied 42000 for column 'expiry'
SELECT expiry FROM payments;

-- attempt: a table that is in no grant
-- expect: denied 42000 SELECT command denied
SELECT * FROM orders.staff_salaries;

-- attempt: a table that is in no grant, without its database
-- expect: denied 42000 SELECT command denied
SELECT * FROM staff_salaries;

-- attempt: the base table in a subquery that is never needed
-- expect: denied 42000 SELECT command denied
SELECT 1 WHERE FALSE OR EXISTS (SELECT pan FROM orders.payments LIMIT 0);

-- attempt: the base table beside the view
-- expect: denied 42000 SELECT command denied
SELECT b.pan FROM payments AS v JOIN orders.payments AS b USING (id);

-- attempt: the base table in a derived table
-- expect: denied 42000 SELECT command denied
SELECT * FROM (SELECT pan FROM orders.payments) AS d;

-- attempt: the base table in a common table expression
-- expect: denied 42000 SELECT command denied
WITH c AS (SELECT pan FROM orders.payments) SELECT * FROM c;

-- attempt: the base table in a UNION
-- expect: denied 42000 SELECT command denied
SELECT pan FROM payments UNION SELECT pan FROM orders.payments;

-- attempt: a qualified column of the base table through the view
-- expect: denied 42S22 Unknown column
SELECT orders.payments.pan FROM payments;

-- attempt: the alias that the view's own text uses
-- expect: denied 42S22 Unknown column
SELECT t.pan FROM payments;

-- attempt: a row id
-- expect: denied 42000 for column '_rowid'
SELECT _rowid FROM payments;

-- attempt: the base table in an older version of it
-- expect: denied 42000 SELECT command denied
SELECT * FROM orders.payments FOR SYSTEM_TIME ALL;

-- attempt: a partition of the base table
-- expect: denied 42000 SELECT command denied
SELECT * FROM orders.payments PARTITION (p0);
