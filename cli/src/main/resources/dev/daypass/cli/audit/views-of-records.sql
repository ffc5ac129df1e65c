CREATE VIEW records AS
SELECT * FROM (
  SELECT
    instant(daypass."when") AS occurred_at,
    daypass.source AS source,
    daypass.who.session AS session,
    daypass.who."user" AS session_user,
    daypass.who.agent AS agent,
    daypass.who."owner" AS owner,
    daypass.what AS activity,
    daypass.outcome AS outcome,
    daypass."from" AS address,
    daypass."object" AS object_name,
    daypass."grant" AS grant_name,
    daypass.grantDigest AS grant_digest,
    daypass.finding AS finding,
    daypass.ids.databaseSession AS database_session,
    try_cast(daypass.ids.line AS BIGINT) AS line_number,
    daypass.ids.request AS request_id,
    status_detail AS detail,
    status_code AS code,
    coalesce(query_info.query_string, api.operation) AS statement,
    raw_data AS line,
    try_cast(class_uid AS BIGINT) AS class_uid,
    daypass.message AS message_digest,
    daypass."position".logGroup AS log_group,
    daypass."position".logStream AS log_stream,
    epoch_ms(try_cast(daypass."position"."time" AS BIGINT)) AS logged_at,
    try_cast(daypass."position"."index" AS BIGINT) AS position,
    evidence_key,
    key_part(evidence_key, 'region') AS region,
    key_part(evidence_key, 'accountId') AS account_id,
    key_part(evidence_key, 'eventDay') AS event_day
  FROM line_members)
-- A line without a time of its own is not left out.
WHERE occurred_at IS NULL OR (occurred_at >= ${from} AND occurred_at < ${to});

CREATE VIEW statements AS
SELECT occurred_at, source, session, session_user, agent, owner, grant_name, activity, outcome, address, object_name, statement, code, detail,
  database_session, line_number, line, evidence_key, region, account_id, event_day
FROM records WHERE starts_with(activity, 'datastore.');

CREATE VIEW logins AS
SELECT occurred_at, source, session, session_user, agent, owner, grant_name, activity, outcome, address, object_name, code, detail,
  database_session, line_number, request_id, finding, line, evidence_key, region, account_id, event_day
FROM records WHERE activity IN ('logon', 'logoff', 'session.authorize');

CREATE VIEW account_changes AS
SELECT occurred_at, source, session, session_user, agent, owner, grant_name, activity, outcome, address, object_name, statement, code, detail,
  request_id, line, evidence_key, region, account_id, event_day
FROM records WHERE starts_with(activity, 'account.') OR starts_with(activity, 'access.');

CREATE VIEW findings AS
SELECT occurred_at AS found_at, 'forwarder' AS found_by, finding AS code, source, session, object_name, line AS detail,
  evidence_key, region, account_id, event_day
FROM records WHERE finding IS NOT NULL
UNION ALL
SELECT instant(json ->> '$.to'), 'reconciler', finding ->> '$.code', finding ->> '$.source', finding ->> '$.session', finding ->> '$.object',
  finding ->> '$.detail', evidence_key, key_part(evidence_key, 'region'), key_part(evidence_key, 'accountId'), key_part(evidence_key, 'eventDay')
FROM (SELECT json, evidence_key, unnest(try_cast(json -> '$.findings' AS JSON[])) AS finding FROM reconciliation_objects);

CREATE VIEW session_timeline AS
SELECT session, begun_at AS occurred_at, 0::BIGINT AS step, 'intents' AS source, 'intent' AS activity, 'success' AS outcome, session_user,
  source_address AS address, grant_name AS object_name, purpose AS detail, evidence_key, region, account_id, event_day
FROM sessions WHERE evidence_key IS NOT NULL
UNION ALL
SELECT session, occurred_at, 1 + position, source, activity, outcome, session_user, address, object_name, coalesce(statement, detail, line),
  evidence_key, region, account_id, event_day
FROM records WHERE session IS NOT NULL
UNION ALL
SELECT session, found_at, 1000000, 'reconciliations', 'finding', 'failure', NULL, NULL, object_name, code,
  evidence_key, region, account_id, event_day
FROM findings WHERE found_by = 'reconciler' AND session IS NOT NULL
UNION ALL
SELECT json ->> '$.session', instant(json ->> '$.verifiedAt'), 1000001, 'endings', 'ending', 'success', json ->> '$.user', NULL,
  json ->> '$.database', json ->> '$.reason', evidence_key,
  key_part(evidence_key, 'region'), key_part(evidence_key, 'accountId'), key_part(evidence_key, 'eventDay')
FROM ending_objects;
