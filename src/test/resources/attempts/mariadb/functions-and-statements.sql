-- Prepared statements, functions with their owner's rights, HANDLER, and other ways to have a statement run.

-- attempt: a prepared statement on the view
-- expect: masked 401288******1881
PREPARE s FROM 'SELECT pan FROM payments WHERE id = ?';
SET @id = 2;
EXECUTE s USING @id;

-- attempt: a prepared statement on the base table
-- expect: denied 42000 SELECT command denied
PREPARE s FROM 'SELECT pan FROM orders.payments';

-- attempt: EXECUTE IMMEDIATE on the base table
-- expect: denied 42000 SELECT command denied
EXECUTE IMMEDIATE CONCAT('SELECT pan FROM ', 'orders', '.payments');

-- attempt: SET STATEMENT
-- expect: denied 42000 SELECT command denied
SET STATEMENT max_statement_time = 0 FOR SELECT pan FROM orders.payments;

-- attempt: the function that it may call
-- expect: accepted granted: the grant says so, and its answer is a sum of what may be read
SELECT orders.order_total(1);

-- attempt: the function that it may call, with text for its argument
-- expect: masked
SET sql_mode = '';
SELECT orders.order_total('1 OR 1=1');

-- attempt: a function with its owner's rights that it may not call
-- expect: denied 42000 execute command denied
SELECT orders.any_pan(2);

-- attempt: a procedure with its owner's rights that it may not call
-- expect: denied 42000 execute command denied
CALL orders.all_pans();

-- attempt: HANDLER on the view
-- expect: denied HY000 is not of type 'BASE TABLE'
HANDLER payments OPEN;

-- attempt: HANDLER on the base table
-- expect: denied 42000 SELECT command denied
HANDLER orders.payments OPEN;

-- attempt: DO with the base table
-- expect: denied 42000 SELECT command denied
DO (SELECT pan FROM orders.payments LIMIT 1);

-- attempt: SELECT INTO a variable
-- expect: masked 401288******1881
SELECT pan INTO @pan FROM payments WHERE id = 2;
SELECT @pan;

-- attempt: SELECT INTO a variable from the base table
-- expect: denied 42000 SELECT command denied
SELECT pan INTO @pan FROM orders.payments WHERE id = 2;

-- attempt: VALUES
-- expect: denied 42000 SELECT command denied
VALUES ((SELECT pan FROM orders.payments LIMIT 1));

-- attempt: SHOW with a subquery
-- expect: denied 42000 SELECT command denied
SHOW TABLES WHERE (SELECT COUNT(*) FROM orders.payments) > 0;

-- attempt: a named lock
-- expect: accepted locks: sessions of one server share the names of locks; Daypass's own apply lock can be waited for, not broken
SELECT GET_LOCK('daypass-apply', 0), RELEASE_LOCK('daypass-apply');

-- attempt: who holds a lock
-- expect: masked
SELECT IS_USED_LOCK('daypass-apply'), IS_FREE_LOCK('daypass-apply');

-- attempt: LOCK TABLES
-- expect: denied 42000 Access denied
LOCK TABLES payments READ;

-- attempt: LOCK TABLES on the base table
-- expect: denied 42000 denied
LOCK TABLES orders.payments READ;

-- attempt: FLUSH TABLES
-- expect: denied 42000 RELOAD
FLUSH TABLES WITH READ LOCK;

-- attempt: a transaction that sees uncommitted rows
-- expect: masked
SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED;
SELECT status FROM payments;

-- attempt: XA transactions of others
-- expect: masked
XA RECOVER;
SELECT 'nothing';

-- attempt: a help table
-- expect: masked
HELP 'SELECT';
SELECT 'nothing';
