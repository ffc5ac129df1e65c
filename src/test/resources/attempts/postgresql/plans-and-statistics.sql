-- EXPLAIN, and what the planner has written down about hidden values.

-- attempt: EXPLAIN of the view
-- expect: accepted definitions: a plan names the base table, its columns and the mask, as the view's definition does
EXPLAIN SELECT pan FROM payments;

-- attempt: EXPLAIN with everything
-- expect: accepted counts: a plan that was run tells how many rows the filter removed, and nothing of what is in them
EXPLAIN (ANALYZE, VERBOSE, BUFFERS, SETTINGS, WAL) SELECT * FROM payments;

-- attempt: EXPLAIN as JSON with memory and serialization
-- expect: accepted counts: a plan that was run tells how many rows the filter removed, and nothing of what is in them
-- servers: 17+
EXPLAIN (ANALYZE, VERBOSE, MEMORY, SERIALIZE TEXT, FORMAT JSON) SELECT * FROM payments;

-- attempt: EXPLAIN of a hash mask does not show the key
-- expect: accepted definitions: the plan names the key's table and no byte of the key
EXPLAIN (ANALYZE, VERBOSE) SELECT email FROM customers;

-- attempt: an estimate for a card number that is there, against one that is not
-- expect: masked
EXPLAIN SELECT * FROM payments WHERE pan = '{guess:pan}';

-- attempt: an estimate for a range that begins at a card number that is there
-- expect: masked
EXPLAIN SELECT * FROM payments WHERE pan >= '{guess:pan}';

-- attempt: an estimate for a pattern
-- expect: masked
EXPLAIN SELECT * FROM payments WHERE pan LIKE '{guess:pan}%';

-- attempt: an estimate for an address that is there, against one that is not
-- expect: masked
EXPLAIN SELECT * FROM customers WHERE email = '{guess:email}';

-- attempt: an estimate for a cardholder who is there
-- expect: masked
EXPLAIN SELECT * FROM payments WHERE cardholder = '{guess:cardholder}';

-- attempt: an estimate for the status that the filter hides
-- expect: accepted estimates: the planner's statistics count every row, so an estimate for an unmasked column can tell that a value occurs
EXPLAIN SELECT * FROM payments WHERE status = 'DECLINED';

-- attempt: the rows that an index finds and the filter removes
-- expect: accepted estimates: for an indexed, unmasked column EXPLAIN ANALYZE tells whether a row outside the filter has a value that is guessed
SET enable_seqscan = off;
EXPLAIN (ANALYZE, TIMING OFF) SELECT * FROM payments WHERE id = {guess:row};

-- attempt: EXPLAIN of the base table
-- expect: denied 42501 permission denied for table payments
EXPLAIN SELECT pan FROM public.payments;

-- attempt: EXPLAIN of a generic plan of the base table
-- expect: denied 42501 permission denied for table payments
-- servers: 16+
EXPLAIN (GENERIC_PLAN) SELECT pan FROM public.payments WHERE pan = $1;

-- attempt: pg_stats
-- expect: masked 0
SELECT count(*) FROM pg_stats WHERE tablename IN ('payments', 'customers', 'orders', 'staff_salaries');

-- attempt: everything that pg_stats shows
-- expect: masked
SELECT count(*), string_agg(most_common_vals::text, ' '), string_agg(histogram_bounds::text, ' ') FROM pg_stats WHERE schemaname = 'public';

-- attempt: pg_statistic
-- expect: denied 42501 permission denied for table pg_statistic
SELECT stavalues1 FROM pg_statistic;

-- attempt: extended statistics' values
-- expect: masked 0
SELECT count(*) FROM pg_stats_ext WHERE most_common_vals IS NOT NULL;

-- attempt: extended statistics on expressions
-- expect: masked 0
SELECT count(*) FROM pg_stats_ext_exprs;

-- attempt: pg_statistic_ext_data
-- expect: denied 42501 permission denied for table pg_statistic_ext_data
SELECT * FROM pg_statistic_ext_data;

-- attempt: the items of a most-common-values list that one makes up
-- expect: denied 0A000
SELECT * FROM pg_mcv_list_items('x'::pg_mcv_list);

-- attempt: how many rows the base tables have
-- expect: accepted counts: everybody may read how large a table is
SELECT relname, reltuples, relpages FROM pg_class WHERE relnamespace = 'public'::regnamespace;

-- attempt: how much was done with the base tables
-- expect: accepted counts: everybody may read how large a table is, and how often it was read and written
SELECT relname, n_live_tup, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_all_tables WHERE schemaname = 'public';

-- attempt: the size of the base tables on disk
-- expect: accepted counts: everybody may read how large a table is
SELECT pg_relation_size('public.payments'), pg_total_relation_size('public.staff_salaries');

-- attempt: the path of the base table's file
-- expect: accepted definitions: a file's name in the data directory, which a session cannot open
SELECT pg_relation_filepath('public.payments');

-- attempt: ANALYZE of the base table
-- expect: masked
ANALYZE public.payments;
SELECT count(*) FROM pg_stats WHERE schemaname = 'public';

-- attempt: ANALYZE of everything, with every word
-- expect: masked
ANALYZE VERBOSE;
SELECT count(*) FROM pg_stats WHERE schemaname = 'public';

-- attempt: VACUUM of the base table, with every word
-- expect: masked
VACUUM VERBOSE public.payments;
SELECT count(*) FROM pg_stats WHERE schemaname = 'public';

-- attempt: statistics of one's own on a base table
-- expect: denied 42501 must be owner of table payments
CREATE STATISTICS pg_temp.mine ON pan, status FROM public.payments;

-- attempt: statistics on the view
-- expect: denied 42809
CREATE STATISTICS pg_temp.mine ON pan, status FROM payments;

-- attempt: statistics written by hand
-- expect: denied 42501
-- servers: 18+
SELECT pg_clear_relation_stats('public', 'payments');

-- attempt: a block of the base table read by an extension
-- expect: denied 42501 permission denied to create extension
CREATE EXTENSION pageinspect;
