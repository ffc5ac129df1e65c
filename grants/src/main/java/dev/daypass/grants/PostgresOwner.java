package dev.daypass.grants;

import java.util.ArrayList;
import java.util.List;

/**
 * {@link OwnerStatements} for PostgreSQL 14 to 18. A grant's are to be run in one transaction, by the deployer or by whoever may
 * become it.
 *
 * <p>The set-up does not revoke what PUBLIC has in a database by default (CONNECT and TEMPORARY; before PostgreSQL 15, CREATE in
 * {@code public}): other logins may live on it, so that is the owner's decision. The effective privileges report it, with the
 * statement that takes it away. Whether the deployer may give rights on tables is the owner's decision as well: it can as soon as
 * it is a member of the role that owns them.
 */
final class PostgresOwner implements OwnerStatements {
    /**
     * What a grant's transaction begins with: every name and operator that is not qualified is the server's own, and a date or time
     * in a document means the same wherever it is applied from.
     */
    static final List<String> PREAMBLE = List.of(
            "SET LOCAL search_path = pg_catalog, pg_temp",
            "SET LOCAL standard_conforming_strings = on",
            "SET LOCAL TimeZone = 'UTC'",
            "SET LOCAL DateStyle = 'ISO, YMD'");

    /** As {@code SessionId} has it: the first of 26 characters is at most 7, and i, l, o and u are none of them. */
    private static final String SESSION_USER = "^dp_[0-7][0-9a-hjkmnp-tv-z]{25}$";

    private final DatabaseDocument document;

    PostgresOwner(DatabaseDocument document) {
        this.document = document;
    }

    @Override
    public List<String> database() {
        var statements = new ArrayList<String>();
        statements.addAll(logins());
        statements.addAll(witness());
        statements.addAll(schema());
        statements.addAll(watch());
        statements.addAll(logging());
        return statements;
    }

    private List<String> logins() {
        String database = Names.quoted(document.database().database());
        String administrator = Names.quoted(document.administrator());
        String deployer = Names.quoted(document.deployer());
        var statements = new ArrayList<String>();
        for (var login : List.of(document.administrator(), document.deployer())) {
            statements.add(createRole(login, "LOGIN CREATEROLE"));
            statements.add(refuseMighty(login));
            statements.add("ALTER ROLE " + Names.quoted(login) + " LOGIN INHERIT CREATEROLE");
        }
        if (document.serverVersion() >= 16) {
            // Without it the administrator may create a user and then neither end its connections nor drop it: every
            // revocation fails, and the credential lives on. Before 16 PostgresLogin makes it a member of each.
            statements.add("ALTER ROLE " + administrator + " SET createrole_self_grant = 'set, inherit'");
        }
        statements.add("GRANT CONNECT ON DATABASE " + database + " TO " + administrator);
        statements.add("GRANT CREATE ON DATABASE " + database + " TO " + deployer);
        // Each grant's group gets it from the deployer.
        statements.add("GRANT CONNECT ON DATABASE " + database + " TO " + deployer + " WITH GRANT OPTION");
        return statements;
    }

    private List<String> witness() {
        String witness = Names.quoted(DatabaseDocument.WITNESS_GROUP);
        var statements = new ArrayList<String>();
        statements.add(createRole(DatabaseDocument.WITNESS_GROUP, "NOLOGIN"));
        statements.add("GRANT pg_signal_backend TO " + witness);
        statements.add(
                "GRANT CONNECT ON DATABASE " + Names.quoted(document.database().database()) + " TO " + witness);
        statements.addAll(handsOut(DatabaseDocument.WITNESS_GROUP, document));
        return statements;
    }

    private List<String> schema() {
        String deployer = Names.quoted(document.deployer());
        return List.of(
                createRole(PostgresObjects.PLAN_ROLE, "NOLOGIN"),
                "CREATE SCHEMA IF NOT EXISTS daypass",
                """
                CREATE TABLE IF NOT EXISTS daypass.applied (
                  grant_name text PRIMARY KEY,
                  digest text NOT NULL,
                  document text NOT NULL,
                  applied_at timestamp with time zone NOT NULL,
                  applied_by text NOT NULL,
                  views jsonb NOT NULL
                )""",
                """
                CREATE TABLE IF NOT EXISTS daypass.masking_key (
                  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
                  inner_pad bytea NOT NULL,
                  outer_pad bytea NOT NULL
                )""",
                makeKey(),
                "ALTER TABLE daypass.applied OWNER TO " + deployer,
                "ALTER TABLE daypass.masking_key OWNER TO " + deployer,
                "ALTER SCHEMA daypass OWNER TO " + deployer,
                "REVOKE ALL ON SCHEMA daypass FROM PUBLIC",
                "REVOKE ALL ON TABLE daypass.applied, daypass.masking_key FROM PUBLIC",
                "GRANT USAGE ON SCHEMA daypass TO daypass_plan, " + Names.quoted(DatabaseDocument.WITNESS_GROUP),
                "GRANT SELECT ON TABLE daypass.applied TO daypass_plan");
    }

    /**
     * The key is made where it is used and is in no statement: the server's log would keep it. RFC 2104: the key, filled up with
     * zeros to SHA-256's block of 64 bytes, XOR 0x36 and XOR 0x5c.
     */
    private static String makeKey() {
        return """
                INSERT INTO daypass.masking_key (inner_pad, outer_pad)
                WITH secret AS MATERIALIZED (
                  SELECT pg_catalog.sha256(pg_catalog.string_agg(pg_catalog.uuid_send(pg_catalog.gen_random_uuid()), '')) AS bytes
                  FROM pg_catalog.generate_series(1, 4)
                )
                SELECT pg_catalog.decode(pg_catalog.string_agg(
                         pg_catalog.lpad(pg_catalog.to_hex(pg_catalog.get_byte(bytes, i) # 54), 2, '0'), '' ORDER BY i)
                         || pg_catalog.repeat('36', 32), 'hex'),
                       pg_catalog.decode(pg_catalog.string_agg(
                         pg_catalog.lpad(pg_catalog.to_hex(pg_catalog.get_byte(bytes, i) # 92), 2, '0'), '' ORDER BY i)
                         || pg_catalog.repeat('5c', 32), 'hex')
                FROM secret, pg_catalog.generate_series(0, 31) AS i
                ON CONFLICT DO NOTHING""";
    }

    /**
     * A session may lift its own statement_timeout, so the sweep looks after it, by a function that sees every connection's state
     * and does one thing with it, to session users only. What is over its time is cancelled; what still runs at twice that is
     * ended. A transaction that idles for that long is ended at once, since there is nothing to cancel. In the list of columns,
     * never in WHERE, where the functions may be called for rows that the rest would exclude.
     */
    private List<String> watch() {
        return List.of(
                createRole(PostgresObjects.WATCH_ROLE, "NOLOGIN"),
                "GRANT pg_read_all_stats, pg_signal_backend TO daypass_watch",
                """
                CREATE OR REPLACE FUNCTION daypass.cancel_overlong(user_name text, longest interval) RETURNS integer
                LANGUAGE sql VOLATILE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
                AS $daypass$
                  WITH overlong AS MATERIALIZED (
                    SELECT a.pid, a.state = 'active' AND a.query_start >= clock_timestamp() - longest * 2 AS for_now
                    FROM pg_stat_activity AS a
                    WHERE a.usename = user_name AND user_name ~ '%s'
                      AND longest > interval '0'
                      AND a.state <> 'idle'
                      AND CASE WHEN a.state = 'active' THEN a.query_start ELSE a.state_change END
                          < clock_timestamp() - longest
                  ), ended AS MATERIALIZED (
                    SELECT CASE WHEN for_now THEN pg_cancel_backend(pid) ELSE pg_terminate_backend(pid) END AS done
                    FROM overlong
                  )
                  SELECT count(*) FILTER (WHERE done)::integer FROM ended
                $daypass$""".formatted(SESSION_USER),
                "REVOKE ALL ON FUNCTION daypass.cancel_overlong(text, interval) FROM PUBLIC",
                "GRANT EXECUTE ON FUNCTION daypass.cancel_overlong(text, interval) TO "
                        + Names.quoted(DatabaseDocument.WITNESS_GROUP),
                "ALTER FUNCTION daypass.cancel_overlong(text, interval) OWNER TO daypass_watch");
    }

    /**
     * What lets the administrator set these for each session user. PostgreSQL 14 has no such right, and nobody but a superuser can
     * set them: there they are set for everybody in the database.
     */
    private List<String> logging() {
        var settings = new ArrayList<String>();
        if (document.logStatements()) {
            settings.add("log_statement");
        }
        if (document.logWithPgAudit()) {
            settings.add("pgaudit.log");
        }
        return settings.stream()
                .map(setting -> document.serverVersion() >= 15
                        ? "GRANT SET ON PARAMETER " + setting + " TO " + Names.quoted(document.administrator())
                        : "ALTER DATABASE " + Names.quoted(document.database().database()) + " SET " + setting
                                + " = 'all'")
                .toList();
    }

    @Override
    public List<String> grant(GrantDocument grant) {
        var objects = new PostgresObjects(document, grant);
        var statements = new ArrayList<String>();
        statements.add("SET LOCAL ROLE " + Names.quoted(document.deployer()));
        statements.addAll(PREAMBLE);
        statements.addAll(objects.roles());
        statements.add(objects.deployerActsAsViewOwner());
        statements.addAll(objects.administratorHandsOut());
        statements.add(objects.createSchema());
        statements.add(withdrawn(objects));
        statements.add(objects.allowViews());
        objects.views().values().forEach(view -> statements.addAll(objects.createView(view)));
        statements.add(objects.disallowViews());
        objects.rights().forEach((holding, rights) -> statements.add(PostgresObjects.give(holding, rights)));
        statements.add(objects.record());
        return statements;
    }

    /** CREATE ROLE has no IF NOT EXISTS. */
    static String createRole(String role, String attributes) {
        return block("BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = " + Names.literal(role)
                + ") THEN CREATE ROLE " + Names.quoted(role) + " " + attributes + "; END IF; END");
    }

    // Whether to take these away from a login that exists is not for a script to decide.
    private static String refuseMighty(String role) {
        return block("BEGIN IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = " + Names.literal(role)
                + " AND (rolsuper OR rolreplication OR rolbypassrls)) THEN RAISE EXCEPTION USING MESSAGE = "
                + Names.literal("the login " + role
                        + " is a superuser, or may replicate or bypass row security: Daypass needs one that is not")
                + "; END IF; END");
    }

    /** A block in dollar quotes. A name may hold dollars: the tag is one that the block does not. */
    static String block(String body) {
        String tag = "$daypass$";
        while (body.contains(tag)) {
            tag = tag.substring(0, tag.length() - 1) + "_$";
        }
        return "DO " + tag + " " + body.strip() + " " + tag;
    }

    /** See {@link PostgresObjects#administratorHandsOut}. */
    static List<String> handsOut(String group, DatabaseDocument document) {
        return document.serverVersion() >= 16
                ? List.of("GRANT " + Names.quoted(group) + " TO " + Names.quoted(document.administrator())
                        + " WITH ADMIN TRUE, INHERIT FALSE, SET FALSE")
                : List.of();
    }

    // DROP OWNED would be shorter, and would drop a table that somebody gave to the group by mistake. Whatever belongs
    // to somebody for whom the deployer may not act stays, with a warning.
    private static String withdrawn(PostgresObjects objects) {
        return block("""
                DECLARE
                  held record;
                BEGIN
                  FOR held IN SELECT c.relname FROM pg_class AS c
                    WHERE c.relnamespace = %1$s::regnamespace AND c.relkind = 'v'
                  LOOP
                    EXECUTE format('DROP VIEW %%I.%%I CASCADE', %2$s, held.relname);
                  END LOOP;
                  FOR held IN
                    SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, c.oid::regclass::text AS object,
                           r.rolname AS role
                    FROM pg_roles AS r, pg_class AS c
                    WHERE r.rolname IN (%3$s, %4$s)
                      AND (EXISTS (SELECT FROM aclexplode(c.relacl) AS a WHERE a.grantee = r.oid)
                        OR EXISTS (SELECT FROM pg_attribute AS t, aclexplode(t.attacl) AS a
                                   WHERE t.attrelid = c.oid AND a.grantee = r.oid))
                    UNION ALL
                    SELECT 'SCHEMA', n.oid::regnamespace::text, r.rolname FROM pg_roles AS r, pg_namespace AS n
                    WHERE r.rolname IN (%3$s, %4$s)
                      AND EXISTS (SELECT FROM aclexplode(n.nspacl) AS a WHERE a.grantee = r.oid)
                    UNION ALL
                    SELECT 'ROUTINE', p.oid::regprocedure::text, r.rolname FROM pg_roles AS r, pg_proc AS p
                    WHERE r.rolname IN (%3$s, %4$s)
                      AND EXISTS (SELECT FROM aclexplode(p.proacl) AS a WHERE a.grantee = r.oid)
                  LOOP
                    EXECUTE format('REVOKE ALL ON %%s %%s FROM %%I', held.kind, held.object, held.role);
                  END LOOP;
                END""".formatted(
                        Names.literal(Names.quoted(objects.schema())),
                        Names.literal(objects.schema()),
                        Names.literal(objects.group()),
                        Names.literal(objects.viewOwner())));
    }
}
