package dev.daypass.deployer.postgres;

import java.util.ArrayList;

/**
 * The questions to the catalogs about what grants have left there. Any login can ask them. They are written for
 * {@code search_path = pg_catalog}, PostgreSQL 14 to 18, and each is asked once, however many grants there are.
 */
final class PostgresLiveSql {
    /** Groups, owners of views, and session users. */
    private static final String NAMES = "'^(dp[gv]_|dp_[0-7][0-9a-hjkmnp-tv-z]{25}$)'";

    private static final String ROLES_CTE =
            "WITH r AS MATERIALIZED (SELECT oid, rolname FROM pg_roles WHERE rolname ~ " + NAMES + ") ";

    private static final String OUR_SCHEMA = "(n.nspname LIKE 'dpg\\_%' OR n.nspname = 'daypass')";
    private static final String HELD = "x.grantee IN (SELECT oid FROM r)";
    private static final String OURS = "(" + OUR_SCHEMA + " OR " + HELD + ")";

    static final String SERVER =
            "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_version')";

    static final String ROLES = """
            SELECT rolname, rolcanlogin, rolinherit, array_remove(ARRAY[
              CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
              CASE WHEN rolcreatedb THEN 'CREATEDB' END, CASE WHEN rolreplication THEN 'REPLICATION' END,
              CASE WHEN rolbypassrls THEN 'BYPASSRLS' END], NULL)
            FROM pg_roles WHERE rolname ~""" + " " + NAMES;

    static final String SCHEMAS = """
            SELECT n.nspname, o.rolname
            FROM pg_namespace AS n JOIN pg_roles AS o ON o.oid = n.nspowner
            WHERE n.nspname LIKE 'dpg\\_%' OR n.nspname = 'daypass'""";

    // No indexes and no rows' types: they come with a table.
    static final String RELATIONS = """
            SELECT n.nspname, c.relname, c.relkind, o.rolname, coalesce(c.reloptions, '{}'),
              coalesce((SELECT array_agg(a.attname ORDER BY a.attnum) FROM pg_attribute AS a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '{}'),
              coalesce((SELECT array_agg(format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum) FROM pg_attribute AS a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '{}'),
              coalesce((SELECT array_agg(coalesce(l.collname, '') ORDER BY a.attnum) FROM pg_attribute AS a
                LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '{}'),
              coalesce((SELECT encode(sha256(convert_to(w.ev_action::text, 'UTF8')), 'hex') FROM pg_rewrite AS w
                WHERE w.ev_class = c.oid AND w.rulename = '_RETURN'), ''),
              (SELECT count(*) FROM pg_rewrite AS w WHERE w.ev_class = c.oid AND w.rulename <> '_RETURN')
                + (SELECT count(*) FROM pg_trigger AS t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_roles AS o ON o.oid = c.relowner
            WHERE n.nspname LIKE 'dpg\\_%' AND c.relkind NOT IN ('i', 'I', 't', 'c')""";

    /** Everything owned by a group or an owner of views; the owner's own views are taken out by the reader. */
    static final String OWNED = ROLES_CTE + """
            SELECT r.rolname, i.type, i.identity, i.schema
            FROM pg_shdepend AS d JOIN r ON r.oid = d.refobjid AND d.refclassid = 'pg_authid'::regclass,
              pg_identify_object(d.classid, d.objid, d.objsubid) AS i
            WHERE d.deptype = 'o' AND r.rolname !~ '^dp_'
              AND (d.dbid = 0 OR d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()))
              AND d.classid NOT IN ('pg_default_acl'::regclass, 'pg_user_mapping'::regclass)
              AND i.type IS NOT NULL""";

    /** What groups and owners of views would give away of what they make; what everybody has anyway is not in it. */
    static final String FUTURE = ROLES_CTE + """
            SELECT r.rolname, coalesce(n.nspname, ''), d.defaclobjtype::text, coalesce(g.rolname, 'public'),
              x.privilege_type
            FROM pg_default_acl AS d JOIN r ON r.oid = d.defaclrole LEFT JOIN pg_namespace AS n ON n.oid = d.defaclnamespace
              CROSS JOIN aclexplode(d.defaclacl) AS x LEFT JOIN pg_roles AS g ON g.oid = x.grantee
            WHERE r.rolname !~ '^dp_' AND x.grantee <> d.defaclrole
              AND NOT (x.grantee = 0 AND d.defaclnamespace = 0
                AND (d.defaclobjtype, x.privilege_type) IN (('f', 'EXECUTE'), ('T', 'USAGE')))
            ORDER BY 1, 2, 3, 4, 5""";

    /** A role of another database on the same server holds nothing in this one. */
    static final String HOLDERS = ROLES_CTE + """
            SELECT DISTINCT r.rolname FROM pg_shdepend AS d JOIN r ON r.oid = d.refobjid
            WHERE d.refclassid = 'pg_authid'::regclass AND r.rolname !~ '^dp_'
              AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())""";

    static final String LEDGER = """
            SELECT grant_name, digest, document, applied_at, applied_by FROM daypass.applied""";

    static final String FINGERPRINTS = """
            SELECT a.grant_name, v.key, v.value ->> 'source', v.value ->> 'rule', v.value ->> 'definition'
            FROM daypass.applied AS a, jsonb_each(a.views) AS v""";

    static final String DEFINITIONS = """
            SELECT w.s, w.v, pg_get_viewdef(c.oid), encode(sha256(convert_to(pg_get_viewdef(c.oid), 'UTF8')), 'hex')
            FROM unnest(?::text[], ?::text[]) AS w (s, v) JOIN pg_namespace AS n ON n.nspname = w.s
              JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = w.v""";

    /** Whatever would go with views that are to be dropped, or with the types of their rows, but for what is temporary. */
    static final String DEPENDENTS = """
            SELECT DISTINCT n.nspname, c.relname, i.identity
            FROM unnest(?::text[], ?::text[]) AS w (s, v) JOIN pg_namespace AS n ON n.nspname = w.s
              JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = w.v
              JOIN pg_type AS t ON t.oid = c.reltype
              JOIN pg_depend AS d ON d.deptype = 'n'
                AND (d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
                  OR d.refclassid = 'pg_type'::regclass AND d.refobjid IN (t.oid, t.typarray))
              LEFT JOIN pg_rewrite AS u ON d.classid = 'pg_rewrite'::regclass AND u.oid = d.objid
              LEFT JOIN pg_policy AS p ON d.classid = 'pg_policy'::regclass AND p.oid = d.objid
              LEFT JOIN pg_attrdef AS f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
              LEFT JOIN pg_constraint AS k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
              LEFT JOIN pg_trigger AS g ON d.classid = 'pg_trigger'::regclass AND g.oid = d.objid
              LEFT JOIN pg_class AS x ON x.oid = coalesce(u.ev_class, p.polrelid, f.adrelid, nullif(k.conrelid, 0), g.tgrelid,
                CASE WHEN d.classid = 'pg_class'::regclass THEN d.objid END)
              LEFT JOIN pg_namespace AS m ON m.oid = x.relnamespace
              CROSS JOIN pg_identify_object(
                CASE WHEN u.oid IS NULL THEN d.classid ELSE 'pg_class'::regclass END,
                CASE WHEN u.oid IS NULL THEN d.objid ELSE x.oid END,
                CASE WHEN u.oid IS NULL THEN d.objsubid ELSE 0 END) AS i
            WHERE i.type IS NOT NULL AND x.oid IS DISTINCT FROM c.oid
              AND coalesce(m.nspname::text, i.schema, '') !~ '^"?pg_temp'""";

    static final String SETUP = """
            SELECT w.name FROM (VALUES
              ('the role dp_witness', EXISTS (SELECT FROM pg_roles WHERE rolname = 'dp_witness')),
              ('the role daypass_watch', EXISTS (SELECT FROM pg_roles WHERE rolname = 'daypass_watch')),
              ('the role daypass_plan', EXISTS (SELECT FROM pg_roles WHERE rolname = 'daypass_plan')),
              ('the login ' || ?, EXISTS (SELECT FROM pg_roles WHERE rolname = ?)),
              ('the login ' || ?, EXISTS (SELECT FROM pg_roles WHERE rolname = ?)),
              ('the table daypass.applied', to_regclass('daypass.applied') IS NOT NULL),
              ('the table daypass.masking_key', to_regclass('daypass.masking_key') IS NOT NULL),
              ('the function daypass.cancel_overlong', EXISTS (
                SELECT FROM pg_proc AS p JOIN pg_roles AS o ON o.oid = p.proowner
                WHERE p.oid = to_regprocedure('daypass.cancel_overlong(text, interval)')
                  AND p.prosecdef AND o.rolname = 'daypass_watch'))
            ) AS w (name, there) WHERE NOT w.there""";

    private PostgresLiveSql() {}

    static String memberships(int major) {
        return ROLES_CTE + """
                SELECT g.rolname, m.rolname, coalesce(b.rolname, ''), a.admin_option, %s
                FROM pg_auth_members AS a JOIN pg_roles AS g ON g.oid = a.roleid JOIN pg_roles AS m ON m.oid = a.member
                  LEFT JOIN pg_roles AS b ON b.oid = a.grantor
                WHERE a.roleid IN (SELECT oid FROM r) OR a.member IN (SELECT oid FROM r)""".formatted(major >= 16 ? "a.inherit_option, a.set_option" : "true, true");
    }

    /** Kind, object as GRANT names it, holder, privilege, columns. What an owner has on its own is not in it. */
    static String rights(int major) {
        String relation = quoted("n.nspname") + " || '.' || " + quoted("c.relname");
        var parts = new ArrayList<String>();
        parts.add("SELECT 'TABLE' AS kind, " + relation + " AS object, x.grantee, x.privilege_type, x.is_grantable,"
                + " array_agg(a.attname::text) AS columns FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid"
                + " JOIN pg_namespace AS n ON n.oid = c.relnamespace, aclexplode(a.attacl) AS x"
                + " WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND x.grantee <> c.relowner AND " + OURS
                + " GROUP BY 1, 2, 3, 4, 5");
        parts.add(whole(
                "CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END",
                relation,
                "pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace",
                "c.relacl",
                "c.relowner",
                OURS));
        parts.add(whole("'SCHEMA'", quoted("n.nspname"), "pg_namespace AS n", "n.nspacl", "n.nspowner", OURS));
        // In our own schemas what everybody may do by default counts as well.
        parts.add(whole(
                "'ROUTINE'",
                quoted("n.nspname") + " || '.' || " + quoted("p.proname")
                        + " || '(' || oidvectortypes(p.proargtypes) || ')'",
                "pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace",
                "CASE WHEN p.proacl IS NULL AND " + OUR_SCHEMA + " THEN acldefault('f', p.proowner) ELSE p.proacl END",
                "p.proowner",
                OURS));
        parts.add(whole("'DATABASE'", quoted("d.datname"), "pg_database AS d", "d.datacl", "d.datdba", HELD));
        parts.add(whole("'TYPE'", "format_type(t.oid, NULL)", "pg_type AS t", "t.typacl", "t.typowner", HELD));
        parts.add(whole("'LANGUAGE'", quoted("l.lanname"), "pg_language AS l", "l.lanacl", "l.lanowner", HELD));
        parts.add(whole(
                "'FOREIGN_DATA_WRAPPER'",
                quoted("f.fdwname"),
                "pg_foreign_data_wrapper AS f",
                "f.fdwacl",
                "f.fdwowner",
                HELD));
        parts.add(whole(
                "'FOREIGN_SERVER'", quoted("s.srvname"), "pg_foreign_server AS s", "s.srvacl", "s.srvowner", HELD));
        parts.add(whole("'TABLESPACE'", quoted("s.spcname"), "pg_tablespace AS s", "s.spcacl", "s.spcowner", HELD));
        parts.add(
                whole("'LARGE_OBJECT'", "m.oid::text", "pg_largeobject_metadata AS m", "m.lomacl", "m.lomowner", HELD));
        if (major >= 15) {
            parts.add(whole("'PARAMETER'", "p.parname", "pg_parameter_acl AS p", "p.paracl", "10::oid", HELD));
        }
        return ROLES_CTE + "SELECT u.kind, u.object, coalesce(h.rolname, 'public'),"
                + " u.privilege_type || CASE WHEN u.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, u.columns"
                + " FROM (" + String.join(" UNION ALL ", parts) + ") AS u LEFT JOIN pg_roles AS h ON h.oid = u.grantee";
    }

    private static String whole(String kind, String object, String from, String acl, String owner, String which) {
        return "SELECT " + kind + ", " + object + ", x.grantee, x.privilege_type, x.is_grantable, '{}'::text[] FROM "
                + from + ", aclexplode(" + acl + ") AS x WHERE x.grantee <> " + owner + " AND " + which;
    }

    private static String quoted(String name) {
        return "'\"' || replace(" + name + ", '\"', '\"\"') || '\"'";
    }
}
