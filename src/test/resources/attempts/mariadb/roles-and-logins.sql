-- A session cannot become anybody else, nor give itself more.

-- attempt: the administrator's account by SET ROLE
-- expect: denied OP000
SET ROLE vault_admin;

-- attempt: the witness's role
-- expect: denied OP000
SET ROLE dp_witness;

-- attempt: its own group
-- expect: accepted no-effect: it is in force already
SET ROLE {group};

-- attempt: no role at all
-- expect: denied 42000 SELECT command denied
-- session: new
SET ROLE NONE;
SELECT * FROM payments;

-- attempt: PUBLIC as a role
-- expect: denied OP000
SET ROLE PUBLIC;

-- attempt: its role for somebody else
-- expect: denied 28000
GRANT {group} TO 'somebody'@'%';

-- attempt: its rights for everybody
-- expect: denied 42000
GRANT SELECT ON payments TO PUBLIC;

-- attempt: rights on the base table for itself
-- expect: denied 42000
GRANT SELECT ON orders.payments TO CURRENT_USER();

-- attempt: a new login
-- expect: denied 42000 CREATE USER
CREATE USER somebody IDENTIFIED BY 'x';

-- attempt: a new role
-- expect: denied 42000 CREATE USER
CREATE ROLE somebody;

-- attempt: a role granted with a new login
-- expect: denied 28000
GRANT {group} TO somebody IDENTIFIED BY 'x';

-- attempt: another's password
-- expect: denied 42000 Access denied
SET PASSWORD FOR '{other}'@'127.0.0.1' = PASSWORD('x');

-- attempt: another's password by ALTER USER
-- expect: denied 42000 CREATE USER
ALTER USER '{other}'@'127.0.0.1' IDENTIFIED BY 'x';

-- attempt: its own password
-- expect: accepted own-password: the login ends with the session whatever its password is; Vault removes it by its name
-- session: new
SET PASSWORD = PASSWORD('a-password-of-my-own');
SET PASSWORD = PASSWORD('{password}');

-- attempt: its own limits
-- expect: denied 42000 CREATE USER
ALTER USER CURRENT_USER() WITH MAX_USER_CONNECTIONS 0;

-- attempt: its own limits by GRANT
-- expect: denied 28000
GRANT USAGE ON *.* TO CURRENT_USER() WITH MAX_USER_CONNECTIONS 1000;

-- attempt: an unlocked account for the views
-- expect: denied 42000 CREATE USER
ALTER USER 'dpv_support_desk'@'localhost' ACCOUNT UNLOCK;

-- attempt: its own name
-- expect: denied 42000 CREATE USER
RENAME USER CURRENT_USER() TO 'owner'@'%';

-- attempt: its own default role
-- expect: denied 42000 Access denied
-- session: new
SET DEFAULT ROLE NONE;
\connect {database}

-- attempt: Daypass's procedure for default roles
-- expect: denied 42000 execute command denied
CALL daypass.default_role('{me}', '127.0.0.1', 'dp_witness');

-- attempt: Daypass's procedure that ends connections
-- expect: denied 42000 execute command denied
CALL daypass.end_connections('{other}');

-- attempt: Daypass's list of connections
-- expect: denied 42000 execute command denied
CALL daypass.connections();

-- attempt: Daypass's list of session users
-- expect: denied 42000 SELECT command denied
SELECT * FROM daypass.session_users;

-- attempt: the ledger
-- expect: denied 42000 SELECT command denied
SELECT * FROM daypass.applied;

-- attempt: the masking key
-- expect: denied 42000 SELECT command denied
SELECT HEX(inner_pad), HEX(outer_pad) FROM daypass.masking_key;

-- attempt: another session's connection
-- expect: denied HY000 not owner of thread
KILL {pid};

-- attempt: another session's statement
-- expect: denied HY000 not owner of thread
KILL QUERY {pid};

-- attempt: another session's connections by name
-- expect: accepted no-effect: nothing is ended; MariaDB passes over connections of others without an error
KILL USER '{other}';

-- attempt: proxying
-- expect: denied 28000
GRANT PROXY ON 'owner'@'127.0.0.1' TO CURRENT_USER();

-- attempt: logging in as the account of the views
-- expect: denied 28000 Access denied
\connect {database} user=dpv_support_desk password=x

-- attempt: logging in as the account of Daypass's procedures
-- expect: denied 28000 Access denied
\connect orders user=daypass password=x

-- attempt: connecting to the server's own database
-- expect: denied 42000 Access denied
\connect mysql

-- attempt: global settings
-- expect: denied 42000 SUPER
SET GLOBAL max_statement_time = 0;

-- attempt: its own time limit
-- expect: accepted timeouts: the limit is the session's own setting; the sweep cancels statements that run longer
SET SESSION max_statement_time = 0;

-- attempt: the binary log switched off
-- expect: denied 42000
SET SESSION sql_log_bin = 0;

-- attempt: the audit plug-in switched off
-- expect: denied 42000 SUPER
SET GLOBAL server_audit_logging = OFF;

-- attempt: the general log switched on
-- expect: denied 42000 SUPER
SET GLOBAL general_log = ON;
