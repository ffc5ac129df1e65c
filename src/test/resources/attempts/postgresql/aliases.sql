-- Another name for a masked column, or for its table, is still the masked column; a name with its schema leads to the base table,
-- on which a session has no right.

-- attempt: an alias of a masked column
-- expect: masked 401288******1881
SELECT p.pan AS number
  FROM payments AS p;

-- attempt: an alias list over the view
-- expect: masked 401288******1881
SELECT c
  FROM payments AS p (a, b, c, d, e, f, g);

-- attempt: a column as a function of the row
-- expect: masked 401288******1881
SELECT pan(p)
  FROM payments AS p;

-- attempt: the whole row
-- expect: masked 401288******1881
SELECT p
  FROM payments AS p;

-- attempt: every column
-- expect: masked redacted
SELECT *
  FROM payments;

-- attempt: the TABLE command
-- expect: masked 401288******1881
TABLE payments;

-- attempt: the base table by its own name
-- expect: denied 42501 permission denied for table payments
SELECT pan FROM public.payments;

-- attempt: the base table with ONLY
-- expect: denied 42501 permission denied for table payments
SELECT pan FROM ONLY public.payments;

-- attempt: the base table with a database before it
-- expect: denied 42501 permission denied for table payments
SELECT pan FROM {database}.public.payments;

-- attempt: only a column of the base table that the view shows unmasked
-- expect: denied 42501 permission denied for table payments
SELECT id FROM public.payments;

-- attempt: counting the base table
-- expect: denied 42501 permission denied for table payments
SELECT count(*) FROM public.payments;

-- attempt: no column of the base table at all
-- expect: denied 42501 permission denied for table payments
SELECT FROM public.payments;

-- attempt: a column that the view leaves out
-- expect: denied 42703 column "expiry" does not exist
SELECT expiry FROM payments;

-- attempt: a column that the view leaves out, as a function of the row
-- expect: denied 42883
SELECT expiry(p) FROM payments AS p;

-- attempt: the base table's columns through a composite value of its type
-- expect: denied 42846 cannot cast type
SELECT (p::public.payments).pan FROM payments AS p;

-- attempt: a table that is in no grant
-- expect: denied 42501 permission denied for table staff_salaries
SELECT * FROM public.staff_salaries;

-- attempt: a table that is in no grant, without its schema
-- expect: denied 42P01
SELECT * FROM staff_salaries;

-- attempt: the base table after search_path was changed
-- expect: denied 42501 permission denied for table payments
SET search_path = public;
SELECT pan FROM payments;

-- attempt: the base table by the role's name in search_path
-- expect: denied 42501 permission denied for table payments
SET search_path = "$user", public;
SELECT pan FROM payments;

-- attempt: the base table in a subquery that is never needed
-- expect: denied 42501 permission denied for table payments
SELECT 1 WHERE false OR EXISTS (SELECT pan FROM public.payments LIMIT 0);

-- attempt: the base table beside the view
-- expect: denied 42501 permission denied for table payments
SELECT b.pan
  FROM payments AS v
  JOIN public.payments AS b USING (id);
