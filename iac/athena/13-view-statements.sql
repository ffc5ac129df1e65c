-- What was done in a database.
CREATE OR REPLACE VIEW statements AS
SELECT
  occurred_at, source, session, session_user, agent, owner, grant_name, activity, outcome, address, object_name, statement, code,
  detail, database_session, line_number, line,
  evidence_key, region, account_id, event_day
FROM records
WHERE activity LIKE 'datastore.%'
