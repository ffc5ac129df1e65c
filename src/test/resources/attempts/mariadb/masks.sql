-- Whatever is done to a masked value is done to the mask.

-- attempt: CONCAT
-- expect: masked x401288******1881y
SELECT CONCAT('x', pan, 'y') FROM payments;

-- attempt: SUBSTRING of what the mask hides
-- expect: masked ******
SELECT SUBSTRING(pan, 7, 6) FROM payments WHERE id = 2;

-- attempt: REVERSE
-- expect: masked 1881******882104
SELECT REVERSE(pan) FROM payments WHERE id = 2;

-- attempt: HEX
-- expect: masked 3430313238382A
SELECT HEX(pan) FROM payments WHERE id = 2;

-- attempt: TO_BASE64
-- expect: masked
SELECT TO_BASE64(pan) FROM payments;

-- attempt: CAST to a number
-- expect: masked 401288
SELECT CAST(pan AS UNSIGNED) FROM payments WHERE id = 2;

-- attempt: CAST to binary
-- expect: masked
SELECT CAST(pan AS BINARY) FROM payments;

-- attempt: CONVERT to another character set
-- expect: masked 401288******1881
SELECT CONVERT(pan USING latin1) FROM payments;

-- attempt: one character a row
-- expect: masked *
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 16)
  SELECT n.i, SUBSTRING(p.pan, n.i, 1) FROM payments AS p, n WHERE p.id = 2;

-- attempt: REGEXP_SUBSTR of digits
-- expect: masked 401288
SELECT REGEXP_SUBSTR(pan, '[0-9]+') FROM payments WHERE id = 2;

-- attempt: an unkeyed digest of a card
-- expect: masked
SELECT SHA2(pan, 256), MD5(pan), CRC32(pan), PASSWORD(pan) FROM payments;

-- attempt: cards as people type them
-- expect: masked 491620******9638
SELECT pan, pan_number FROM cards_on_file;

-- attempt: a card that stands in a sentence
-- expect: masked ****
SELECT pan FROM cards_on_file WHERE id = 3;

-- attempt: arithmetic on a masked number
-- expect: masked
SELECT pan_number + 0, pan_number * 10, pan_number DIV 1000 FROM cards_on_file;

-- attempt: the column's aggregate
-- expect: masked
SELECT MIN(pan), MAX(pan), COUNT(DISTINCT pan), SUM(pan), AVG(pan), STD(pan), BIT_XOR(pan) FROM payments;

-- attempt: GROUP_CONCAT
-- expect: masked 401288******1881
SELECT GROUP_CONCAT(pan) FROM payments;

-- attempt: GROUP BY the masked column
-- expect: masked 401288******1881
SELECT pan, COUNT(*) FROM payments GROUP BY pan WITH ROLLUP;

-- attempt: ORDER BY the masked column
-- expect: masked
SELECT id FROM payments ORDER BY pan;

-- attempt: a window over the masked column
-- expect: masked 401288******1881
SELECT LAG(pan) OVER (ORDER BY id), FIRST_VALUE(pan) OVER (ORDER BY pan) FROM payments;

-- attempt: a self-join
-- expect: masked 401288******1881
SELECT a.pan, b.pan FROM payments AS a JOIN payments AS b ON a.pan = b.pan WHERE a.id = 2;

-- attempt: JSON_OBJECT
-- expect: masked 401288******1881
SELECT JSON_OBJECT('pan', pan) FROM payments;

-- attempt: JSON_ARRAYAGG
-- expect: masked 401288******1881
SELECT JSON_ARRAYAGG(pan) FROM payments;

-- attempt: COLUMN_CREATE
-- expect: masked 401288******1881
SELECT COLUMN_JSON(COLUMN_CREATE('pan', pan)) FROM payments;

-- attempt: a guessed card compared with the mask
-- expect: masked
SELECT COUNT(*) FROM payments WHERE pan = '{guess:pan}';

-- attempt: a guessed card by LIKE
-- expect: masked
SELECT COUNT(*) FROM payments WHERE pan LIKE CONCAT(LEFT('{guess:pan}', 8), '%');

-- attempt: a guessed cardholder
-- expect: masked
SELECT COUNT(*) FROM payments WHERE cardholder = '{guess:cardholder}';

-- attempt: a guessed address against the keyed hash
-- expect: masked
SELECT COUNT(*) FROM customers WHERE email IN ('{guess:email}', SHA2('{guess:email}', 256), MD5('{guess:email}'));

-- attempt: a guessed telephone number that is shown as NULL
-- expect: masked
SELECT COUNT(*) FROM customers WHERE phone = '{guess:phone}' OR phone IS NOT NULL;

-- attempt: the null mask's own functions
-- expect: masked
SELECT IFNULL(phone, 'none'), COALESCE(phone, 'none'), LENGTH(phone), ISNULL(phone) FROM customers;

-- attempt: the redacted column's length
-- expect: masked 8
SELECT DISTINCT LENGTH(cardholder) FROM payments;

-- attempt: the day that a truncated date hides
-- expect: masked 1
SELECT DISTINCT DAYOFMONTH(created_at) FROM customers;

-- attempt: a truncated date in every time zone
-- expect: masked 2026-01-01
SET time_zone = '+13:00';
SELECT created_at FROM customers WHERE id = 1;
SET time_zone = '-12:00';
SELECT created_at, UNIX_TIMESTAMP(created_at) FROM customers;

-- attempt: the last second of a year in the time zone where it is the next one
-- expect: masked 2022-01-01
SET time_zone = '+10:00';
SELECT added_on FROM cards_on_file WHERE id = 3;

-- attempt: flags of regular expressions that would change the mask
-- expect: masked 401288******1881
SET default_regex_flags = 'DOTALL,DUPNAMES,EXTENDED,EXTRA,MULTILINE,UNGREEDY';
SELECT pan FROM payments WHERE id = 2;
SELECT pan FROM cards_on_file;
SELECT pan FROM payments WHERE id = 2;

-- attempt: sql_mode with everything that changes text
-- expect: masked 401288******1881
SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,IGNORE_SPACE,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH,HIGH_NOT_PRECEDENCE';
SELECT pan FROM payments WHERE id = 2;

-- attempt: sql_mode of Oracle
-- expect: masked 401288******1881
SET sql_mode = 'ORACLE';
SELECT pan FROM payments WHERE id = 2;

-- attempt: empty strings as NULL
-- expect: masked ****
SET sql_mode = 'EMPTY_STRING_IS_NULL';
SELECT pan FROM cards_on_file;

-- attempt: another connection character set
-- expect: masked 401288******1881
SET NAMES latin1 COLLATE latin1_bin;
SELECT pan FROM payments WHERE id = 2;

-- attempt: a small limit on what a function may return
-- expect: masked
SET group_concat_max_len = 4;
SELECT GROUP_CONCAT(pan) FROM payments;

-- attempt: the time that sessions may set
-- expect: masked
SET timestamp = 1;
SELECT created_at FROM customers;
