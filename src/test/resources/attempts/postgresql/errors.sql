-- What errors give away: they may hold values, and a session can make them happen at will. Functions of the session's own and
-- built-in ones that fail are run after the view's filter (security_barrier), on masked values.

-- attempt: a division that fails for some rows
-- expect: denied 22012 division by zero
SELECT 1 / (id - id) FROM payments WHERE pan LIKE '4%';

-- attempt: a division that would fail only for a row outside the filter
-- expect: masked
SELECT 1 / (CASE WHEN status = 'DECLINED' THEN 0 ELSE 1 END) FROM payments;

-- attempt: a division in the condition that would fail only for a row outside the filter
-- expect: masked 0
SELECT count(*)
  FROM payments
  WHERE 1 / (CASE WHEN status = 'DECLINED' THEN 0 ELSE 1 END) = 0;

-- attempt: a cast of a masked value that shows the value in its error
-- expect: denied 22P02
SELECT pan::bigint FROM payments;

-- attempt: a cast of the redacted value
-- expect: denied 22P02 redacted
SELECT cardholder::integer FROM payments;

-- attempt: a cast in the condition, before the filter if it could
-- expect: denied 22P02
SELECT count(*) FROM payments WHERE pan::numeric > 0;

-- attempt: a cast of a status that only rows outside the filter have
-- expect: denied 22P02
SELECT status::integer FROM payments WHERE status = 'DECLINED' OR status::integer > 0;

-- attempt: a cast of an amount that fails above a bound, for rows outside the filter too
-- expect: masked
SELECT count(*)
  FROM payments
  WHERE (repeat('9', CASE WHEN status = 'DECLINED' THEN 19 ELSE 1 END))::bigint > 0;

-- attempt: a regular expression that does not compile for a value
-- expect: denied 2201B
SELECT count(*) FROM payments WHERE 'x' ~ ('[' || pan);

-- attempt: a value as a regular expression
-- expect: denied 2201B
SELECT count(*) FROM payments WHERE 'x' ~ ('(' || cardholder);

-- attempt: a value as a date
-- expect: denied 22008 401288******1881
SELECT pan::date FROM payments WHERE id = 2;

-- attempt: a value as JSON
-- expect: denied 22P02
SELECT email::json FROM customers;

-- attempt: a value as XML
-- expect: denied 2200N
SELECT ('<a>' || pan || cardholder)::xml FROM payments;

-- attempt: a value as an identifier
-- expect: denied 42P01
SELECT pan::regclass FROM payments;

-- attempt: a value as the name of a setting
-- expect: denied 42704
SELECT current_setting(cardholder) FROM payments;

-- attempt: a value as a time zone
-- expect: denied 22023
SELECT now() AT TIME ZONE pan FROM payments;

-- attempt: a value as an encoding
-- expect: denied 22023
SELECT convert_to('x', cardholder) FROM payments;

-- attempt: a value in an array's bounds
-- expect: denied 22P02
SELECT ('{' || pan)::text[] FROM payments;

-- attempt: more rows than a scalar subquery may have
-- expect: denied 21000
SELECT (SELECT pan FROM payments);

-- attempt: an overflow by a sum of what is hidden
-- expect: masked
SELECT sum(amount_cents)::numeric < 9223372036854775807 FROM payments;

-- attempt: the error of a function in ORDER BY
-- expect: denied 22P02
SELECT id FROM payments ORDER BY pan::bigint LIMIT 1;

-- attempt: the error of a function in an aggregate's filter
-- expect: denied 22P02
SELECT count(*) FILTER (WHERE pan::bigint > 0) FROM payments;

-- attempt: the error of a function in a join's condition
-- expect: denied 22P02
SELECT count(*) FROM orders AS o JOIN payments AS p ON p.order_id = o.id AND p.pan::bigint > 0;

-- attempt: a CASE that a folding planner could run too early
-- expect: masked
SELECT CASE WHEN false THEN pan::bigint ELSE 0 END FROM payments;

-- attempt: an error that shows the statement's own parameters
-- expect: denied 22P02
SET client_min_messages = debug5;
PREPARE s (text) AS SELECT $1::integer FROM payments;
EXECUTE s ('x');

-- attempt: debug output of plans and rewritten queries
-- expect: masked
SET client_min_messages = log;
SET debug_print_parse = on;
SET debug_print_rewritten = on;
SET debug_print_plan = on;
SELECT email FROM customers;

-- attempt: the most talkative server there is
-- expect: masked 401288******1881
SET client_min_messages = debug5;
SELECT pan FROM payments;
