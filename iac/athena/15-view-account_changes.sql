-- Who made, changed, locked, dropped or empowered an account.
CREATE OR REPLACE VIEW account_changes AS
SELECT
  occurred_at, source, session, session_user, agent, owner, grant_name, activity, outcome, address, object_name, statement, code,
  detail, request_id, line,
  evidence_key, region, account_id, event_day
FROM records
WHERE activity LIKE 'account.%' OR activity LIKE 'access.%'
