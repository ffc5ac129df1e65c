-- What somebody must look at: what a forwarder saw in a line, and what the sealed reconciliations found.
CREATE OR REPLACE VIEW findings AS
SELECT
  occurred_at AS found_at,
  'forwarder' AS found_by,
  finding AS code,
  source,
  session,
  object_name,
  line AS detail,
  evidence_key, region, account_id, event_day
FROM records
WHERE finding IS NOT NULL
UNION ALL
SELECT
  CAST(TRY(from_iso8601_timestamp(r."to")) AT TIME ZONE 'UTC' AS timestamp(3)) AS found_at,
  'reconciler' AS found_by,
  f.code AS code,
  f.source AS source,
  f.session AS session,
  f.object_name AS object_name,
  f.detail AS detail,
  regexp_replace(r."$path", '^s3://[^/]+/', '') AS evidence_key,
  r.region AS region,
  r.accountid AS account_id,
  r.eventday AS event_day
FROM reconciliations r
CROSS JOIN UNNEST(r.findings) AS f (code, source, object_name, session, detail)
