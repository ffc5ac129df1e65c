-- Objects of the session's own: what may be made, and that none of it stands in the way of a name that the views use.

-- attempt: a temporary view of the view
-- expect: masked 401288******1881
CREATE TEMP VIEW mine AS SELECT * FROM payments;
SELECT pan FROM mine;

-- attempt: a temporary view without the barrier
-- expect: masked 401288******1881
CREATE TEMP VIEW mine WITH (security_barrier = false) AS SELECT * FROM payments;
SELECT pan FROM mine;

-- attempt: a temporary view of the base table
-- expect: denied 42501 permission denied for table payments
CREATE TEMP VIEW mine AS SELECT pan FROM public.payments;
SELECT pan FROM mine;

-- attempt: a temporary table in front of a base table
-- expect: masked 401288******1881
CREATE TEMP TABLE payments (pan text);
SELECT pan FROM {group}.payments;

-- attempt: a temporary table in front of a catalog
-- expect: masked 401288******1881
CREATE TEMP TABLE pg_class (relname name);
SET search_path = pg_temp, pg_catalog, {group};
SELECT pan FROM payments;

-- attempt: a temporary table in front of what the mask reads
-- expect: masked
CREATE TEMP TABLE masking_key (inner_pad bytea, outer_pad bytea);
INSERT INTO masking_key VALUES ('', '');
SELECT email FROM customers;

-- attempt: masked values kept in a temporary table
-- expect: accepted own-storage: what a session may see it may keep until it ends
CREATE TEMP TABLE mine AS SELECT * FROM payments;

-- attempt: a cast of one's own
-- expect: denied 42501
CREATE FUNCTION pg_temp.number(text) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE CAST (text AS bigint) WITH FUNCTION pg_temp.number(text);

-- attempt: a domain whose check tells
-- expect: denied 23514
CREATE DOMAIN pg_temp.told AS text CHECK (VALUE ~ '^[0-9]*$');
SELECT pan::pg_temp.told FROM payments;

-- attempt: an aggregate of one's own
-- expect: masked 401288******1881
CREATE AGGREGATE pg_temp.collect(text) (SFUNC = textcat, STYPE = text, INITCOND = '');
SELECT pg_temp.collect(pan) FROM payments;

-- attempt: a function with the rights of its owner, who is the session
-- expect: denied 42501 permission denied for table payments
CREATE FUNCTION pg_temp.mine() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS 'SELECT pan FROM public.payments';
SELECT pg_temp.mine();

-- attempt: a function with a search path of its own
-- expect: denied 42501 permission denied for table payments
CREATE FUNCTION pg_temp.mine() RETURNS SETOF text LANGUAGE plpgsql SET search_path = public
  AS $$ BEGIN RETURN QUERY SELECT pan FROM payments; END $$;
SELECT pg_temp.mine();

-- attempt: a function with a role of its own
-- expect: denied 42501
CREATE FUNCTION pg_temp.mine() RETURNS text LANGUAGE sql SET role = 'postgres' AS 'SELECT current_user::text';

-- attempt: a function in the grant's schema
-- expect: denied 42501 permission denied for schema
CREATE FUNCTION {group}.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1';

-- attempt: a table in the grant's schema
-- expect: denied 42501 permission denied for schema
CREATE TABLE {group}.mine (id integer);

-- attempt: a function in the base tables' schema
-- expect: denied 42501 permission denied for schema public
-- servers: 15+
CREATE FUNCTION public.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1';

-- attempt: a table in the base tables' schema
-- expect: denied 42501 permission denied for schema public
-- servers: 15+
CREATE TABLE public.mine (id integer);

-- attempt: a schema of one's own
-- expect: denied 42501 permission denied for database
CREATE SCHEMA mine;

-- attempt: an untrusted language
-- expect: denied 42704
CREATE FUNCTION pg_temp.mine() RETURNS text LANGUAGE plpython3u AS 'return open("/etc/passwd").read()';

-- attempt: a function in C
-- expect: denied 42501 permission denied for language c
CREATE FUNCTION pg_temp.mine(text) RETURNS integer LANGUAGE c AS 'libc.so.6', 'system';

-- attempt: a function under another name in the server's own code
-- expect: denied 42501 permission denied for language internal
CREATE FUNCTION pg_temp.mine(text) RETURNS text LANGUAGE internal AS 'pg_read_file_all';

-- attempt: a trigger on a base table
-- expect: denied 42501 permission denied for table payments
CREATE FUNCTION pg_temp.mine() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER mine BEFORE INSERT ON public.payments FOR EACH ROW EXECUTE FUNCTION pg_temp.mine();

-- attempt: a trigger on the view
-- expect: denied 42501 permission denied for
CREATE FUNCTION pg_temp.mine() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER mine INSTEAD OF INSERT ON payments FOR EACH ROW EXECUTE FUNCTION pg_temp.mine();

-- attempt: a rule on the view
-- expect: denied 42501 must be owner of
CREATE RULE mine AS ON INSERT TO payments DO INSTEAD NOTHING;

-- attempt: a policy on the base table
-- expect: denied 42501 must be owner of
CREATE POLICY mine ON public.payments USING (true);

-- attempt: an event trigger
-- expect: denied 42501 permission denied to create event trigger
CREATE FUNCTION pg_temp.mine() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION pg_temp.mine();

-- attempt: the view replaced
-- expect: denied 42501 permission denied for schema
CREATE OR REPLACE VIEW {group}.payments AS SELECT 1::bigint AS id;

-- attempt: the view's barrier taken away
-- expect: denied 42501 must be owner of view payments
ALTER VIEW payments SET (security_barrier = false);

-- attempt: the view's owner changed
-- expect: denied 42501 must be owner of view payments
ALTER VIEW payments OWNER TO "{me}";

-- attempt: the view dropped
-- expect: denied 42501 must be owner of view payments
DROP VIEW payments;

-- attempt: an index on a base table
-- expect: denied 42501 must be owner of table payments
CREATE INDEX ON public.payments (pan);

-- attempt: a foreign key to a base table, whose check would tell
-- expect: denied 42P16 constraints on temporary tables
CREATE TEMP TABLE mine (email text REFERENCES public.customers (email));

-- attempt: a table like a base table
-- expect: denied 42501 permission denied for table payments
CREATE TEMP TABLE mine (LIKE public.payments INCLUDING ALL);

-- attempt: a table that inherits from a base table
-- expect: denied 42501 must be owner of table payments
CREATE TEMP TABLE mine () INHERITS (public.payments);

-- attempt: a partition of one's own table made of a base table
-- expect: denied 42501 must be owner of table payments
CREATE TEMP TABLE mine (status text) PARTITION BY LIST (status);
ALTER TABLE mine ATTACH PARTITION public.payments DEFAULT;

-- attempt: a materialized view
-- expect: denied 42501 permission denied for schema
CREATE MATERIALIZED VIEW {group}.mine AS SELECT * FROM payments;

-- attempt: a comment on a base table
-- expect: denied 42501 must be owner of table payments
COMMENT ON TABLE public.payments IS 'x';

-- attempt: a security label
-- expect: denied 22023
SECURITY LABEL ON TABLE public.payments IS 'x';

-- attempt: a publication
-- expect: denied 42501 permission denied for database
CREATE PUBLICATION mine FOR TABLE public.payments;

-- attempt: a subscription
-- expect: denied 42501
CREATE SUBSCRIPTION mine CONNECTION 'host=127.0.0.1' PUBLICATION mine WITH (connect = false);

-- attempt: a large object
-- expect: accepted own-storage: a session may keep large objects of its own, which are dropped with it
SELECT lo_from_bytea(0, convert_to((SELECT string_agg(pan, ',') FROM payments), 'UTF8')) > 0;

-- attempt: a large object read back
-- expect: masked 401288******1881
BEGIN;
SET bytea_output = escape;
SELECT lo_from_bytea(4711, convert_to((SELECT string_agg(pan, ',') FROM payments), 'UTF8'));
SELECT lo_get(4711);

-- attempt: the large objects of others
-- expect: denied 42501 permission denied for
SELECT loid, data FROM pg_largeobject;

-- attempt: a file as a large object
-- expect: denied 42501 permission denied for function lo_import
SELECT lo_import('/etc/passwd');

-- attempt: a large object as a file
-- expect: denied 42501 permission denied for function lo_export
SELECT lo_export(lo_create(0), '/tmp/mine');

-- attempt: a function in the base tables' schema, where everybody may make one
-- expect: accepted public-schema: before PostgreSQL 15 everybody may create in public; no session looks there
-- servers: -14
BEGIN;
CREATE FUNCTION public.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1';
