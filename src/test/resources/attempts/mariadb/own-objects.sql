-- A session makes nothing: not a table, not a routine, not a trigger that others would run.

-- attempt: a table in the grant's database
-- expect: denied 42000 CREATE command denied
CREATE TABLE mine AS SELECT pan FROM payments;

-- attempt: a temporary table
-- expect: denied 42000 Access denied
CREATE TEMPORARY TABLE mine (a INT);

-- attempt: a view over the views' source
-- expect: denied 42000 command denied
CREATE VIEW mine AS SELECT pan FROM orders.payments;

-- attempt: a view as the views' account
-- expect: denied 42000
CREATE DEFINER = 'dpv_support_desk'@'localhost' VIEW mine AS SELECT pan FROM orders.payments;

-- attempt: the view itself replaced
-- expect: denied 42000 command denied
CREATE OR REPLACE VIEW payments AS SELECT * FROM orders.payments;

-- attempt: the view altered
-- expect: denied 42000 command denied
ALTER ALGORITHM = MERGE VIEW payments AS SELECT * FROM orders.payments;

-- attempt: the view dropped
-- expect: denied 42000 DROP command denied
DROP VIEW payments;

-- attempt: the view renamed
-- expect: denied 42000 command denied
RENAME TABLE payments TO other;

-- attempt: a procedure
-- expect: denied 42000 Access denied
CREATE PROCEDURE mine() SELECT pan FROM orders.payments;

-- attempt: a function
-- expect: denied 42000 Access denied
CREATE FUNCTION mine() RETURNS INT RETURN 1;

-- attempt: a loadable function
-- expect: denied 42000
CREATE FUNCTION mine RETURNS STRING SONAME 'mine.so';

-- attempt: a trigger
-- expect: denied 42000 TRIGGER command denied
CREATE TRIGGER mine BEFORE INSERT ON orders.refunds FOR EACH ROW SET @x = NEW.reason;

-- attempt: an event
-- expect: denied 42000 Access denied
CREATE EVENT mine ON SCHEDULE EVERY 1 SECOND DO SELECT 1;

-- attempt: a database
-- expect: denied 42000 Access denied
CREATE DATABASE mine;

-- attempt: the database test
-- expect: denied 42000 command denied
CREATE TABLE test.mine (a INT);

-- attempt: an index on the base table
-- expect: denied 42000 INDEX command denied
CREATE INDEX mine ON orders.payments (pan);

-- attempt: a sequence
-- expect: denied 42000 CREATE command denied
CREATE SEQUENCE mine;

-- attempt: a federated server
-- expect: denied 42000
CREATE SERVER mine FOREIGN DATA WRAPPER mysql OPTIONS (HOST '127.0.0.1');

-- attempt: a plug-in
-- expect: denied 42000
INSTALL SONAME 'ha_connect';

-- attempt: an anonymous block that reads the base table
-- expect: denied 42000 SELECT command denied
BEGIN NOT ATOMIC SELECT pan FROM orders.payments; END;

-- attempt: an anonymous block that signals a value
-- expect: denied 45000 401288******1881
BEGIN NOT ATOMIC DECLARE said VARCHAR(100); SELECT pan INTO said FROM payments WHERE id = 2; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = said; END;

-- attempt: a cursor in an anonymous block
-- expect: masked 401288******1881
BEGIN NOT ATOMIC DECLARE v VARCHAR(100); DECLARE c CURSOR FOR SELECT pan FROM payments WHERE id = 2; OPEN c; FETCH c INTO v; SELECT v; CLOSE c; END;

-- attempt: a row type anchored to the base table
-- expect: denied 42000 command denied
BEGIN NOT ATOMIC DECLARE r ROW TYPE OF orders.payments; SELECT * INTO r FROM payments LIMIT 1; END;

-- attempt: a handler that swallows the denial
-- expect: masked denied
BEGIN NOT ATOMIC DECLARE CONTINUE HANDLER FOR SQLEXCEPTION SELECT 'denied' AS said; SELECT pan FROM orders.payments; END;
