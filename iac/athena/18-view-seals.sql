-- The seals, opened. This proves nothing about a signature: `daypass audit verify` does.
CREATE OR REPLACE VIEW seals AS
SELECT
  source,
  CAST(json_extract_scalar(envelope, '$.number') AS bigint) AS number,
  CAST(TRY(from_iso8601_timestamp(json_extract_scalar(envelope, '$.from'))) AT TIME ZONE 'UTC' AS timestamp(3)) AS sealed_from,
  CAST(TRY(from_iso8601_timestamp(json_extract_scalar(envelope, '$.to'))) AT TIME ZONE 'UTC' AS timestamp(3)) AS sealed_to,
  CAST(json_extract_scalar(envelope, '$.objectCount') AS bigint) AS object_count,
  CAST(json_extract_scalar(envelope, '$.records') AS bigint) AS records,
  CAST(json_extract_scalar(envelope, '$.redacted') AS bigint) AS redacted,
  CAST(json_extract_scalar(envelope, '$.unparsed') AS bigint) AS unparsed,
  json_extract_scalar(envelope, '$.previous') AS previous,
  envelope,
  evidence_key,
  region,
  accountid AS account_id
FROM (
  SELECT source, region, accountid, from_utf8(from_base64(payload)) AS envelope, regexp_replace("$path", '^s3://[^/]+/', '') AS evidence_key
  FROM seal_envelopes
)
