-- Ways of running a statement at another time, or in pieces.

-- attempt: a cursor forwards and backwards
-- expect: masked 401288******1881
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT pan FROM payments ORDER BY id;
MOVE LAST IN c;
FETCH BACKWARD ALL FROM c;

-- attempt: a cursor that outlives its transaction
-- expect: masked 401288******1881
BEGIN;
DECLARE c CURSOR WITH HOLD FOR SELECT * FROM payments;
COMMIT;
FETCH ALL FROM c;

-- attempt: a cursor over the base table
-- expect: denied 42501 permission denied for table payments
BEGIN;
DECLARE c CURSOR FOR SELECT pan FROM public.payments;

-- attempt: a prepared statement
-- expect: masked 401288******1881
PREPARE s (text) AS SELECT pan FROM payments WHERE status = $1;
EXECUTE s ('CAPTURED');

-- attempt: a prepared statement for the rows that the filter hides
-- expect: masked 0
PREPARE s (text) AS SELECT count(*) FROM payments WHERE status = $1;
EXECUTE s ('DECLINED');

-- attempt: a generic plan after search_path was changed
-- expect: denied 42501 permission denied for table payments
SET plan_cache_mode = force_generic_plan;
PREPARE s AS SELECT id FROM payments;
EXECUTE s;
SET search_path = public;
EXECUTE s;

-- attempt: a prepared statement on the base table
-- expect: denied 42501 permission denied for table payments
PREPARE s AS SELECT pan FROM public.payments;
EXECUTE s;

-- attempt: several statements in one string
-- expect: denied 42501 permission denied for table payments
SELECT 1; SELECT pan FROM public.payments;

-- attempt: the extended protocol
-- expect: masked 401288******1881
\connect {database} preferQueryMode=extended prepareThreshold=1
SELECT pan FROM payments;

-- attempt: values in the binary format
-- expect: masked
\connect {database} preferQueryMode=extended prepareThreshold=-1 binaryTransfer=true
SELECT id, convert_to(pan, 'UTF8') FROM payments;

-- attempt: a DO block with EXECUTE
-- expect: denied 42501 permission denied for table payments
DO $$
  DECLARE found text;
  BEGIN
    EXECUTE 'SELECT pan FROM public.' || 'payments LIMIT 1' INTO found;
    RAISE NOTICE '%', found;
  END $$;

-- attempt: a DO block that swallows the refusal
-- expect: masked permission denied for table payments
DO $$
  DECLARE found text;
  BEGIN
    SELECT pan INTO found FROM public.payments LIMIT 1;
  EXCEPTION WHEN OTHERS THEN
    RAISE NOTICE 'found % %', found, SQLERRM;
  END $$;

-- attempt: a DO block that prints the view row by row
-- expect: masked 401288******1881
DO $$
  DECLARE p record;
  BEGIN
    FOR p IN SELECT * FROM payments LOOP
      RAISE NOTICE '%', p;
    END LOOP;
  END $$;

-- attempt: what an exception handler is told
-- expect: masked
DO $$
  DECLARE detail text; context text; name text;
  BEGIN
    PERFORM 1 / (SELECT 0 FROM payments WHERE pan LIKE '4%' LIMIT 1);
  EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, context = PG_EXCEPTION_CONTEXT, name = TABLE_NAME;
    RAISE NOTICE '% % %', detail, context, name;
  END $$;
