-- The server's files, its processes, its log and other sessions.

-- attempt: a file
-- expect: denied 42501 permission denied for function pg_read_file
SELECT pg_read_file('PG_VERSION');

-- attempt: a file as bytes
-- expect: denied 42501 permission denied for function pg_read_binary_file
SELECT pg_read_binary_file('global/pg_control');

-- attempt: a directory
-- expect: denied 42501 permission denied for function pg_ls_dir
SELECT pg_ls_dir('.');

-- attempt: a file's facts
-- expect: denied 42501 permission denied for function pg_stat_file
SELECT pg_stat_file('postgresql.conf');

-- attempt: the log's files
-- expect: denied 42501 permission denied for function pg_ls_logdir
SELECT pg_ls_logdir();

-- attempt: the write-ahead log's files
-- expect: denied 42501 permission denied for function pg_ls_waldir
SELECT pg_ls_waldir();

-- attempt: temporary files
-- expect: denied 42501 permission denied for function pg_ls_tmpdir
SELECT pg_ls_tmpdir();

-- attempt: the rules for logins
-- expect: denied 42501 permission denied for
SELECT * FROM pg_hba_file_rules;

-- attempt: the settings in files
-- expect: denied 42501 permission denied for
SELECT * FROM pg_file_settings;

-- attempt: the path of the configuration
-- expect: denied 42501
SHOW config_file;

-- attempt: the path of the data
-- expect: denied 42501
SHOW data_directory;

-- attempt: settings that hold secrets
-- expect: masked 0
SELECT count(*) FROM pg_settings WHERE name IN ('ssl_passphrase_command', 'primary_conninfo', 'hba_file', 'data_directory');

-- attempt: every other setting of the server
-- expect: accepted who-is-there: everybody may read most settings; one that holds a password is for superusers
SELECT name, setting, reset_val, boot_val FROM pg_settings;

-- attempt: the server reads its configuration again
-- expect: denied 42501 permission denied for function pg_reload_conf
SELECT pg_reload_conf();

-- attempt: the log is rotated
-- expect: denied 42501 permission denied for function pg_rotate_logfile
SELECT pg_rotate_logfile();

-- attempt: the write-ahead log is switched
-- expect: denied 42501 permission denied for function pg_switch_wal
SELECT pg_switch_wal();

-- attempt: a backup begins
-- expect: denied 42501 permission denied for function
-- servers: 15+
SELECT pg_backup_start('mine');

-- attempt: a setting of the server
-- expect: denied 42501
ALTER SYSTEM SET log_statement = 'none';

-- attempt: a library
-- expect: denied 42501
LOAD 'auto_explain';

-- attempt: a checkpoint
-- expect: denied 42501
CHECKPOINT;

-- attempt: the memory contexts of another session
-- expect: denied 42501
SELECT pg_log_backend_memory_contexts({pid});

-- attempt: the statements of other sessions
-- expect: masked <insufficient privilege>
SELECT query FROM pg_stat_activity WHERE pid = {pid};

-- attempt: who else is there
-- expect: accepted who-is-there: everybody may read which logins are connected, and not from where or what they run
SELECT pid, datname, usename, application_name, client_addr, query FROM pg_stat_activity;

-- attempt: a statement of another session is cancelled
-- expect: denied 42501
SELECT pg_cancel_backend({pid});

-- attempt: another session is ended
-- expect: denied 42501
SELECT pg_terminate_backend({pid});

-- attempt: a statement of one's own is seen
-- expect: accepted own-storage: it is the session's own
SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid();

-- attempt: what others wait for and hold
-- expect: accepted who-is-there: everybody may read which objects are locked by which process
SELECT locktype, relation, pid, mode FROM pg_locks;

-- attempt: the prepared transactions and cursors of others
-- expect: masked
SELECT (SELECT count(*) FROM pg_prepared_xacts), (SELECT count(*) FROM pg_cursors), (SELECT count(*) FROM pg_prepared_statements);

-- attempt: the shared buffers
-- expect: denied 42501 permission denied for
SELECT * FROM pg_shmem_allocations;

-- attempt: the memory of one's own process
-- expect: denied 42501 permission denied for
SELECT * FROM pg_backend_memory_contexts;

-- attempt: the control file
-- expect: accepted who-is-there: times and versions of the server
SELECT * FROM pg_control_system();

-- attempt: the limit of a statement, set to none
-- expect: accepted timeouts: a session may lift its own limit; the sweep's witness cancels what runs longer than the grant says
SET statement_timeout = 0;

-- attempt: what is logged of the session
-- expect: denied 42501 permission denied to set parameter "log_statement"
SET log_statement = 'none';

-- attempt: from which duration statements are logged
-- expect: denied 42501 permission denied to set parameter
SET log_min_duration_statement = -1;

-- attempt: whether errors are logged
-- expect: denied 42501 permission denied to set parameter
SET log_min_error_statement = panic;

-- attempt: triggers and foreign keys switched off
-- expect: denied 42501 permission denied to set parameter "session_replication_role"
SET session_replication_role = replica;

-- attempt: row security switched off
-- expect: masked 401288******1881
SET row_security = off;
SELECT pan FROM payments;

-- attempt: catalogs to be written
-- expect: denied 42501 permission denied to set parameter "allow_system_table_mods"
SET allow_system_table_mods = on;

-- attempt: a catalog is written
-- expect: denied 42501 permission denied for table pg_class
UPDATE pg_class SET relacl = NULL WHERE relname = 'payments';

-- attempt: LISTEN and NOTIFY
-- expect: accepted channels: everybody in a database may listen to every channel; nothing that must be masked belongs in a payload
LISTEN app;
\on second
NOTIFY app, 'hello';
\on first
SELECT 1;

-- attempt: an advisory lock
-- expect: accepted locks: advisory locks belong to nobody; they end with the session
SELECT pg_advisory_lock(1), pg_try_advisory_lock(hashtext('daypass'));

-- attempt: a lock on the view
-- expect: denied 42501 permission denied for view payments
BEGIN;
LOCK TABLE payments IN ACCESS SHARE MODE;

-- attempt: a reader's lock, kept for as long as a transaction lasts
-- expect: accepted locks: whoever may read holds a lock against being dropped, for as long as a transaction lasts
BEGIN;
SELECT count(*) FROM payments;

-- attempt: a lock on the view that stops others
-- expect: denied 42501 permission denied for view payments
BEGIN;
LOCK TABLE payments IN ACCESS EXCLUSIVE MODE;

-- attempt: a lock on the base table
-- expect: denied 42501 permission denied for table payments
BEGIN;
LOCK TABLE public.payments IN ACCESS SHARE MODE;

-- attempt: a lock on a view that may be written
-- expect: accepted locks: whoever may update or delete may lock the table, for as long as a transaction lasts
-- needs: corpus
BEGIN;
LOCK TABLE tickets IN ACCESS EXCLUSIVE MODE;

-- attempt: a snapshot that is exported
-- expect: accepted own-storage: the same rights hold in the same snapshot
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT pg_export_snapshot() IS NOT NULL;

-- attempt: a transaction prepared to outlive the session
-- expect: denied 55000
BEGIN;
SELECT 1 FROM payments;
PREPARE TRANSACTION 'mine';
