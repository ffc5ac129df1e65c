-- Other databases of the server, and other servers.

-- attempt: the database postgres
-- expect: denied 42501 permission denied for database
\connect postgres

-- attempt: the database template1
-- expect: denied 42501 permission denied for database
\connect template1

-- attempt: the database template0
-- expect: denied 55000
\connect template0

-- attempt: the names of other databases
-- expect: accepted who-is-there: everybody may read which databases there are
SELECT datname FROM pg_database;

-- attempt: a database of one's own
-- expect: denied 42501 permission denied to create database
CREATE DATABASE mine;

-- attempt: a copy of this database
-- expect: denied 42501 permission denied to create database
CREATE DATABASE mine TEMPLATE {database};

-- attempt: dblink
-- expect: denied 42501 permission denied to create extension
CREATE EXTENSION dblink;

-- attempt: postgres_fdw
-- expect: denied 42501 permission denied to create extension
CREATE EXTENSION postgres_fdw;

-- attempt: file_fdw
-- expect: denied 42501 permission denied to create extension
CREATE EXTENSION file_fdw;

-- attempt: an extension that is trusted, so that an owner of the database could make it
-- expect: denied 42501 permission denied to create extension
CREATE EXTENSION pgcrypto;

-- attempt: an extension that reads blocks
-- expect: denied 42501 permission denied to create extension
CREATE EXTENSION amcheck;

-- attempt: an extension that reads the write-ahead log
-- expect: denied 42501 permission denied to create extension
-- servers: 15+
CREATE EXTENSION pg_walinspect;

-- attempt: an extension that shows others' statements
-- expect: denied 42501 permission denied to create extension
CREATE EXTENSION pg_stat_statements;

-- attempt: a foreign data wrapper
-- expect: denied 42501 permission denied to create foreign-data wrapper
CREATE FOREIGN DATA WRAPPER mine;

-- attempt: a foreign server
-- expect: denied 42704
CREATE SERVER mine FOREIGN DATA WRAPPER postgres_fdw;

-- attempt: the passwords of foreign servers
-- expect: denied 42501 permission denied for table pg_user_mapping
SELECT umoptions FROM pg_user_mapping;

-- attempt: the passwords of foreign servers by the view
-- expect: masked 0
SELECT count(*) FROM pg_user_mappings WHERE umoptions IS NOT NULL;

-- attempt: a physical replication connection
-- expect: denied 28000
\connect {database} replication=true preferQueryMode=simple assumeMinServerVersion=14

-- attempt: a logical replication connection
-- expect: denied 42501
\connect {database} replication=database preferQueryMode=simple assumeMinServerVersion=14

-- attempt: a logical replication slot
-- expect: denied 42501 replication slots
SELECT pg_create_logical_replication_slot('mine', 'test_decoding');

-- attempt: a physical replication slot
-- expect: denied 42501 replication slots
SELECT pg_create_physical_replication_slot('mine');

-- attempt: the changes of a slot
-- expect: denied 42501 replication slots
SELECT * FROM pg_logical_slot_get_changes('mine', NULL, NULL);

-- attempt: a message in the write-ahead log
-- expect: accepted no-effect: everybody may write messages to the write-ahead log, and read none
SELECT pg_logical_emit_message(false, 'mine', 'x') IS NOT NULL;
