-- What the catalogs tell: names of what a session may use, and nothing of what is behind it.

-- attempt: SHOW CREATE VIEW
-- expect: denied 42000 SHOW VIEW command denied
SHOW CREATE VIEW payments;

-- attempt: SHOW CREATE TABLE of a view
-- expect: denied 42000 SHOW command denied
SHOW CREATE TABLE payments;

-- attempt: SHOW CREATE TABLE of the base table
-- expect: denied 42000 command denied
SHOW CREATE TABLE orders.payments;

-- attempt: a view's definition
-- expect: masked
SELECT TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS WHERE VIEW_DEFINITION <> '' UNION SELECT 'none', 'none';

-- attempt: tables that are listed
-- expect: masked 0
SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA IN ('orders', 'daypass', 'mysql');

-- attempt: columns that are listed
-- expect: masked 0
SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA IN ('orders', 'daypass', 'mysql');

-- attempt: databases that are listed
-- expect: masked 0
SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN ('daypass', 'mysql');

-- attempt: SHOW TABLES of the database of Daypass itself
-- expect: denied 42000 Access denied
SHOW TABLES FROM daypass;

-- attempt: SHOW COLUMNS of the base table
-- expect: denied 42000 SELECT command denied
SHOW COLUMNS FROM orders.payments;

-- attempt: SHOW INDEX of the base table
-- expect: denied 42000 SELECT command denied
SHOW INDEX FROM orders.payments;

-- attempt: SHOW TABLE STATUS
-- expect: masked VIEW
SHOW TABLE STATUS;

-- attempt: cardinalities of indexes
-- expect: masked 0
SELECT COUNT(*) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = 'orders';

-- attempt: statistics of columns
-- expect: denied 42000 SELECT command denied
SELECT * FROM mysql.column_stats;

-- attempt: statistics of tables
-- expect: denied 42000 SELECT command denied
SELECT * FROM mysql.innodb_table_stats;

-- attempt: InnoDB's tables
-- expect: denied 42000 PROCESS
SELECT * FROM information_schema.INNODB_SYS_TABLES;

-- attempt: InnoDB's buffer pages
-- expect: denied 42000 PROCESS
SELECT * FROM information_schema.INNODB_BUFFER_PAGE;

-- attempt: InnoDB's locks
-- expect: denied 42000 PROCESS
SELECT * FROM information_schema.INNODB_LOCKS;

-- attempt: InnoDB's transactions
-- expect: denied 42000 PROCESS
SELECT * FROM information_schema.INNODB_TRX;

-- attempt: InnoDB's fulltext tables
-- expect: denied 42000 PROCESS
SELECT * FROM information_schema.INNODB_FT_INDEX_CACHE;

-- attempt: SHOW ENGINE INNODB STATUS
-- expect: denied 42000 PROCESS
SHOW ENGINE INNODB STATUS;

-- attempt: others' statements
-- expect: masked 1
SELECT COUNT(DISTINCT USER) FROM information_schema.PROCESSLIST;

-- attempt: SHOW FULL PROCESSLIST
-- expect: masked dp_
SHOW FULL PROCESSLIST;

-- attempt: the performance schema's statements
-- expect: denied 42000 SELECT command denied
SELECT * FROM performance_schema.events_statements_history_long;

-- attempt: the performance schema's prepared statements
-- expect: denied 42000 SELECT command denied
SELECT * FROM performance_schema.prepared_statements_instances;

-- attempt: passwords
-- expect: denied 42000 SELECT command denied
SELECT * FROM mysql.user;

-- attempt: passwords where they are kept
-- expect: denied 42000 SELECT command denied
SELECT * FROM mysql.global_priv;

-- attempt: rights of others
-- expect: denied 42000 Access denied
SHOW GRANTS FOR 'vault_admin'@'127.0.0.1';

-- attempt: rights of the view's account
-- expect: denied 42000 Access denied
SHOW GRANTS FOR 'dpv_support_desk'@'localhost';

-- attempt: its own rights
-- expect: accepted definitions: a session may know its own rights; the digest in it is of its own password
SHOW GRANTS;

-- attempt: how another account was made
-- expect: denied 42000
SHOW CREATE USER 'owner'@'127.0.0.1';

-- attempt: routines
-- expect: masked 0
SELECT COUNT(*) FROM information_schema.ROUTINES WHERE ROUTINE_NAME <> 'order_total' OR ROUTINE_DEFINITION IS NOT NULL;

-- attempt: the text of the function that it may call
-- expect: masked order_total
SHOW CREATE FUNCTION orders.order_total;

-- attempt: the text of a function that it may not call
-- expect: denied 42000 does not exist
SHOW CREATE FUNCTION orders.any_pan;

-- attempt: the code of a function
-- expect: denied HY000 is disabled
SHOW FUNCTION CODE orders.order_total;

-- attempt: the text of routines where it is kept
-- expect: denied 42000 SELECT command denied
SELECT * FROM mysql.proc;

-- attempt: triggers and events
-- expect: masked 0
SELECT (SELECT COUNT(*) FROM information_schema.TRIGGERS) + (SELECT COUNT(*) FROM information_schema.EVENTS);

-- attempt: checks of the base tables
-- expect: masked 0
SELECT COUNT(*) FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = 'orders';

-- attempt: files
-- expect: denied 42000 PROCESS
SELECT * FROM information_schema.FILES, information_schema.INNODB_SYS_TABLESPACES;

-- attempt: logs
-- expect: denied 42000 SELECT command denied
SELECT * FROM mysql.general_log;

-- attempt: the slow log
-- expect: denied 42000 SELECT command denied
SELECT * FROM mysql.slow_log;

-- attempt: users' statistics
-- expect: masked 0
SHOW USER_STATISTICS;
SELECT COUNT(*) FROM information_schema.USER_STATISTICS WHERE USER <> '{me}';

-- attempt: tables' statistics
-- expect: masked 0
SELECT COUNT(*) FROM information_schema.TABLE_STATISTICS WHERE TABLE_SCHEMA <> 'dpg_support_desk';

-- attempt: open tables
-- expect: masked
SHOW OPEN TABLES WHERE `Table` = 'staff_salaries';
SELECT 'nothing';

-- attempt: the query cache
-- expect: masked
SHOW STATUS LIKE 'Qcache%';

-- attempt: variables that name files and secrets
-- expect: accepted who-is-there: settings of the server are no data; no password is among them
SHOW GLOBAL VARIABLES;
