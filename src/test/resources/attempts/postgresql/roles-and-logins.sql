-- Becoming somebody else, or becoming more.

-- attempt: SET ROLE to the group
-- expect: denied 42501 permission denied to set role
-- servers: 16+
SET ROLE {group};

-- attempt: SET ROLE to the group, where membership cannot be had without it
-- expect: accepted group-role: before PostgreSQL 16 a member may become the group, which has no more rights than the member
-- servers: -15
SET ROLE {group};

-- attempt: the base table as the group
-- expect: denied 42501 permission denied for table payments
-- servers: -15
SET ROLE {group};
SELECT pan FROM public.payments;

-- attempt: SET ROLE to the views' owner
-- expect: denied 42501 permission denied to set role
SET ROLE {viewowner};

-- attempt: SET ROLE to the superuser
-- expect: denied 42501 permission denied to set role
SET ROLE postgres;

-- attempt: SET ROLE to Vault's login
-- expect: denied 42501 permission denied to set role
SET ROLE vault_admin;

-- attempt: SET ROLE to the witness's group
-- expect: denied 42501 permission denied to set role
SET ROLE dp_witness;

-- attempt: SET ROLE to another session
-- expect: denied 42501 permission denied to set role
SET ROLE "{other}";

-- attempt: SET ROLE by set_config
-- expect: denied 42501 permission denied to set role
SELECT set_config('role', '{viewowner}', false);

-- attempt: SET SESSION AUTHORIZATION
-- expect: denied 42501 permission denied to set session authorization
SET SESSION AUTHORIZATION postgres;

-- attempt: a role at the connection's start
-- expect: denied 42501
\connect {database} options=-c%20role=postgres

-- attempt: session_replication_role at the connection's start
-- expect: denied 42501
\connect {database} options=-c%20session_replication_role=replica

-- attempt: libraries at the connection's start
-- expect: denied 42501
\connect {database} options=-c%20session_preload_libraries=auto_explain

-- attempt: the base tables' schema at the connection's start
-- expect: denied 42501 permission denied for table payments
\connect {database} options=-c%20search_path=public
SELECT pan FROM payments;

-- attempt: a role of one's own
-- expect: denied 42501
CREATE ROLE mine;

-- attempt: rights of the server on oneself
-- expect: denied 42501
ALTER ROLE "{me}" SUPERUSER;

-- attempt: the right to make roles
-- expect: denied 42501
ALTER ROLE "{me}" CREATEROLE;

-- attempt: replication
-- expect: denied 42501
ALTER ROLE "{me}" REPLICATION;

-- attempt: to bypass row security
-- expect: denied 42501
ALTER ROLE "{me}" BYPASSRLS;

-- attempt: a later end of oneself
-- expect: denied 42501
ALTER ROLE "{me}" VALID UNTIL 'infinity';

-- attempt: more connections for oneself
-- expect: denied 42501
ALTER ROLE "{me}" CONNECTION LIMIT -1;

-- attempt: another name for oneself
-- expect: denied 0A000 session user cannot be renamed
ALTER ROLE "{me}" RENAME TO mine;

-- attempt: one's own password
-- expect: accepted own-password: the login still ends with the session, and a password that Vault does not know opens nothing else
-- session: new
ALTER ROLE "{me}" PASSWORD 'mine-for-a-while';

-- attempt: one's own settings
-- expect: accepted own-settings: they hold for this login alone, and end with it
-- session: new
ALTER ROLE "{me}" SET statement_timeout = 0;
ALTER ROLE "{me}" SET search_path = public;

-- attempt: one's own settings taken away, and what is logged of oneself then
-- expect: accepted own-settings: they hold for this login alone, and end with it
-- session: new
ALTER ROLE "{me}" RESET ALL;

-- attempt: what is logged of oneself
-- expect: denied 42501 permission denied to set parameter "log_statement"
-- servers: 15+
ALTER ROLE "{me}" SET log_statement = 'none';

-- attempt: what is logged of oneself, set back
-- expect: denied 42501
ALTER ROLE "{me}" RESET log_statement;

-- attempt: another session's password
-- expect: denied 42501
ALTER ROLE "{other}" PASSWORD 'x';

-- attempt: another session's settings
-- expect: denied 42501
ALTER ROLE "{other}" SET search_path = public;

-- attempt: everybody's settings
-- expect: denied 42501
ALTER ROLE ALL SET search_path = public;

-- attempt: the database's settings
-- expect: denied 42501 must be owner of database
ALTER DATABASE {database} SET search_path = public;

-- attempt: the group given to another session
-- expect: denied 42501
GRANT {group} TO "{other}";

-- attempt: the views' owner given to oneself
-- expect: denied 42501
GRANT {viewowner} TO "{me}";

-- attempt: the role of all readers given to oneself
-- expect: denied 42501
GRANT pg_read_all_data TO "{me}";

-- attempt: oneself given to another session, and to all of a grant
-- expect: accepted self-given: in PostgreSQL 14 a role may make others members of itself, while it lives; they gain no more than it has
-- servers: -14
-- session: new
GRANT "{me}" TO "{other}";
GRANT "{me}" TO dp_witness;
REVOKE "{me}" FROM "{other}";

-- attempt: oneself given to another session
-- expect: denied 42501
-- servers: 15+
GRANT "{me}" TO "{other}";

-- attempt: a right on the view given to everybody
-- expect: denied 42501 permission denied for table payments
GRANT SELECT ON payments TO PUBLIC;

-- attempt: a right on a column of the view given to everybody
-- expect: accepted no-effect: without a grant option the server warns, and gives nothing
GRANT SELECT (pan) ON payments TO PUBLIC;

-- attempt: what the view's rights are after that
-- expect: masked 0
GRANT SELECT (pan) ON payments TO PUBLIC;
SELECT count(*) FROM pg_attribute AS c, aclexplode(c.attacl) AS a WHERE c.attrelid = 'payments'::regclass AND a.grantee = 0;

-- attempt: a right on a base table
-- expect: denied 42501 permission denied for table payments
GRANT SELECT ON public.payments TO "{me}";

-- attempt: a right on all tables of a schema
-- expect: denied 42501 permission denied for
GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{me}";

-- attempt: a right to set a parameter
-- expect: denied 42501 permission denied for parameter
-- servers: 15+
GRANT SET ON PARAMETER log_statement TO "{me}";

-- attempt: default privileges of the deployer
-- expect: denied 42501
ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON TABLES TO "{me}";

-- attempt: the group's objects dropped
-- expect: denied 42501
DROP OWNED BY {group};

-- attempt: the group dropped
-- expect: denied 42501
DROP ROLE {group};

-- attempt: the group's objects taken over
-- expect: denied 42501
REASSIGN OWNED BY {viewowner} TO "{me}";

-- attempt: all passwords
-- expect: denied 42501 permission denied for table pg_authid
SELECT rolname, rolpassword FROM pg_authid;

-- attempt: all passwords by the old view
-- expect: denied 42501 permission denied for view pg_shadow
SELECT * FROM pg_shadow;

-- attempt: the passwords that everybody may see
-- expect: masked ********
SELECT usename, passwd FROM pg_user;

-- attempt: the roles of the server
-- expect: accepted who-is-there: everybody may read the names of roles, their settings and who is a member of what
SELECT rolname, rolconfig, rolvaliduntil FROM pg_roles;

-- attempt: who is a member of what
-- expect: accepted who-is-there: everybody may read the names of roles, their settings and who is a member of what
SELECT roleid::regrole, member::regrole, grantor::regrole FROM pg_auth_members;

-- attempt: the rights that one has
-- expect: masked f
SELECT has_table_privilege('public.payments', 'select'), has_any_column_privilege('public.payments', 'select'),
  pg_has_role('{viewowner}', 'usage'), has_schema_privilege('daypass', 'usage');
