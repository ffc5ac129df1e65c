CREATE VIEW seals AS
SELECT
  statement ->> '$.source' AS source,
  try_cast(statement ->> '$.number' AS BIGINT) AS number,
  instant(statement ->> '$.from') AS sealed_from,
  instant(statement ->> '$.to') AS sealed_to,
  try_cast(statement ->> '$.objectCount' AS BIGINT) AS object_count,
  try_cast(statement ->> '$.records' AS BIGINT) AS records,
  try_cast(statement ->> '$.redacted' AS BIGINT) AS redacted,
  try_cast(statement ->> '$.unparsed' AS BIGINT) AS unparsed,
  statement ->> '$.previous' AS previous,
  envelope,
  evidence_key,
  key_part(evidence_key, 'region') AS region,
  key_part(evidence_key, 'accountId') AS account_id
FROM (
  SELECT envelope, try_cast(envelope AS JSON) AS statement, evidence_key
  FROM (SELECT try(decode(from_base64(json ->> '$.payload'))) AS envelope, evidence_key FROM seal_objects));
