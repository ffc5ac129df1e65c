-- What the views read: the record's lines and objects as they stand, each with its key. ${folder} is a folder with the record's layout.
-- Every member is text here: a member that is not what it should be becomes NULL in a view, and does not stop the query.

CREATE TABLE line_members AS
SELECT * EXCLUDE (filename), substr(filename, ${prefix}) AS evidence_key
FROM read_json('${folder}/events/**/*.ndjson.zst', format = 'newline_delimited', compression = 'zstd', hive_partitioning = false,
  filename = true, maximum_object_size = 33554432, columns = {
    class_uid: 'VARCHAR', status_code: 'VARCHAR', status_detail: 'VARCHAR', raw_data: 'VARCHAR',
    query_info: 'STRUCT(query_string VARCHAR)', api: 'STRUCT(operation VARCHAR)',
    daypass: 'STRUCT(source VARCHAR, who STRUCT("user" VARCHAR, session VARCHAR, agent VARCHAR, "owner" VARCHAR), what VARCHAR, "when" VARCHAR,
      outcome VARCHAR, "from" VARCHAR, "object" VARCHAR, "grant" VARCHAR, grantDigest VARCHAR,
      "position" STRUCT(logGroup VARCHAR, logStream VARCHAR, "time" VARCHAR, "index" VARCHAR), message VARCHAR,
      ids STRUCT(databaseSession VARCHAR, line VARCHAR, request VARCHAR), finding VARCHAR)'
  });

CREATE TABLE intent_objects AS
SELECT json, substr(filename, ${prefix}) AS evidence_key
FROM read_json_objects('${folder}/intents/**/*.json', format = 'unstructured', hive_partitioning = false, filename = true);

CREATE TABLE ending_objects AS
SELECT json, substr(filename, ${prefix}) AS evidence_key
FROM read_json_objects('${folder}/endings/**/*.json', format = 'unstructured', hive_partitioning = false, filename = true);

CREATE TABLE reconciliation_objects AS
SELECT json, substr(filename, ${prefix}) AS evidence_key
FROM read_json_objects('${folder}/reconciliations/**/*.json', format = 'unstructured', hive_partitioning = false, filename = true);

CREATE TABLE seal_objects AS
SELECT json, substr(filename, ${prefix}) AS evidence_key
FROM read_json_objects('${folder}/seals/**/*.json', format = 'unstructured', hive_partitioning = false, filename = true);

-- An instant of the record, in UTC without a zone; finer digits than milliseconds are cut off.
CREATE MACRO instant(text) AS date_trunc('milliseconds', try_cast(text AS TIMESTAMP));
CREATE MACRO key_part(evidence_key, name) AS nullif(regexp_extract(evidence_key, '/' || name || '=([^/]*)/', 1), '');
