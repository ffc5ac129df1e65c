-- Masked values through every function that takes text apart, puts it together or writes it in another way.

-- attempt: a cast to a longer type
-- expect: masked 401288******1881
SELECT pan::varchar(40)
  FROM payments;

-- attempt: a cast to bytea
-- expect: masked \x3430
SELECT pan::bytea
  FROM payments;

-- attempt: bytea written as escapes
-- expect: masked 401288******1881
SET bytea_output = 'escape';
SELECT convert_to(pan, 'UTF8')
  FROM payments;

-- attempt: Base64
-- expect: masked
SELECT encode(convert_to(pan, 'UTF8'), 'base64')
  FROM payments;

-- attempt: hex
-- expect: masked
SELECT encode(convert_to(pan, 'UTF8'), 'hex')
  FROM payments;

-- attempt: concatenation with nothing
-- expect: masked 401288******1881
SELECT pan || ''
  FROM payments;

-- attempt: concat_ws with its neighbours
-- expect: masked 401288******1881
SELECT concat_ws('|', id, pan, cardholder)
  FROM payments;

-- attempt: format with every conversion
-- expect: masked 401288******1881
SELECT format('%s %I %L', pan, pan, pan)
  FROM payments;

-- attempt: one character a row, in order
-- expect: masked *
SELECT i, substr(pan, i, 1)
  FROM payments, generate_series(1, 19) AS i
  ORDER BY id, i;

-- attempt: the middle digits alone
-- expect: masked ******
SELECT substring(pan FROM 7 FOR 6)
  FROM payments;

-- attempt: overlay of the stars
-- expect: masked 401288......1881
SELECT overlay(pan PLACING '......' FROM 7)
  FROM payments;

-- attempt: the stars taken out
-- expect: masked 4012881881
SELECT replace(pan, '*', '')
  FROM payments;

-- attempt: a regular expression with groups
-- expect: masked 401288
SELECT regexp_matches(pan, '^(\d+)(\D*)(\d+)$')
  FROM payments;

-- attempt: split into characters
-- expect: masked *
SELECT regexp_split_to_table(pan, '')
  FROM payments;

-- attempt: character codes
-- expect: masked 42
SELECT ascii(substr(pan, i, 1))
  FROM payments, generate_series(1, 16) AS i;

-- attempt: backwards
-- expect: masked 1881******882104
SELECT reverse(pan)
  FROM payments;

-- attempt: translate digits to letters
-- expect: masked
SELECT translate(pan, '0123456789', 'abcdefghij')
  FROM payments;

-- attempt: lengths and positions
-- expect: masked
SELECT length(pan), octet_length(pan), bit_length(pan), strpos(pan, '*'), position('1' IN pan)
  FROM payments;

-- attempt: unkeyed digests of the masked column
-- expect: masked
SELECT md5(pan), encode(sha256(pan::bytea), 'hex'), encode(sha512(pan::bytea), 'hex'), hashtext(pan)
  FROM payments;

-- attempt: to a tsvector
-- expect: masked
SELECT to_tsvector('simple', pan)
  FROM payments;

-- attempt: quoted in every way
-- expect: masked 401288******1881
SELECT quote_literal(pan), quote_ident(pan), quote_nullable(pan)
  FROM payments;

-- attempt: the type and the stored size of what is shown
-- expect: masked text
SELECT pg_typeof(pan), pg_column_size(pan), pg_typeof(cardholder)
  FROM payments;

-- attempt: a redacted column beside its mask
-- expect: masked redacted
SELECT cardholder, upper(cardholder), left(cardholder, 1), cardholder COLLATE "C"
  FROM payments;

-- attempt: the hash mask shortened and compared with itself
-- expect: masked
SELECT left(email, 8), email = lower(email), length(email)
  FROM customers;

-- attempt: a truncated date as a time, an epoch and text
-- expect: masked 2026-01-01
SELECT created_at::timestamptz, extract(epoch FROM created_at), to_char(created_at, 'YYYY-MM-DD HH24:MI:SS.US'), created_at::text
  FROM customers;

-- attempt: a truncated date under another time zone
-- expect: masked 2026-01-01
SET TimeZone = 'Pacific/Kiritimati';
SELECT id, created_at
  FROM customers;

-- attempt: a truncated date under a time zone of one's own making
-- expect: masked 2026-01-01
SET TimeZone = '<x>-14:59';
SELECT id, created_at
  FROM customers;

-- attempt: a truncated date in another style
-- expect: masked 01/01/2026
CREATE FUNCTION pg_temp.styled() RETURNS text LANGUAGE sql SET DateStyle = 'SQL, DMY'
  AS $$ SELECT string_agg(created_at::text, ' ') FROM customers $$;
SELECT pg_temp.styled();

-- attempt: a null mask under every function that looks at a value
-- expect: masked
-- needs: corpus
SELECT phone, phone IS NULL, coalesce(phone, 'nothing'), pg_typeof(phone), num_nonnulls(phone)
  FROM customers;

-- attempt: cards with spaces, with hyphens and among words
-- expect: masked ****
-- needs: corpus
SELECT *
  FROM cards_on_file;

-- attempt: a card number that is a number
-- expect: masked 491620******9638
-- needs: corpus
SELECT pan_number
  FROM cards_on_file;

-- attempt: a card number that is a number, as a number again
-- expect: denied 22P02 491620******9638
-- needs: corpus
SELECT pan_number::bigint
  FROM cards_on_file;

-- attempt: a year-truncated date under a time zone in which the year had begun
-- expect: masked 2022-01-01
-- needs: corpus
SET TimeZone = 'Pacific/Kiritimati';
SELECT id, added_on
  FROM cards_on_file;
