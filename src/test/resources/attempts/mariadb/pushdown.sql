-- A view with masks and without a row rule lets the server move a session's conditions into it, for the sake of an index. What is
-- asked there is the mask, and what warnings and errors quote is the mask or the names of columns.

-- attempt: a masked card as a number
-- expect: masked 491620******9638
SELECT id FROM cards_on_file WHERE pan = 1;
SHOW WARNINGS;

-- attempt: a masked card as a date
-- expect: masked
SELECT id FROM cards_on_file WHERE CAST(pan AS DATETIME) IS NULL;

-- attempt: a masked number that overflows
-- expect: masked
SELECT id FROM cards_on_file WHERE pan_number * 9223372036854775807 > 0;

-- attempt: a masked number in integer arithmetic that overflows
-- expect: denied 22003 out of range
SELECT id FROM cards_on_file WHERE CAST(pan_number AS SIGNED) * 9223372036854775807 > 0;

-- attempt: a hashed address as a number
-- expect: masked
SELECT id FROM customers WHERE email = 1;
SHOW WARNINGS;

-- attempt: a hashed address with conditions not moved
-- expect: masked
SET optimizer_switch = 'condition_pushdown_for_derived=off,derived_merge=off';
SELECT id FROM customers WHERE email = 1;
SHOW WARNINGS;

-- attempt: a guessed address through a moved condition
-- expect: masked 0
SELECT COUNT(*) FROM customers WHERE email = '{guess:email}' AND id = 1;

-- attempt: a guessed card through a moved condition on an indexed column
-- expect: masked
SELECT COUNT(*) FROM payments WHERE pan = '{guess:pan}' AND id = 2;

-- attempt: a masked column set into a variable while rows are looked at
-- expect: masked 491620******9638
SET @seen = '';
SELECT COUNT(*) FROM cards_on_file WHERE (@seen := CONCAT(@seen, ' ', pan)) = '';
SELECT @seen;

-- attempt: the pads of the hash through an error
-- expect: denied 22003 out of range
SELECT id FROM customers WHERE CAST(CONV(LEFT(email, 15), 16, 10) AS SIGNED) * 9223372036854775807 > 0;
