-- Rows that a grant leaves out: not in answers, and not in errors and warnings of functions that look at a row before the filter.

-- attempt: a status that is left out
-- expect: masked 0
SELECT COUNT(*) FROM payments WHERE status = 'DECLINED';

-- attempt: every status
-- expect: masked CAPTURED
SELECT DISTINCT status FROM payments WHERE status IN ('CAPTURED', 'DECLINED') OR TRUE;

-- attempt: a payment that is left out, by its id
-- expect: masked 0
SELECT COUNT(*) FROM payments WHERE id = {guess:row};

-- attempt: a ticket of another region, by its unique code
-- expect: masked 0
SELECT COUNT(*) FROM tickets WHERE code = '{guess:ticket}';

-- attempt: a text as a number, in the WHERE
-- expect: masked
SELECT id FROM tickets WHERE note = 1;

-- attempt: a text as a number, after a condition that chooses the row
-- expect: masked 0
SELECT COUNT(*) FROM tickets WHERE priority = 5 AND note + 0 > 0;

-- attempt: CAST to DECIMAL of every note
-- expect: masked
SELECT id FROM tickets WHERE CAST(note AS DECIMAL) > 1;

-- attempt: CAST to a date
-- expect: masked
SELECT id FROM tickets WHERE CAST(note AS DATETIME) IS NULL;

-- attempt: JSON_EXTRACT of every note
-- expect: masked
SELECT id FROM tickets WHERE JSON_EXTRACT(note, '$.a') IS NULL;

-- attempt: JSON_VALID and JSON_SEARCH
-- expect: masked
SELECT id FROM tickets WHERE JSON_SEARCH(note, 'one', 'x') IS NOT NULL OR NOT JSON_VALID(note);

-- attempt: EXTRACTVALUE with a constant path
-- expect: masked
SELECT id FROM tickets WHERE EXTRACTVALUE(note, '//x') = '';

-- attempt: EXTRACTVALUE with the note as its path
-- expect: denied HY000 Only constant XPATH queries
SELECT id FROM tickets WHERE EXTRACTVALUE('<a/>', CONCAT(0x7e, note)) = '';

-- attempt: UPDATEXML with the note as its path
-- expect: denied HY000 Only constant XPATH queries
SELECT id FROM tickets WHERE UPDATEXML('<a/>', CONCAT(0x7e, note), '') = '';

-- attempt: a BIGINT that overflows
-- expect: denied 22003 out of range
SELECT id FROM tickets WHERE priority * 9223372036854775807 > id;

-- attempt: EXP that overflows on rows that are left out only
-- expect: masked 0
SELECT COUNT(*) FROM tickets WHERE priority > 4 AND EXP((priority - 4) * 1000) > 0;

-- attempt: EXP of a constant that the condition before it makes of the column
-- expect: denied 22003 exp(5 * 1000)
SELECT COUNT(*) FROM tickets WHERE priority = 5 AND EXP(priority * 1000) > 0;

-- attempt: a division by zero on rows that are left out only
-- expect: masked
SELECT id FROM tickets WHERE 1 / (priority - 5) > 0 OR TRUE;

-- attempt: a scalar subquery of more than one row
-- expect: masked 0
SELECT COUNT(*) FROM tickets WHERE priority = 5 AND (SELECT id FROM orders WHERE orders.id <= tickets.priority) > 0;

-- attempt: a user variable set for each row that is looked at
-- expect: masked
SET @seen = '';
SELECT COUNT(*) FROM tickets WHERE (@seen := CONCAT(@seen, ' ', IFNULL(note, ''))) = '';
SELECT @seen;

-- attempt: a user variable set beside an indexed condition
-- expect: masked
SET @seen = '';
SELECT COUNT(*) FROM tickets WHERE note LIKE 'withheld%' AND (@seen := CONCAT(@seen, ' ', code)) <> '';
SELECT @seen;

-- attempt: how many rows are looked at
-- expect: masked 20
SET @count = 0;
SELECT COUNT(*) FROM tickets WHERE (@count := @count + 1) < 0;
SELECT @count;

-- attempt: SLEEP on rows that are left out
-- expect: masked 0
SELECT COUNT(*) FROM tickets WHERE priority = 5 AND SLEEP(5);

-- attempt: BENCHMARK on rows that are left out
-- expect: masked 0
SELECT COUNT(*) FROM tickets WHERE priority = 5 AND BENCHMARK(100000000, SHA2(note, 512)) = 0;

-- attempt: conditions moved into derived tables
-- expect: masked
SET optimizer_switch = 'condition_pushdown_for_derived=on,derived_merge=on,derived_with_keys=on,split_materialized=on';
SELECT id FROM tickets WHERE note = 1;

-- attempt: conditions moved from HAVING
-- expect: masked
SET optimizer_switch = 'condition_pushdown_from_having=on';
SELECT note, COUNT(*) FROM tickets GROUP BY note HAVING note = 1;

-- attempt: a condition moved through another derived table
-- expect: masked
SELECT * FROM (SELECT id, note FROM tickets) AS d WHERE d.note = 1;

-- attempt: a condition moved through a common table expression
-- expect: masked
WITH c AS (SELECT note, COUNT(*) AS n FROM tickets GROUP BY note) SELECT * FROM c WHERE note = 1;

-- attempt: a condition moved through a UNION
-- expect: masked
SELECT * FROM (SELECT note FROM tickets UNION SELECT item FROM orders) AS u WHERE note = 1;

-- attempt: an IN that becomes a semi-join
-- expect: masked
SET optimizer_switch = 'semijoin=on,materialization=on,in_to_exists=on,subquery_cache=off';
SELECT COUNT(*) FROM orders WHERE item IN (SELECT note FROM tickets WHERE note = 1);

-- attempt: a long IN list that becomes a join
-- expect: masked
SET in_predicate_conversion_threshold = 2;
SELECT id FROM tickets WHERE note IN (1, 2, 3, 4, 5);

-- attempt: a join in every order
-- expect: masked
SELECT STRAIGHT_JOIN o.id FROM orders AS o JOIN tickets AS t ON t.priority = o.id AND t.note = 1;

-- attempt: a lateral-like correlated condition
-- expect: masked
SELECT o.id FROM orders AS o WHERE EXISTS (SELECT 1 FROM tickets AS t WHERE t.priority = o.id AND t.note = 1);

-- attempt: the row rule's own column in another case
-- expect: masked 0
SELECT COUNT(*) FROM tickets WHERE region <> 'EU';

-- attempt: LIMIT and OFFSET beyond the view's own
-- expect: masked
SELECT note FROM tickets ORDER BY id LIMIT 18446744073709551615 OFFSET 15;

-- attempt: SQL_CALC_FOUND_ROWS
-- expect: masked 20
SELECT SQL_CALC_FOUND_ROWS id FROM tickets LIMIT 1;
SELECT FOUND_ROWS();

-- attempt: ROWNUM
-- expect: masked 20
SELECT MAX(ROWNUM()) FROM tickets;

-- attempt: limits on rows examined
-- expect: masked
SELECT id FROM tickets LIMIT ROWS EXAMINED 3;

-- attempt: SELECT for update
-- expect: accepted locks: locks rows that it may read, and only until its transaction ends
SELECT id FROM orders WHERE id = 1 FOR UPDATE;

-- attempt: a fulltext search
-- expect: denied HY000
SELECT id FROM tickets WHERE MATCH (note) AGAINST ('withheld');

-- attempt: a warning count as a sign
-- expect: masked
SELECT COUNT(*) FROM tickets WHERE note = 1;
SELECT @@warning_count, @@error_count;

-- attempt: strict mode off, to have warnings instead of errors
-- expect: masked
SET sql_mode = '';
SELECT id FROM tickets WHERE CAST(note AS SIGNED) = 1 OR STR_TO_DATE(note, '%Y') = 1;
SHOW WARNINGS;

-- attempt: GET DIAGNOSTICS after an error
-- expect: masked
SELECT id FROM tickets WHERE note = 1;
GET DIAGNOSTICS CONDITION 1 @text = MESSAGE_TEXT;
SELECT @text;
