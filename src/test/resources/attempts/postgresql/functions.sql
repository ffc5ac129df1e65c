-- Functions with their owner's rights, and functions that run what they are told.

-- attempt: a definer function that is in no grant
-- expect: denied 42501 permission denied for function any_pan
-- needs: corpus
SELECT public.any_pan(1);

-- attempt: a definer function that is in no grant, by an operator of one's own
-- expect: denied 42501 permission denied for function public.any_pan
-- needs: corpus
CREATE OPERATOR pg_temp.@@@ (PROCEDURE = public.any_pan, RIGHTARG = bigint);

-- attempt: a definer function that is in no grant, as an aggregate's last step
-- expect: denied 42501 permission denied for function any_pan
-- needs: corpus
CREATE AGGREGATE pg_temp.mine(bigint) (SFUNC = int8larger, STYPE = bigint, FINALFUNC = public.any_pan, INITCOND = '1');

-- attempt: a definer function that is in no grant, as the check of a domain
-- expect: denied 42501 permission denied for function any_pan
-- needs: corpus
CREATE DOMAIN pg_temp.mine AS bigint CHECK (public.any_pan(VALUE) = '');
SELECT 1::bigint::pg_temp.mine;

-- attempt: a definer function that is in no grant, as a default
-- expect: denied 42501 permission denied for function any_pan
-- needs: corpus
CREATE TEMP TABLE mine (pan text DEFAULT public.any_pan(1), id integer);
INSERT INTO mine (id) VALUES (1) RETURNING pan;

-- attempt: a definer function that is in no grant, in an index
-- expect: denied 42P17
-- needs: corpus
CREATE TEMP TABLE mine (id bigint);
INSERT INTO mine VALUES (1);
CREATE INDEX ON mine (public.any_pan(id));

-- attempt: the function that the grant allows
-- expect: accepted granted: the document allows it
-- needs: corpus
SELECT public.order_total(1) > 0;

-- attempt: the function that the grant allows, with objects of one's own in front of its tables
-- expect: masked t
-- needs: corpus
CREATE TEMP TABLE orders (customer_id bigint, amount_cents bigint);
SET search_path = pg_temp, public;
SELECT public.order_total(1) > 0;

-- attempt: the function that the grant allows, replaced
-- expect: denied 42501
-- needs: corpus
-- servers: 15+
CREATE OR REPLACE FUNCTION public.order_total(customer bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';

-- attempt: the function that the grant allows, changed
-- expect: denied 42501 must be owner of function
-- needs: corpus
ALTER FUNCTION public.order_total(bigint) SECURITY INVOKER;

-- attempt: a function that Daypass made for the witness
-- expect: denied 42501 permission denied for schema daypass
SELECT daypass.cancel_overlong();

-- attempt: every definer function that may be called
-- expect: masked
SELECT count(*), string_agg(p.oid::regprocedure::text, ' ')
  FROM pg_proc AS p
  WHERE prosecdef AND has_function_privilege(oid, 'execute') AND has_schema_privilege(pronamespace, 'usage');
