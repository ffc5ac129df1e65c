-- What the catalogs say. PostgreSQL lets every login read them: names and definitions are no secret in it.

-- attempt: the definition of the view
-- expect: accepted definitions: it tells which columns are masked and how, and which rows are left out; it holds no key
SELECT pg_get_viewdef('payments'::regclass), pg_get_viewdef('customers'::regclass);

-- attempt: the definition of the view as a tree
-- expect: accepted definitions: it tells which columns are masked and how, and which rows are left out; it holds no key
SELECT ev_action FROM pg_rewrite WHERE ev_class = 'customers'::regclass;

-- attempt: every view's definition
-- expect: accepted definitions: it tells which columns are masked and how, and which rows are left out; it holds no key
SELECT definition FROM pg_views;

-- attempt: the columns of the base table
-- expect: accepted definitions: everybody may read the names and types of columns
SELECT attname, atttypid::regtype FROM pg_attribute WHERE attrelid = 'public.payments'::regclass AND attnum > 0;

-- attempt: the columns of the base tables as the standard shows them
-- expect: masked 0
SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public';

-- attempt: defaults of columns
-- expect: accepted definitions: everybody may read the defaults of columns
SELECT adrelid::regclass, pg_get_expr(adbin, adrelid) FROM pg_attrdef;

-- attempt: conditions of constraints
-- expect: accepted definitions: everybody may read constraints
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint;

-- attempt: indexes
-- expect: accepted definitions: everybody may read how a table is indexed
SELECT pg_get_indexdef(indexrelid) FROM pg_index;

-- attempt: the text of functions
-- expect: accepted definitions: everybody may read the text of functions; no value of a row belongs in one
SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace;

-- attempt: comments
-- expect: accepted definitions: everybody may read comments
SELECT description FROM pg_description;

-- attempt: the settings of roles and databases
-- expect: accepted who-is-there: everybody may read the names of roles, their settings and who is a member of what
SELECT setrole::regrole, setconfig FROM pg_db_role_setting;

-- attempt: the values of enumerations and the bounds of partitions
-- expect: masked
SELECT (SELECT count(*) FROM pg_enum), (SELECT count(*) FROM pg_class WHERE relpartbound IS NOT NULL);

-- attempt: the last value of a base table's sequence
-- expect: denied 42501 permission denied for sequence
SELECT last_value FROM public.payments_id_seq;

-- attempt: the last value by the view of sequences
-- expect: masked 0
SELECT count(last_value) FROM pg_sequences WHERE schemaname = 'public';

-- attempt: the last value by a function
-- expect: denied 42501 permission denied for sequence
-- servers: -17
SELECT pg_sequence_last_value('public.payments_id_seq');

-- attempt: the last value by a function, which is nothing
-- expect: masked null
-- servers: 18+
SELECT pg_sequence_last_value('public.payments_id_seq');

-- attempt: currval
-- expect: denied 42501 permission denied for sequence
SELECT currval('public.payments_id_seq');

-- attempt: nextval
-- expect: denied 42501 permission denied for sequence
SELECT nextval('public.payments_id_seq');

-- attempt: setval
-- expect: denied 42501 permission denied for sequence
SELECT setval('public.payments_id_seq', 1);

-- attempt: lastval after nothing
-- expect: denied 55000
SELECT lastval();

-- attempt: the place and the transaction of a row of the view
-- expect: denied 42703
SELECT ctid FROM payments;

-- attempt: the transaction of a row of the view
-- expect: denied 42703
SELECT xmin FROM payments;

-- attempt: the table of a row of the view
-- expect: denied 42703
SELECT tableoid FROM payments;

-- attempt: a row of the base table by its place
-- expect: denied 42501 permission denied for table payments
SELECT pan FROM public.payments WHERE ctid = '(0,1)';

-- attempt: the newest version of a row by its place
-- expect: denied 42501 permission denied for table payments
SELECT currtid2('public.payments', '(0,1)');

-- attempt: which transactions a snapshot sees
-- expect: accepted counts: numbers of transactions tell how much is written, and nothing of what
SELECT pg_current_snapshot(), pg_visible_in_snapshot('3', pg_current_snapshot()), txid_current() > 0;

-- attempt: the time of a transaction
-- expect: denied 55000
SELECT pg_xact_commit_timestamp('3');

-- attempt: large objects' list
-- expect: accepted definitions: everybody may read which large objects there are, and not what is in them
SELECT oid, lomowner FROM pg_largeobject_metadata;

-- attempt: the text search dictionaries' files
-- expect: denied 42501
CREATE TEXT SEARCH DICTIONARY {group}.mine (TEMPLATE = simple, STOPWORDS = english);

-- attempt: a collation made of a file
-- expect: denied 42501
CREATE COLLATION {group}.mine (LOCALE = 'C');

-- attempt: names that lead to objects without a right
-- expect: accepted definitions: everybody may read which objects there are
SELECT 'public.staff_salaries'::regclass::oid > 0;

-- attempt: names in a schema without a right
-- expect: denied 42501 permission denied for schema daypass
SELECT to_regclass('daypass.masking_key');

-- attempt: which rows an index of a base table holds
-- expect: denied 42883
SELECT * FROM bt_page_items('public.payments_pkey', 1);

-- attempt: the summary of a block range index
-- expect: denied 42809
SELECT brin_summarize_new_values('public.payments_pkey');

-- attempt: an index's pending entries
-- expect: denied 42809
SELECT gin_clean_pending_list('public.payments_pkey');
