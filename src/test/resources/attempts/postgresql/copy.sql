-- COPY, to the client and on the server.

-- attempt: COPY of the view
-- expect: denied 42809 cannot copy from view
COPY payments TO STDOUT;

-- attempt: COPY of a query
-- expect: masked 401288******1881
COPY (SELECT * FROM payments) TO STDOUT;

-- attempt: COPY of a query as CSV with everything quoted
-- expect: masked 401288******1881
COPY (SELECT * FROM payments) TO STDOUT (FORMAT csv, HEADER, FORCE_QUOTE *);

-- attempt: COPY of a query in binary
-- expect: masked 401288******1881
COPY (SELECT pan FROM payments) TO STDOUT (FORMAT binary);

-- attempt: COPY of the base table
-- expect: denied 42501 permission denied for table payments
COPY public.payments TO STDOUT;

-- attempt: COPY of one column of the base table
-- expect: denied 42501 permission denied for table payments
COPY public.payments (pan) TO STDOUT;

-- attempt: COPY of a query on the base table
-- expect: denied 42501 permission denied for table payments
COPY (SELECT pan FROM public.payments) TO STDOUT;

-- attempt: COPY to a program
-- expect: denied 42501 COPY to or from an external program
COPY (SELECT 1) TO PROGRAM 'id';

-- attempt: COPY from a program
-- expect: denied 42501 COPY to or from an external program
CREATE TEMP TABLE t (line text);
COPY t FROM PROGRAM 'id';

-- attempt: COPY to a file
-- expect: denied 42501 COPY to a file
COPY (SELECT pan FROM payments) TO '/tmp/pans';

-- attempt: COPY from a file
-- expect: denied 42501 COPY from a file
CREATE TEMP TABLE t (line text);
COPY t FROM '/etc/passwd';

-- attempt: COPY into a view of which nothing may be written
-- expect: denied 42501 permission denied for view payments
COPY payments (pan) FROM STDIN;
4929478218423216
\.

-- attempt: COPY into a base table
-- expect: denied 42501 permission denied for table refunds
COPY public.refunds (order_id, amount_cents, reason) FROM STDIN;
1	1	x
\.

-- attempt: COPY into a view that may be inserted into
-- expect: denied 42809 cannot copy to view
-- needs: corpus
COPY refunds (order_id, amount_cents, reason) FROM STDIN;
1	1	x
\.

-- attempt: a bad line's context when COPY fails
-- expect: denied 22P02
CREATE TEMP TABLE t (id integer);
COPY t FROM STDIN;
x
\.
