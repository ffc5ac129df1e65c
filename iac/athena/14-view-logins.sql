-- Who came and went.
CREATE OR REPLACE VIEW logins AS
SELECT
  occurred_at, source, session, session_user, agent, owner, grant_name, activity, outcome, address, object_name, code, detail,
  database_session, line_number, request_id, finding, line,
  evidence_key, region, account_id, event_day
FROM records
WHERE activity IN ('logon', 'logoff', 'session.authorize')
