package dev.daypass.deployer.postgres;

/**
 * The questions to the catalogs. All of them can be asked by any login. They are written for {@code search_path = pg_catalog},
 * so that types are spelt with their schema.
 */
final class PostgresPrivilegesSql {
    private PostgresPrivilegesSql() {}

    static final String SERVER = """
            SELECT current_setting('server_version_num')::int / 10000 AS major, d.oid, d.datname, d.datdba,
                   COALESCE(
                     (SELECT split_part(c.setting, '=', 2)
                      FROM pg_db_role_setting s, unnest(s.setconfig) AS c (setting)
                      WHERE s.setdatabase IN (d.oid, 0) AND s.setrole = 0
                        AND split_part(c.setting, '=', 1) = 'lo_compat_privileges'
                      ORDER BY s.setdatabase DESC LIMIT 1),
                     current_setting('lo_compat_privileges'))::boolean AS anybody_large_objects
            FROM pg_database d WHERE d.datname = current_database()""";

    static final String ROLES = """
            SELECT oid, rolname, rolinherit, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls
            FROM pg_roles""";

    /** Before PostgreSQL 16 a membership had no options of its own. */
    static String memberships(int major) {
        return major >= 16
                ? "SELECT roleid, member, grantor, admin_option, inherit_option, set_option FROM pg_auth_members"
                : """
                SELECT a.roleid, a.member, a.grantor, a.admin_option, m.rolinherit, true
                FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member""";
    }

    /** What PUBLIC has on an object on which nothing was ever given or taken, by kind. */
    static String defaults(int major) {
        return """
                SELECT k.kind, ARRAY(SELECT lower(privilege_type) FROM aclexplode(acldefault(k.letter, 10))
                                     WHERE grantee = 0)
                FROM (VALUES ('TABLE', 'r'::"char"), ('COLUMN', 'c'), ('SEQUENCE', 's'), ('FUNCTION', 'f'),
                             ('SCHEMA', 'n'), ('DATABASE', 'd'), ('LANGUAGE', 'l'), ('TYPE', 'T'),
                             ('LARGE_OBJECT', 'L'), ('TABLESPACE', 't'), ('FOREIGN_DATA_WRAPPER', 'F'),
                             ('FOREIGN_SERVER', 'S')%s) AS k (kind, letter)""".formatted(major >= 15 ? ", ('PARAMETER', 'p')" : "");
    }

    /**
     * Everything that has an access list. Row types of tables and array types are left out: they can be used by whoever can
     * use the table or the element. So are large objects on which nothing was given, unless their owner is a role that
     * others are members of.
     */
    static String objects(int major) {
        return """
                WITH initial AS (
                  SELECT classoid, objoid, objsubid,
                         ARRAY(SELECT lower(privilege_type) FROM aclexplode(initprivs) WHERE grantee = 0) AS everybody
                  FROM pg_init_privs WHERE privtype = 'i'
                ), made AS (
                  SELECT d.classid, d.objid, e.extname
                  FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
                  WHERE d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass
                ), object AS (
                  SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind,
                         'pg_class'::regclass::oid AS class, c.oid, 0 AS sub, c.relnamespace AS schema,
                         c.relname::text AS name, c.relkind::text AS detail, c.relowner AS owner, c.relacl AS acl,
                         false AS special
                  FROM pg_class c
                  WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p', 'S') OR c.relkind = 't' AND c.relacl IS NOT NULL
                  UNION ALL
                  SELECT 'COLUMN', 'pg_class'::regclass, c.oid, a.attnum, c.relnamespace, c.relname, a.attname,
                         c.relowner, a.attacl, false
                  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                  WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
                  UNION ALL
                  SELECT 'FUNCTION', 'pg_proc'::regclass, p.oid, 0, p.pronamespace, p.proname,
                         oidvectortypes(p.proargtypes), p.proowner, p.proacl, p.prosecdef
                  FROM pg_proc p
                  UNION ALL
                  SELECT 'SCHEMA', 'pg_namespace'::regclass, n.oid, 0, 0, n.nspname, '', n.nspowner, n.nspacl, false
                  FROM pg_namespace n
                  UNION ALL
                  SELECT 'DATABASE', 'pg_database'::regclass, d.oid, 0, 0, d.datname, '', d.datdba, d.datacl,
                         d.datname = current_database()
                  FROM pg_database d WHERE d.datallowconn
                  UNION ALL
                  SELECT 'LANGUAGE', 'pg_language'::regclass, l.oid, 0, 0, l.lanname, '', l.lanowner, l.lanacl,
                         l.lanpltrusted
                  FROM pg_language l
                  UNION ALL
                  SELECT 'TYPE', 'pg_type'::regclass, t.oid, 0, t.typnamespace, t.typname, '', t.typowner, t.typacl,
                         false
                  FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
                  WHERE (t.typrelid = 0 OR c.relkind = 'c')
                    AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
                  UNION ALL
                  SELECT 'LARGE_OBJECT', 'pg_largeobject_metadata'::regclass, l.oid, 0, 0, l.oid::text, '', l.lomowner,
                         l.lomacl, false
                  FROM pg_largeobject_metadata l
                  WHERE l.lomacl IS NOT NULL OR l.lomowner IN (SELECT roleid FROM pg_auth_members)
                     OR l.lomowner IN (SELECT oid FROM pg_roles WHERE rolname LIKE 'dpg\\_%%')
                  UNION ALL
                  SELECT 'TABLESPACE', 'pg_tablespace'::regclass, s.oid, 0, 0, s.spcname, '', s.spcowner, s.spcacl,
                         false
                  FROM pg_tablespace s
                  UNION ALL
                  SELECT 'FOREIGN_DATA_WRAPPER', 'pg_foreign_data_wrapper'::regclass, w.oid, 0, 0, w.fdwname, '',
                         w.fdwowner, w.fdwacl, false
                  FROM pg_foreign_data_wrapper w
                  UNION ALL
                  SELECT 'FOREIGN_SERVER', 'pg_foreign_server'::regclass, s.oid, 0, 0, s.srvname, '', s.srvowner,
                         s.srvacl, false
                  FROM pg_foreign_server s
                  %s
                )
                SELECT o.kind, o.oid, o.schema, COALESCE(n.nspname, '') AS schema_name, o.name, o.detail, o.owner,
                       CASE WHEN o.acl IS NULL THEN NULL ELSE
                         ARRAY(SELECT a.grantee || ':' || a.grantor || ':' || lower(a.privilege_type)
                               FROM aclexplode(o.acl) a) END AS access,
                       i.everybody, COALESCE(m.extname, '') AS extension, o.special
                FROM object o
                LEFT JOIN pg_namespace n ON n.oid = o.schema
                LEFT JOIN initial i ON i.classoid = o.class AND i.objoid = o.oid AND i.objsubid = o.sub
                LEFT JOIN made m ON m.classid = o.class AND m.objid = o.oid""".formatted(major >= 15 ? """
                  UNION ALL
                  SELECT 'PARAMETER', 'pg_parameter_acl'::regclass, p.oid, 0, 0, p.parname, '', 10, p.paracl, false
                  FROM pg_parameter_acl p""" : "");
    }

    /**
     * What can be got to without naming it, and from which schema: the tables and functions behind views that read with their
     * reader's rights, the functions in any view, those in functions that were parsed when they were made, behind
     * operators, and behind casts (schema 0: a cast needs no name).
     */
    static String carried(int major) {
        return """
                SELECT v.relnamespace AS schema, d.refobjid
                FROM pg_class v
                JOIN pg_rewrite r ON r.ev_class = v.oid
                JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refobjid <> v.oid
                WHERE v.oid >= 16384 AND v.relkind = 'v'
                  AND (d.refclassid = 'pg_proc'::regclass %s)
                UNION
                SELECT p.pronamespace, d.refobjid
                FROM pg_proc p
                JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
                WHERE p.oid >= 16384 AND p.prosqlbody IS NOT NULL AND NOT p.prosecdef
                  AND d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass)
                UNION
                SELECT o.oprnamespace, o.oprcode::oid FROM pg_operator o WHERE o.oid >= 16384
                UNION
                SELECT 0, c.castfunc FROM pg_cast c WHERE c.oid >= 16384 AND c.castfunc <> 0""".formatted(major >= 15 ? """
                 OR d.refclassid = 'pg_class'::regclass
                   AND EXISTS (SELECT FROM pg_options_to_table(v.reloptions) WHERE option_name = 'security_invoker'
                                 AND option_value::boolean)""" : "");
    }

    static final String DEFAULT_PRIVILEGES = """
            SELECT r.oid, r.rolname, COALESCE(n.nspname, ''), d.defaclobjtype::text, a.grantee, lower(a.privilege_type)
            FROM pg_default_acl d
            JOIN pg_roles r ON r.oid = d.defaclrole
            LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
            CROSS JOIN aclexplode(d.defaclacl) a
            WHERE a.grantee <> d.defaclrole""";

    /** A user mapping's options are not readable, nor wanted. The user 0 is PUBLIC. */
    static final String USER_MAPPINGS = "SELECT srvname, umuser FROM pg_user_mappings";

    /**
     * What is owned and has no access list, in this database; and what roles own or have in others, whose catalogs cannot be
     * read from here. Rights of PUBLIC there are not in this list.
     */
    static final String ELSEWHERE = """
            SELECT d.refobjid AS role, d.deptype::text, true AS here, pg_describe_object(d.classid, d.objid, d.objsubid)
            FROM pg_shdepend d
            WHERE d.refclassid = 'pg_authid'::regclass AND d.deptype = 'o'
              AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND d.classid NOT IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_namespace'::regclass,
                                    'pg_language'::regclass, 'pg_type'::regclass, 'pg_largeobject'::regclass,
                                    'pg_foreign_data_wrapper'::regclass, 'pg_foreign_server'::regclass,
                                    'pg_default_acl'::regclass, 'pg_user_mapping'::regclass)
            UNION
            SELECT d.refobjid, d.deptype::text, false, b.datname
            FROM pg_shdepend d JOIN pg_database b ON b.oid = d.dbid
            WHERE d.refclassid = 'pg_authid'::regclass AND d.deptype IN ('o', 'a')
              AND b.datallowconn AND b.datname <> current_database()""";
}
