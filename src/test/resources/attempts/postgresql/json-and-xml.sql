-- Functions that turn a row, a table or a whole database into a document.

-- attempt: row_to_json
-- expect: masked 401288******1881
SELECT row_to_json(p)
  FROM payments AS p;

-- attempt: to_jsonb of the whole row
-- expect: masked redacted
SELECT to_jsonb(p) - 'id'
  FROM payments AS p;

-- attempt: json_agg
-- expect: masked 401288******1881
SELECT json_agg(p)
  FROM payments AS p;

-- attempt: each key and value of a row
-- expect: masked redacted
SELECT key, value
  FROM payments AS p, jsonb_each_text(to_jsonb(p));

-- attempt: a JSON path over everything
-- expect: masked 401288******1881
SELECT jsonb_path_query((SELECT jsonb_agg(p) FROM payments AS p), 'strict $[*].pan');

-- attempt: a row of the base table's type filled from the view's
-- expect: masked 401288******1881
SELECT (jsonb_populate_record(NULL::public.payments, to_jsonb(p))).*
  FROM payments AS p;

-- attempt: a JSON table
-- expect: masked 401288******1881
-- servers: 17+
SELECT t.pan
  FROM JSON_TABLE((SELECT jsonb_agg(p) FROM payments AS p), '$[*]' COLUMNS (pan text PATH '$.pan')) AS t;

-- attempt: an array as JSON
-- expect: masked 401288******1881
SELECT array_to_json(array_agg(pan)), json_object_agg(id, pan)
  FROM payments;

-- attempt: query_to_xml of the view
-- expect: masked 401288******1881
SELECT query_to_xml('SELECT pan FROM payments', true, false, '');

-- attempt: query_to_xml of the base table
-- expect: denied 42501 permission denied for table payments
SELECT query_to_xml('SELECT pan FROM public.payments', true, false, '');

-- attempt: table_to_xml of the base table
-- expect: denied 42501 permission denied for table payments
SELECT table_to_xml('public.payments'::regclass, true, false, '');

-- attempt: schema_to_xml of the base tables' schema
-- expect: masked
SELECT schema_to_xml('public', true, false, '');

-- attempt: database_to_xml
-- expect: masked
SELECT database_to_xml(true, false, '');

-- attempt: cursor_to_xml
-- expect: masked 401288******1881
BEGIN;
DECLARE c CURSOR FOR SELECT pan FROM payments;
SELECT cursor_to_xml('c', 100, true, false, '');

-- attempt: XML aggregates
-- expect: masked 401288******1881
SELECT xmlagg(xmlelement(name card, xmlattributes(pan), cardholder))
  FROM payments;

-- attempt: an external entity of XML
-- expect: masked
SELECT xmlparse(DOCUMENT '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>');

-- attempt: ts_stat runs a query of its own
-- expect: denied 42501 permission denied for table payments
SELECT * FROM ts_stat('SELECT to_tsvector(pan) FROM public.payments');

-- attempt: ts_rewrite runs a query of its own
-- expect: denied 42501 permission denied for table payments
SELECT ts_rewrite('a'::tsquery, 'SELECT ''a''::tsquery, plainto_tsquery(pan) FROM public.payments');
