-- One session from token to ending. Select one session, and order by occurred_at, step.
CREATE OR REPLACE VIEW session_timeline AS
SELECT
  session,
  CAST(TRY(from_iso8601_timestamp(createdat)) AT TIME ZONE 'UTC' AS timestamp(3)) AS occurred_at,
  CAST(0 AS bigint) AS step,
  'intents' AS source,
  'intent' AS activity,
  'success' AS outcome,
  "user" AS session_user,
  origin.sourceaddress AS address,
  "grant" AS object_name,
  purpose AS detail,
  regexp_replace("$path", '^s3://[^/]+/', '') AS evidence_key,
  region,
  accountid AS account_id,
  eventday AS event_day
FROM intents
UNION ALL
SELECT
  session,
  occurred_at,
  1 + position AS step,
  source,
  activity,
  outcome,
  session_user,
  address,
  object_name,
  COALESCE(statement, detail, line) AS detail,
  evidence_key, region, account_id, event_day
FROM records
WHERE session IS NOT NULL
UNION ALL
SELECT
  session,
  found_at AS occurred_at,
  CAST(1000000 AS bigint) AS step,
  'reconciliations' AS source,
  'finding' AS activity,
  'failure' AS outcome,
  CAST(NULL AS varchar) AS session_user,
  CAST(NULL AS varchar) AS address,
  object_name,
  code AS detail,
  evidence_key, region, account_id, event_day
FROM findings
WHERE found_by = 'reconciler' AND session IS NOT NULL
UNION ALL
SELECT
  session,
  CAST(TRY(from_iso8601_timestamp(verifiedat)) AT TIME ZONE 'UTC' AS timestamp(3)) AS occurred_at,
  CAST(1000001 AS bigint) AS step,
  'endings' AS source,
  'ending' AS activity,
  'success' AS outcome,
  "user" AS session_user,
  CAST(NULL AS varchar) AS address,
  "database" AS object_name,
  reason AS detail,
  regexp_replace("$path", '^s3://[^/]+/', '') AS evidence_key,
  region,
  accountid AS account_id,
  eventday AS event_day
FROM endings
