package dev.daypass.deployer.postgres;

/**
 * The questions that a probe puts to the server, by the server's own {@code has_…_privilege} functions. Each answers for PUBLIC
 * ({@code everybody}) and for the roles that the session could act as ({@code session}), and keeps what either has.
 *
 * <p>Parameters of all: the roles to act as, the other roles whose rights those have, the schemas that can be used, and what can be
 * got to without its schema.
 */
final class PostgresProbeSql {
    private PostgresProbeSql() {}

    private static final String ROLES = """
            WITH actor AS (SELECT unnest(?::oid[]) AS oid),
                 other AS (SELECT r.oid, r.rolname FROM unnest(?::oid[]) AS o (oid) JOIN pg_roles r USING (oid)),
                 usable AS (SELECT unnest(?::oid[]) AS oid),
                 carried AS (SELECT unnest(?::oid[]) AS oid)
            """;

    /** Roles that a session may become or may make itself a member of; asked again until there are no more. */
    static String acting(int major) {
        return """
                SELECT r.oid FROM pg_roles r, unnest(?::oid[]) AS a (oid)
                WHERE r.oid <> a.oid
                  AND (pg_has_role(a.oid, r.oid, '%s') OR pg_has_role(a.oid, r.oid, 'MEMBER WITH ADMIN OPTION'))""".formatted(settable(major));
    }

    /** Before PostgreSQL 16 every member could. */
    private static String settable(int major) {
        return major >= 16 ? "SET" : "MEMBER";
    }

    /** Every role that is got to, the group among them. */
    static String roles(int major) {
        return """
                WITH actor AS (SELECT unnest(?::oid[]) AS oid)
                SELECT r.oid, r.rolname,
                       EXISTS (SELECT FROM actor a WHERE pg_has_role(a.oid, r.oid, 'USAGE')) AS may_inherit,
                       pg_has_role(session_user, r.oid, '%s') AS may_set,
                       EXISTS (SELECT FROM actor a
                               WHERE a.oid <> r.oid AND pg_has_role(a.oid, r.oid, 'MEMBER WITH ADMIN OPTION'))
                         AS may_admin,
                       r.rolsuper, r.rolcreaterole, r.rolcreatedb, r.rolreplication, r.rolbypassrls
                FROM pg_roles r
                WHERE r.rolname <> session_user
                  AND EXISTS (SELECT FROM actor a WHERE pg_has_role(a.oid, r.oid, 'MEMBER'))""".formatted(settable(major));
    }

    static final String USABLE_SCHEMAS = """
            WITH actor AS (SELECT unnest(?::oid[]) AS oid)
            SELECT n.oid FROM pg_namespace n
            WHERE EXISTS (SELECT FROM actor a WHERE has_schema_privilege(a.oid, n.oid, 'USAGE')
                            OR pg_has_role(a.oid, n.nspowner, 'USAGE'))""";

    /** Tables and functions behind views, parsed functions, operators and casts whose schema can be used. */
    static String carried(int major) {
        return """
                WITH usable AS (SELECT unnest(?::oid[]) AS oid)
                SELECT d.refobjid FROM pg_depend d
                WHERE d.refclassid = 'pg_proc'::regclass AND d.classid = 'pg_rewrite'::regclass
                  AND EXISTS (SELECT FROM pg_rewrite w JOIN pg_class v ON v.oid = w.ev_class
                              WHERE w.oid = d.objid AND v.oid >= 16384 AND v.relkind = 'v'
                                AND v.relnamespace IN (SELECT oid FROM usable))
                UNION
                SELECT d.refobjid FROM pg_depend d JOIN pg_proc p ON p.oid = d.objid
                WHERE d.classid = 'pg_proc'::regclass AND p.oid >= 16384 AND p.prosqlbody IS NOT NULL AND NOT p.prosecdef
                  AND d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass)
                  AND p.pronamespace IN (SELECT oid FROM usable)
                UNION
                SELECT oprcode FROM pg_operator WHERE oid >= 16384 AND oprnamespace IN (SELECT oid FROM usable)
                UNION
                SELECT castfunc FROM pg_cast WHERE oid >= 16384 AND castfunc <> 0
                %s""".formatted(major < 15 ? "" : """
                UNION
                SELECT d.refobjid FROM pg_depend d JOIN pg_rewrite w ON w.oid = d.objid JOIN pg_class v ON v.oid = w.ev_class
                WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid
                  AND v.oid >= 16384 AND v.relnamespace IN (SELECT oid FROM usable)
                  AND 'true' IN (SELECT option_value::boolean::text FROM pg_options_to_table(v.reloptions)
                                 WHERE option_name = 'security_invoker')""");
    }

    /**
     * One kind of object.
     *
     * @param columns {@code kind, class, oid, sub, schema, name, detail, owner, special, rights, initial} of a query of all of them
     * @param has the server's function
     */
    private static String kind(String columns, String has) {
        return ROLES + """
                , object AS (%1$s), asked AS (
                  SELECT o.*, p.privilege,
                         %2$s('public', o.oid, p.privilege) AS everybody,
                         EXISTS (SELECT FROM actor a WHERE %2$s(a.oid, o.oid, p.privilege)) AS session,
                         EXISTS (SELECT FROM actor a WHERE pg_has_role(a.oid, o.owner, 'USAGE')) AS owned
                  FROM object o, unnest(o.privileges) AS p (privilege)
                  WHERE o.schema = 0 OR o.schema IN (SELECT oid FROM usable) OR o.oid IN (SELECT oid FROM carried)
                     OR o.kind = 'SEQUENCE' OR EXISTS (SELECT FROM actor a WHERE pg_has_role(a.oid, o.owner, 'USAGE'))
                )
                SELECT s.kind, COALESCE(n.nspname, '') AS schema, s.oid, s.name, s.detail, s.special,
                       pg_get_userbyid(s.owner) AS owner, s.owned, lower(s.privilege) AS privilege, s.everybody, s.session,
                       s.schema = 0 OR s.schema IN (SELECT oid FROM usable) OR s.oid IN (SELECT oid FROM carried)
                         OR s.kind = 'SEQUENCE' AS reachable,
                       s.everybody AND EXISTS (
                         SELECT FROM aclexplode(COALESCE(
                           (SELECT i.initprivs FROM pg_init_privs i
                            WHERE i.classoid = s.class AND i.objoid = s.oid AND i.objsubid = 0 AND i.privtype = 'i'),
                           s.initial)) e
                         WHERE e.grantee = 0 AND e.privilege_type = s.privilege)
                       OR s.everybody AND s.oid < 16384
                          AND (s.kind, s.name, s.privilege) = ('SCHEMA', 'information_schema', 'USAGE')
                       OR s.everybody AND s.oid < 16384 AND s.name NOT LIKE '\\_pg\\_%%'
                          AND (s.kind, n.nspname, s.privilege) = ('TABLE', 'information_schema', 'SELECT') AS pristine,
                       (SELECT min(r.rolname) FROM other r WHERE NOT s.everybody
                          AND %2$s(r.oid, s.oid, s.privilege)) AS other
                FROM asked s LEFT JOIN pg_namespace n ON n.oid = s.schema
                WHERE s.everybody OR s.session OR s.owned""".formatted(columns, has);
    }

    static String tables(int major) {
        return kind("""
                SELECT 'TABLE' AS kind, 'pg_class'::regclass::oid AS class, c.oid, c.relnamespace AS schema,
                       c.relname::text AS name, '' AS detail, c.relowner AS owner, false AS special,
                       ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'%s] AS privileges,
                       acldefault('r', c.relowner) AS initial
                FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') OR c.relkind = 't' AND c.relacl IS NOT NULL""".formatted(major >= 17 ? ", 'MAINTAIN'" : ""), "has_table_privilege");
    }

    static final String SEQUENCES = kind("""
            SELECT 'SEQUENCE' AS kind, 'pg_class'::regclass::oid AS class, c.oid, c.relnamespace AS schema,
                   c.relname::text AS name, '' AS detail, c.relowner AS owner, false AS special,
                   ARRAY['SELECT', 'UPDATE', 'USAGE'] AS privileges, acldefault('s', c.relowner) AS initial
            FROM pg_class c WHERE c.relkind = 'S'""", "has_sequence_privilege");

    static final String FUNCTIONS = kind("""
            SELECT 'FUNCTION' AS kind, 'pg_proc'::regclass::oid AS class, p.oid, p.pronamespace AS schema,
                   p.proname::text AS name, oidvectortypes(p.proargtypes) AS detail, p.proowner AS owner,
                   p.prosecdef AS special, ARRAY['EXECUTE'] AS privileges, acldefault('f', p.proowner) AS initial
            FROM pg_proc p""", "has_function_privilege");

    static final String SCHEMAS = kind("""
            SELECT 'SCHEMA' AS kind, 'pg_namespace'::regclass::oid AS class, n.oid, 0::oid AS schema, n.nspname::text AS name,
                   '' AS detail, n.nspowner AS owner, false AS special, ARRAY['USAGE', 'CREATE'] AS privileges,
                   acldefault('n', n.nspowner) AS initial
            FROM pg_namespace n""", "has_schema_privilege");

    static final String DATABASES = kind("""
            SELECT 'DATABASE' AS kind, 'pg_database'::regclass::oid AS class, d.oid, 0::oid AS schema, d.datname::text AS name,
                   '' AS detail, d.datdba AS owner, d.datname = current_database() AS special,
                   ARRAY['CONNECT', 'TEMPORARY', 'CREATE'] AS privileges, acldefault('d', d.datdba) AS initial
            FROM pg_database d
            WHERE d.datallowconn
              AND (d.datname = current_database() OR has_database_privilege('public', d.oid, 'CONNECT')
                OR EXISTS (SELECT FROM actor a WHERE has_database_privilege(a.oid, d.oid, 'CONNECT')
                             OR pg_has_role(a.oid, d.datdba, 'USAGE')))""", "has_database_privilege");

    static final String LANGUAGES = kind("""
            SELECT 'LANGUAGE' AS kind, 'pg_language'::regclass::oid AS class, l.oid, 0::oid AS schema, l.lanname::text AS name,
                   '' AS detail, l.lanowner AS owner, l.lanpltrusted AS special, ARRAY['USAGE'] AS privileges,
                   acldefault('l', l.lanowner) AS initial
            FROM pg_language l""", "has_language_privilege");

    static final String TYPES = kind("""
            SELECT 'TYPE' AS kind, 'pg_type'::regclass::oid AS class, t.oid, t.typnamespace AS schema, t.typname::text AS name,
                   '' AS detail, t.typowner AS owner, false AS special, ARRAY['USAGE'] AS privileges,
                   acldefault('T', t.typowner) AS initial
            FROM pg_type t
            WHERE NOT (t.typrelid <> 0 AND (SELECT c.relkind FROM pg_class c WHERE c.oid = t.typrelid) <> 'c')
              AND t.oid NOT IN (SELECT e.typarray FROM pg_type e)""", "has_type_privilege");

    static final String TABLESPACES = kind("""
            SELECT 'TABLESPACE' AS kind, 'pg_tablespace'::regclass::oid AS class, s.oid, 0::oid AS schema,
                   s.spcname::text AS name, '' AS detail, s.spcowner AS owner, false AS special,
                   ARRAY['CREATE'] AS privileges, acldefault('t', s.spcowner) AS initial
            FROM pg_tablespace s""", "has_tablespace_privilege");

    static final String FOREIGN_DATA_WRAPPERS = kind("""
            SELECT 'FOREIGN_DATA_WRAPPER' AS kind, 'pg_foreign_data_wrapper'::regclass::oid AS class, w.oid, 0::oid AS schema,
                   w.fdwname::text AS name, '' AS detail, w.fdwowner AS owner, false AS special,
                   ARRAY['USAGE'] AS privileges, acldefault('F', w.fdwowner) AS initial
            FROM pg_foreign_data_wrapper w""", "has_foreign_data_wrapper_privilege");

    static final String FOREIGN_SERVERS = kind("""
            SELECT 'FOREIGN_SERVER' AS kind, 'pg_foreign_server'::regclass::oid AS class, s.oid, 0::oid AS schema,
                   s.srvname::text AS name, '' AS detail, s.srvowner AS owner, false AS special,
                   ARRAY['USAGE'] AS privileges, acldefault('S', s.srvowner) AS initial
            FROM pg_foreign_server s""", "has_server_privilege");

    /** Since PostgreSQL 18 the server can be asked about large objects; before, see {@link #LARGE_OBJECTS_TO_TRY}. */
    static final String LARGE_OBJECTS = kind("""
            SELECT 'LARGE_OBJECT' AS kind, 'pg_largeobject_metadata'::regclass::oid AS class, l.oid, 0::oid AS schema,
                   l.oid::text AS name, '' AS detail, l.lomowner AS owner, false AS special,
                   ARRAY['SELECT', 'UPDATE'] AS privileges, acldefault('L', l.lomowner) AS initial
            FROM pg_largeobject_metadata l
            WHERE l.lomacl IS NOT NULL OR EXISTS (SELECT FROM actor a WHERE pg_has_role(a.oid, l.lomowner, 'USAGE'))""", "has_largeobject_privilege");

    /**
     * Where nothing was given only the owner gets in, so those are not tried. To open one for writing takes both rights, so who has
     * only UPDATE has to be read from the access list.
     */
    static final String LARGE_OBJECTS_TO_TRY = """
            WITH actor AS (SELECT unnest(?::oid[]) AS oid)
            SELECT l.oid, pg_get_userbyid(l.lomowner),
                   EXISTS (SELECT FROM actor a WHERE pg_has_role(a.oid, l.lomowner, 'USAGE')),
                   EXISTS (SELECT FROM aclexplode(l.lomacl) e, actor a
                           WHERE e.privilege_type = 'UPDATE'
                             AND CASE e.grantee WHEN 0 THEN true ELSE pg_has_role(a.oid, e.grantee, 'USAGE') END)
            FROM pg_largeobject_metadata l
            WHERE l.lomacl IS NOT NULL OR EXISTS (SELECT FROM actor a WHERE pg_has_role(a.oid, l.lomowner, 'USAGE'))""";

    /** Columns, where the whole table is not allowed; those of a pristine server in any case. */
    static final String COLUMNS = ROLES + """
            , asked AS (
              SELECT c.oid, c.relnamespace, c.relname, c.relowner, t.attnum, t.attname, p.privilege,
                     has_column_privilege('public', c.oid, t.attnum, p.privilege) AS everybody,
                     has_table_privilege('public', c.oid, p.privilege) AS everybody_all,
                     EXISTS (SELECT FROM actor a WHERE has_column_privilege(a.oid, c.oid, t.attnum, p.privilege)) AS session,
                     EXISTS (SELECT FROM actor a WHERE has_table_privilege(a.oid, c.oid, p.privilege)) AS session_all
              FROM pg_class c
              CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS p (privilege)
              JOIN pg_attribute t ON t.attrelid = c.oid AND NOT t.attisdropped
              WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
                AND (has_any_column_privilege('public', c.oid, p.privilege)
                  OR EXISTS (SELECT FROM actor a WHERE has_any_column_privilege(a.oid, c.oid, p.privilege)))
                AND (c.relnamespace IN (SELECT oid FROM usable) OR c.oid IN (SELECT oid FROM carried))
            )
            SELECT 'COLUMN' AS kind, n.nspname AS schema, s.oid, s.relname AS name, s.attname AS detail, false AS special,
                   pg_get_userbyid(s.relowner) AS owner,
                   EXISTS (SELECT FROM actor a WHERE pg_has_role(a.oid, s.relowner, 'USAGE')) AS owned,
                   lower(s.privilege) AS privilege, s.everybody, s.session, true AS reachable,
                   s.everybody AND EXISTS (
                     SELECT FROM pg_init_privs i, aclexplode(i.initprivs) e
                     WHERE i.classoid = 'pg_class'::regclass AND i.objoid = s.oid AND i.objsubid = s.attnum
                       AND i.privtype = 'i' AND e.grantee = 0 AND e.privilege_type = s.privilege) AS pristine,
                   (SELECT min(r.rolname) FROM other r WHERE NOT s.everybody
                      AND has_column_privilege(r.oid, s.oid, s.attnum, s.privilege)) AS other
            FROM asked s JOIN pg_namespace n ON n.oid = s.relnamespace
            WHERE s.everybody AND NOT s.everybody_all OR s.session AND NOT s.session_all
               OR s.everybody AND EXISTS (SELECT FROM pg_init_privs i
                                          WHERE i.classoid = 'pg_class'::regclass AND i.objoid = s.oid
                                            AND i.objsubid = s.attnum AND i.privtype = 'i')""";

    /** Parameters that everybody may set need no privilege, and have none. */
    static final String PARAMETERS = ROLES + """
            , object AS (SELECT parname AS name FROM pg_parameter_acl UNION SELECT name FROM pg_settings)
            SELECT 'PARAMETER' AS kind, '' AS schema, 0 AS oid, o.name, '' AS detail, false AS special, '' AS owner,
                   false AS owned, lower(p.privilege) AS privilege,
                   has_parameter_privilege('public', o.name, p.privilege) AS everybody,
                   EXISTS (SELECT FROM actor a WHERE has_parameter_privilege(a.oid, o.name, p.privilege)) AS session,
                   true AS reachable, false AS pristine,
                   (SELECT min(r.rolname) FROM other r WHERE NOT has_parameter_privilege('public', o.name, p.privilege)
                      AND has_parameter_privilege(r.oid, o.name, p.privilege)) AS other
            FROM object o CROSS JOIN unnest(ARRAY['SET', 'ALTER SYSTEM']) AS p (privilege)
            WHERE has_parameter_privilege('public', o.name, p.privilege)
               OR EXISTS (SELECT FROM actor a WHERE has_parameter_privilege(a.oid, o.name, p.privilege))""";

    static final String DEFAULT_PRIVILEGES = """
            WITH actor AS (SELECT unnest(?::oid[]) AS oid)
            SELECT pg_get_userbyid(d.defaclrole), n.nspname, d.defaclobjtype::text, lower(e.privilege_type),
                   CASE e.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(e.grantee) END
            FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace, aclexplode(d.defaclacl) e
            WHERE e.grantee <> d.defaclrole
              AND CASE e.grantee WHEN 0 THEN
                    n.oid IS NOT NULL
                    OR NOT EXISTS (SELECT FROM aclexplode(acldefault(
                                     CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole)) b
                                   WHERE b.grantee = 0 AND b.privilege_type = e.privilege_type)
                  ELSE EXISTS (SELECT FROM actor a WHERE pg_has_role(a.oid, e.grantee, 'USAGE')) END""";

    static final String USER_MAPPINGS =
            "SELECT srvname, usename, umuser = 0 FROM pg_user_mappings WHERE umuser = 0 OR umuser = ANY (?::oid[])";

    /** What is owned and has no {@code has_…_privilege} of its own, and what roles have in other databases. */
    static final String ELSEWHERE = """
            WITH actor AS (SELECT unnest(?::oid[]) AS oid)
            SELECT DISTINCT d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AS here,
                   d.deptype = 'o' AS owned, pg_get_userbyid(d.refobjid) AS role,
                   CASE WHEN b.datname = current_database() THEN pg_describe_object(d.classid, d.objid, d.objsubid)
                        ELSE b.datname END AS object
            FROM pg_shdepend d JOIN pg_database b ON b.oid = d.dbid
            WHERE d.refclassid = 'pg_authid'::regclass AND d.deptype IN ('o', 'a') AND b.datallowconn
              AND EXISTS (SELECT FROM actor a WHERE pg_has_role(a.oid, d.refobjid, 'USAGE'))
              AND CASE WHEN b.datname = current_database() THEN
                    d.deptype = 'o'
                    AND d.classid::regclass::text NOT IN ('pg_class', 'pg_proc', 'pg_namespace', 'pg_language', 'pg_type',
                        'pg_largeobject', 'pg_foreign_data_wrapper', 'pg_foreign_server', 'pg_default_acl',
                        'pg_user_mapping')
                  ELSE has_database_privilege('public', b.oid, 'CONNECT')
                    OR EXISTS (SELECT FROM actor a WHERE has_database_privilege(a.oid, b.oid, 'CONNECT')) END""";
}
