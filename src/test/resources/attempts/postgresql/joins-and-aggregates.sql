-- Masked values and filtered rows through joins, sets, aggregates and windows.

-- attempt: a self-join on the masked column
-- expect: masked 401288******1881
SELECT a.pan, b.pan
  FROM payments AS a
  JOIN payments AS b USING (pan);

-- attempt: a join of two grants' tables
-- expect: masked 401288******1881
SELECT o.item, p.pan, p.cardholder, c.email
  FROM orders AS o
  JOIN payments AS p ON p.order_id = o.id
  JOIN customers AS c ON c.id = o.customer_id;

-- attempt: the rows that an outer join leaves empty
-- expect: masked
SELECT o.id, p.id, p.pan, p.status
  FROM orders AS o
  LEFT JOIN payments AS p ON p.order_id = o.id
  WHERE p.id IS NULL;

-- attempt: a full join with every possible key
-- expect: masked
SELECT *
  FROM generate_series(1, 40) AS n
  FULL JOIN payments AS p ON p.id = n;

-- attempt: a lateral subquery
-- expect: masked 401288******1881
SELECT o.id, l.*
  FROM orders AS o, LATERAL (SELECT pan, cardholder FROM payments WHERE order_id = o.id) AS l;

-- attempt: a materialized common table expression
-- expect: masked 401288******1881
WITH p AS MATERIALIZED (SELECT * FROM payments) SELECT pan FROM p;

-- attempt: a common table expression that is not materialized
-- expect: masked 401288******1881
WITH p AS NOT MATERIALIZED (SELECT * FROM payments) SELECT pan FROM p WHERE pan LIKE '4%';

-- attempt: a recursive common table expression
-- expect: masked 401288******1881
WITH RECURSIVE r (id, pan) AS (
  SELECT id, pan FROM payments WHERE id = 2
  UNION ALL
  SELECT p.id, p.pan FROM r JOIN payments AS p ON p.id = r.id + 1)
  SELECT * FROM r;

-- attempt: min and max of a masked column
-- expect: masked
SELECT min(pan), max(pan), min(cardholder), max(cardholder)
  FROM payments;

-- attempt: string_agg
-- expect: masked 401288******1881
SELECT string_agg(pan, ',' ORDER BY id)
  FROM payments;

-- attempt: array_agg
-- expect: masked 401288******1881
SELECT array_agg(pan)
  FROM payments;

-- attempt: groups of a masked column
-- expect: masked 401288******1881
SELECT pan, count(*)
  FROM payments
  GROUP BY pan;

-- attempt: grouping sets over everything
-- expect: masked redacted
SELECT pan, cardholder, status, count(*), sum(amount_cents)
  FROM payments
  GROUP BY CUBE (pan, cardholder, status);

-- attempt: counting the rows of a status that the filter hides
-- expect: masked 0
SELECT count(*)
  FROM payments
  WHERE status = 'DECLINED';

-- attempt: every status there is
-- expect: masked CAPTURED
SELECT DISTINCT status
  FROM payments;

-- attempt: a condition that is always true beside the filter
-- expect: masked
SELECT count(*), count(*) FILTER (WHERE status NOT IN ('AUTHORISED', 'CAPTURED'))
  FROM payments
  WHERE status = 'DECLINED' OR true;

-- attempt: the order of a masked column
-- expect: masked
SELECT id, rank() OVER (ORDER BY pan), percent_rank() OVER (ORDER BY pan)
  FROM payments;

-- attempt: windows over a masked column
-- expect: masked 401288******1881
SELECT lag(pan) OVER w, lead(pan) OVER w, first_value(pan) OVER w, ntile(4) OVER w
  FROM payments WINDOW w AS (PARTITION BY cardholder ORDER BY pan);

-- attempt: percentiles and modes
-- expect: masked
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY pan), mode() WITHIN GROUP (ORDER BY pan)
  FROM payments;

-- attempt: the difference to a list of everything imaginable
-- expect: masked
SELECT pan FROM payments
  EXCEPT
  SELECT '4111111111111111'
  UNION ALL
  SELECT cardholder FROM payments
  INTERSECT
  SELECT 'redacted';

-- attempt: a table sample of the view
-- expect: denied 0A000
SELECT * FROM payments TABLESAMPLE SYSTEM (100);

-- attempt: a table sample of the base table
-- expect: denied 42501 permission denied for table payments
SELECT * FROM public.payments TABLESAMPLE BERNOULLI (100);

-- attempt: rows from several functions side by side
-- expect: masked 401288******1881
SELECT *
  FROM ROWS FROM (generate_series(1, 30), unnest((SELECT array_agg(pan) FROM payments))) AS t (n, pan);

-- attempt: a scalar subquery for each row
-- expect: masked
SELECT o.id, (SELECT pan FROM payments AS p WHERE p.order_id = o.id)
  FROM orders AS o;

-- attempt: regression and bit aggregates over the visible amounts
-- expect: masked
SELECT corr(id, amount_cents), bit_xor(id), every(status <> 'DECLINED')
  FROM payments;
