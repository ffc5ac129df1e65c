-- Files of the server, and of whoever runs the client.

-- attempt: LOAD_FILE
-- expect: masked null
SELECT LOAD_FILE('/etc/passwd');

-- attempt: INTO OUTFILE
-- expect: denied 42000 FILE
SELECT pan FROM payments INTO OUTFILE '/tmp/daypass-attempt.txt';

-- attempt: INTO DUMPFILE
-- expect: denied 42000 FILE
SELECT pan FROM payments LIMIT 1 INTO DUMPFILE '/tmp/daypass-attempt.txt';

-- attempt: LOAD DATA INFILE of a file of the server
-- expect: denied 28000 Access denied
LOAD DATA INFILE '/etc/passwd' INTO TABLE refunds (reason) SET order_id = 1, amount_cents = 1;

-- attempt: LOAD XML
-- expect: denied 28000 Access denied
LOAD XML INFILE '/etc/passwd' INTO TABLE refunds (reason);

-- attempt: LOAD DATA into the base table
-- expect: denied 42000 INSERT command denied
LOAD DATA LOCAL INFILE '/dev/null' INTO TABLE orders.payments;

-- attempt: LOAD DATA REPLACE
-- expect: denied 42000 DELETE command denied
LOAD DATA LOCAL INFILE '/dev/null' REPLACE INTO TABLE refunds (order_id, amount_cents, reason);

-- attempt: the binary log
-- expect: denied 42000
SHOW BINLOG EVENTS;

-- attempt: the list of binary logs
-- expect: denied 42000
SHOW BINARY LOGS;

-- attempt: the relay log
-- expect: denied 42000
SHOW RELAYLOG EVENTS;

-- attempt: replicas
-- expect: denied 42000
SHOW SLAVE STATUS;

-- attempt: a statement from a base64 event
-- expect: denied 42000
BINLOG 'SGVsbG8=';

-- attempt: SHUTDOWN
-- expect: denied 42000 SHUTDOWN
SHUTDOWN;

-- attempt: a table of another server
-- expect: denied 42000 Unknown storage engine
CREATE TABLE mine (a INT) ENGINE = FEDERATED CONNECTION = 'mysql://owner@127.0.0.1/orders/payments';

-- attempt: BACKUP STAGE
-- expect: denied 42000 RELOAD
BACKUP STAGE START;

-- attempt: a tablespace for export
-- expect: denied 42000
FLUSH TABLES orders.payments FOR EXPORT;
