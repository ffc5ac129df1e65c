-- Leaky functions and operators of the session's own, made so cheap that the planner would like to run them first. A
-- security_barrier view runs its own conditions before them, and hands them masked values only.

-- attempt: a cheap function that tells what it is given
-- expect: masked saw 401288******1881
CREATE FUNCTION pg_temp.tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001
  AS $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
SELECT count(*) FROM payments WHERE pg_temp.tell(pan);

-- attempt: a cheap function on a column that is not masked, for rows outside the filter
-- expect: masked saw CAPTURED
CREATE FUNCTION pg_temp.tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001
  AS $$ BEGIN IF $1 = 'DECLINED' THEN RAISE EXCEPTION 'a hidden row'; END IF; RAISE NOTICE 'saw %', $1; RETURN true; END $$;
SELECT count(*) FROM payments WHERE pg_temp.tell(status);

-- attempt: a cheap function on the whole row
-- expect: masked saw
CREATE FUNCTION pg_temp.tell(anyelement) RETURNS boolean LANGUAGE plpgsql COST 0.0000001
  AS $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
SELECT count(*) FROM payments AS p WHERE pg_temp.tell(p);

-- attempt: a function that calls itself leakproof
-- expect: denied 42501 only superuser can define a leakproof function
CREATE FUNCTION pg_temp.tell(text) RETURNS boolean LANGUAGE plpgsql LEAKPROOF
  AS $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;

-- attempt: a function made leakproof later
-- expect: denied 42501 only superuser can define a leakproof function
CREATE FUNCTION pg_temp.tell(text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
ALTER FUNCTION pg_temp.tell(text) LEAKPROOF;

-- attempt: an operator of the session's own
-- expect: masked saw 401288******1881
CREATE FUNCTION pg_temp.tell(text, text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001
  AS $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
CREATE OPERATOR pg_temp.=== (PROCEDURE = pg_temp.tell, LEFTARG = text, RIGHTARG = text, RESTRICT = eqsel);
SELECT count(*) FROM payments WHERE pan OPERATOR(pg_temp.===) 'x';

-- attempt: an equality of the session's own in front of the built-in one
-- expect: masked
CREATE FUNCTION pg_temp.tell(text, text) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
CREATE OPERATOR pg_temp.= (PROCEDURE = pg_temp.tell, LEFTARG = text, RIGHTARG = text);
SET search_path = pg_temp, pg_catalog, {group};
SELECT count(*) FROM payments;

-- attempt: functions of the session's own in front of those that a mask uses
-- expect: masked 401288******1881
CREATE FUNCTION pg_temp.regexp_replace(text, text, text, text) RETURNS text LANGUAGE plpgsql
  AS $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN $1; END $$;
CREATE FUNCTION pg_temp.substr(text, integer, integer) RETURNS text LANGUAGE plpgsql
  AS $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN $1; END $$;
CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE plpgsql
  AS $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN $1; END $$;
SET search_path = pg_temp, pg_catalog, {group};
SELECT p.pan, c.email FROM payments AS p, customers AS c;

-- attempt: a cheap function when sequential scans are forbidden
-- expect: masked
SET enable_seqscan = off;
CREATE FUNCTION pg_temp.tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001
  AS $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
SELECT count(*) FROM payments WHERE pg_temp.tell(status) AND id BETWEEN 1 AND 100;

-- attempt: a cheap function in a parallel plan
-- expect: masked
-- servers: 16+
SET debug_parallel_query = on;
CREATE FUNCTION pg_temp.tell(text) RETURNS boolean LANGUAGE plpgsql PARALLEL SAFE COST 0.0000001
  AS $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
SELECT count(*) FROM payments WHERE pg_temp.tell(pan);

-- attempt: an inlined SQL function
-- expect: masked 0
CREATE FUNCTION pg_temp.hidden(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT 1 / (CASE WHEN $1 = 'DECLINED' THEN 0 ELSE 1 END) = 0 $$;
SELECT count(*) FROM payments WHERE pg_temp.hidden(status);

-- attempt: a leaky function in a join with an outer table that drives it
-- expect: masked
CREATE FUNCTION pg_temp.tell(text, bigint) RETURNS boolean LANGUAGE plpgsql COST 0.0000001
  AS $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
SELECT count(*) FROM generate_series(1, 3) AS n JOIN payments AS p ON pg_temp.tell(p.status, n);

-- attempt: a leaky function over a hash mask
-- expect: masked saw
CREATE FUNCTION pg_temp.tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001
  AS $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
SELECT count(*) FROM customers WHERE pg_temp.tell(email);

-- attempt: a leaky function over a truncated date
-- expect: masked saw 2026-01-01
CREATE FUNCTION pg_temp.tell(date) RETURNS boolean LANGUAGE plpgsql COST 0.0000001
  AS $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
SELECT count(*) FROM customers WHERE pg_temp.tell(created_at);

-- attempt: a built-in function that is leaky and cheap, over rows outside the filter
-- expect: masked 0
SELECT count(*) FROM payments WHERE substr('x', 1, CASE WHEN status = 'DECLINED' THEN -1 ELSE 1 END) = 'y';

-- attempt: a leaky function in an update's condition
-- expect: masked saw note
-- needs: corpus
BEGIN;
CREATE FUNCTION pg_temp.tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001
  AS $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
UPDATE tickets SET priority = 1 WHERE pg_temp.tell(note);

-- attempt: a leaky function in a delete's condition
-- expect: masked saw note
-- needs: corpus
BEGIN;
CREATE FUNCTION pg_temp.tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001
  AS $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
DELETE FROM tickets WHERE pg_temp.tell(note);

-- attempt: a leaky function in a merge's condition
-- expect: masked saw note
-- needs: corpus
-- servers: 17+
BEGIN;
CREATE FUNCTION pg_temp.tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001
  AS $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
MERGE INTO tickets AS t USING (SELECT 1) AS s ON pg_temp.tell(t.note)
  WHEN NOT MATCHED BY SOURCE THEN DELETE
  WHEN MATCHED THEN UPDATE SET priority = 1;

-- attempt: a leaky function in RETURNING
-- expect: masked saw note
-- needs: corpus
BEGIN;
CREATE FUNCTION pg_temp.tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001
  AS $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
UPDATE tickets SET note = note RETURNING pg_temp.tell(note), tickets.*;
