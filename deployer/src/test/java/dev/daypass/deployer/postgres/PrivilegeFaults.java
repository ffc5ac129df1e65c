package dev.daypass.deployer.postgres;

import dev.daypass.deployer.live.Privilege.Reason;
import java.util.List;

/** One thing wrong at a time, in {@link PrivilegesShop}. */
final class PrivilegeFaults {
    private static final String GROUP = PrivilegesShop.GROUP;

    /**
     * @param since the first major version that has it
     * @param made by the superuser
     * @param found the privilege that has to be found, as {@code Privilege.text()} says it
     * @param undone after the closing statement has run, so that the next fault is the only one
     */
    record Fault(String name, int since, List<String> made, String found, Reason reason, List<String> undone) {
        @Override
        public String toString() {
            return name;
        }
    }

    private PrivilegeFaults() {}

    private static Fault fault(String name, String made, String found, Reason reason, String... undone) {
        return new Fault(name, 14, List.of(made.split(";;")), found, reason, List.of(undone));
    }

    private static Fault since(int major, Fault fault) {
        return new Fault(fault.name, major, fault.made, fault.found, fault.reason, fault.undone);
    }

    static List<Fault> all() {
        return List.of(
                fault(
                        "everybody may read a table",
                        "GRANT SELECT ON payments TO PUBLIC",
                        "select on table public.payments",
                        Reason.PUBLIC),
                fault(
                        "everybody may read a column",
                        "GRANT SELECT (pan) ON payments TO PUBLIC",
                        "select on column public.payments.pan",
                        Reason.PUBLIC),
                fault(
                        "everybody may empty a table",
                        "GRANT TRUNCATE ON payments TO PUBLIC",
                        "truncate on table public.payments",
                        Reason.PUBLIC),
                since(
                        17,
                        fault(
                                "everybody may lock a table by VACUUM",
                                "GRANT MAINTAIN ON payments TO PUBLIC",
                                "maintain on table public.payments",
                                Reason.PUBLIC)),
                fault(
                        "everybody may read a superuser's view",
                        "CREATE VIEW public.all_cards AS SELECT pan FROM payments;;GRANT SELECT ON all_cards TO PUBLIC",
                        "select on table public.all_cards",
                        Reason.PUBLIC,
                        "DROP VIEW public.all_cards"),
                fault(
                        "everybody may read a materialized view",
                        "CREATE MATERIALIZED VIEW public.kept AS SELECT pan FROM payments;;GRANT SELECT ON kept TO PUBLIC",
                        "select on table public.kept",
                        Reason.PUBLIC,
                        "DROP MATERIALIZED VIEW public.kept"),
                fault(
                        "everybody may read a partition",
                        "CREATE TABLE public.logs (id int) PARTITION BY RANGE (id);;"
                                + "CREATE TABLE public.logs_1 PARTITION OF logs FOR VALUES FROM (0) TO (9);;"
                                + "GRANT SELECT ON logs_1 TO PUBLIC",
                        "select on table public.logs_1",
                        Reason.PUBLIC,
                        "DROP TABLE public.logs"),
                fault(
                        "what a role makes in a schema will be everybody's",
                        "ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC",
                        "select on default privilege tables of shop_owner in schema public",
                        Reason.DEFAULT_PRIVILEGE),
                fault(
                        "what a role makes anywhere will be the group's",
                        "ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner GRANT USAGE ON SCHEMAS TO " + GROUP,
                        "usage on default privilege schemas of shop_owner",
                        Reason.DEFAULT_PRIVILEGE),
                fault(
                        "the group inherits a role",
                        "GRANT SELECT ON payments TO reporting;;GRANT reporting TO " + GROUP,
                        "select on table public.payments",
                        Reason.INHERITED_ROLE,
                        "REVOKE ALL ON payments FROM reporting"),
                fault(
                        "the group inherits a role that inherits another",
                        "GRANT SELECT ON payments TO inner_reporting;;GRANT inner_reporting TO reporting;;GRANT reporting TO "
                                + GROUP,
                        "select on table public.payments",
                        Reason.INHERITED_ROLE,
                        "REVOKE inner_reporting FROM reporting",
                        "REVOKE ALL ON payments FROM inner_reporting"),
                since(
                        16,
                        fault(
                                "the group is a member that may only become the role",
                                "GRANT reporting TO " + GROUP + " WITH INHERIT FALSE, SET TRUE",
                                "member on role reporting",
                                Reason.INHERITED_ROLE)),
                since(
                        16,
                        fault(
                                "somebody other than the superuser made the group a member",
                                "GRANT reporting TO shop_owner WITH ADMIN TRUE;;GRANT reporting TO " + GROUP
                                        + " GRANTED BY shop_owner",
                                "inherit on role reporting",
                                Reason.INHERITED_ROLE,
                                "REVOKE reporting FROM shop_owner")),
                fault(
                        "the group may make anybody a member of a role",
                        "GRANT SELECT ON payments TO reporting;;GRANT reporting TO " + GROUP + " WITH ADMIN OPTION",
                        "admin on role reporting",
                        Reason.INHERITED_ROLE,
                        "REVOKE ALL ON payments FROM reporting"),
                since(
                        16,
                        fault(
                                "the group administers a role whose rights it has not",
                                "GRANT SELECT ON payments TO reporting;;GRANT reporting TO " + GROUP
                                        + " WITH ADMIN TRUE, INHERIT FALSE, SET FALSE",
                                "select on table public.payments",
                                Reason.INHERITED_ROLE,
                                "REVOKE ALL ON payments FROM reporting")),
                fault(
                        "the group reads everything",
                        "GRANT pg_read_all_data TO " + GROUP,
                        "select on table public.staff_salaries",
                        Reason.INHERITED_ROLE),
                fault(
                        "the group writes everything",
                        "GRANT pg_write_all_data TO " + GROUP,
                        "delete on table public.staff_salaries",
                        Reason.INHERITED_ROLE),
                since(
                        17,
                        fault(
                                "the group maintains everything",
                                "GRANT pg_maintain TO " + GROUP,
                                "maintain on table public.staff_salaries",
                                Reason.INHERITED_ROLE)),
                fault(
                        "the group reads the server's files",
                        "GRANT pg_read_server_files TO " + GROUP,
                        "read on server files",
                        Reason.INHERITED_ROLE),
                fault(
                        "the group starts programs",
                        "GRANT pg_execute_server_program TO " + GROUP,
                        "execute on server programs",
                        Reason.INHERITED_ROLE),
                fault(
                        "the group sees what everybody runs",
                        "GRANT pg_monitor TO " + GROUP,
                        "inherit on role pg_read_all_stats",
                        Reason.INHERITED_ROLE),
                fault(
                        "the group is a member of a superuser",
                        "CREATE ROLE chief SUPERUSER NOLOGIN;;GRANT chief TO " + GROUP,
                        "superuser on server everything",
                        Reason.ATTRIBUTE,
                        "REVOKE chief FROM " + GROUP,
                        "DROP ROLE chief"),
                fault(
                        "the group may create roles",
                        "ALTER ROLE " + GROUP + " CREATEROLE",
                        "createrole on role " + GROUP,
                        Reason.ATTRIBUTE),
                fault(
                        "the group bypasses row security",
                        "ALTER ROLE " + GROUP + " BYPASSRLS",
                        "bypassrls on role " + GROUP,
                        Reason.ATTRIBUTE),
                fault(
                        "a role that the group is a member of may replicate",
                        "ALTER ROLE reporting REPLICATION;;GRANT reporting TO " + GROUP,
                        "replication on role reporting",
                        Reason.ATTRIBUTE,
                        "ALTER ROLE reporting NOREPLICATION"),
                fault(
                        "everybody may call a superuser's function",
                        "CREATE FUNCTION public.peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER"
                                + " AS 'SELECT salary_cents FROM public.staff_salaries LIMIT 1'",
                        "execute on function public.peek()",
                        Reason.DEFINER_FUNCTION,
                        "DROP FUNCTION public.peek"),
                fault(
                        "everybody may call any new function",
                        "CREATE FUNCTION public.helper(a int, VARIADIC b text[]) RETURNS int LANGUAGE sql AS 'SELECT 1'",
                        "execute on function public.helper(integer, text[])",
                        Reason.PUBLIC,
                        "DROP FUNCTION public.helper"),
                fault(
                        "a procedure and an aggregate are functions",
                        "CREATE PROCEDURE public.tidy(INOUT a int) LANGUAGE sql AS 'SELECT 1';;"
                                + "REVOKE ALL ON PROCEDURE public.tidy FROM PUBLIC;;"
                                + "CREATE AGGREGATE public.adding(int) (SFUNC = int4pl, STYPE = int)",
                        "execute on function public.adding(integer)",
                        Reason.PUBLIC,
                        "DROP PROCEDURE public.tidy",
                        "DROP AGGREGATE public.adding(int)"),
                fault(
                        "an operator leads to a function in a schema that is not open",
                        "CREATE SCHEMA closed;;CREATE FUNCTION closed.peek(int, int) RETURNS int LANGUAGE sql SECURITY DEFINER"
                                + " AS 'SELECT 1';;CREATE OPERATOR public.@@@@ (FUNCTION = closed.peek, LEFTARG = int,"
                                + " RIGHTARG = int)",
                        "execute on function closed.peek(integer, integer)",
                        Reason.DEFINER_FUNCTION,
                        "DROP SCHEMA closed CASCADE"),
                since(
                        15,
                        fault(
                                "a view leads its readers to a table in a schema that is not open",
                                "CREATE SCHEMA closed;;CREATE TABLE closed.secrets (a int);;"
                                        + "GRANT SELECT ON closed.secrets TO PUBLIC;;"
                                        + "CREATE VIEW public.window WITH (security_invoker = on) AS SELECT * FROM"
                                        + " closed.secrets",
                                "select on table closed.secrets",
                                Reason.PUBLIC,
                                "DROP SCHEMA closed CASCADE")),
                fault(
                        "a function that is parsed already leads to a table in a schema that is not open",
                        "CREATE SCHEMA closed;;CREATE TABLE closed.secrets (a int);;"
                                + "GRANT SELECT ON closed.secrets TO PUBLIC;;"
                                + "CREATE FUNCTION public.secret() RETURNS int LANGUAGE sql"
                                + " BEGIN ATOMIC SELECT a FROM closed.secrets; END",
                        "select on table closed.secrets",
                        Reason.PUBLIC,
                        "DROP SCHEMA closed CASCADE"),
                fault(
                        "everybody may use a sequence",
                        "GRANT USAGE ON SEQUENCE orders_id_seq TO PUBLIC",
                        "usage on sequence public.orders_id_seq",
                        Reason.PUBLIC),
                fault(
                        "a sequence needs no schema",
                        "CREATE SCHEMA closed;;CREATE SEQUENCE closed.numbers;;"
                                + "GRANT UPDATE ON SEQUENCE closed.numbers TO PUBLIC",
                        "update on sequence closed.numbers",
                        Reason.PUBLIC,
                        "DROP SCHEMA closed CASCADE"),
                fault(
                        "everybody may create in a schema",
                        "GRANT CREATE ON SCHEMA public TO PUBLIC",
                        "create on schema public",
                        Reason.PUBLIC),
                fault(
                        "everybody may use a schema",
                        "CREATE SCHEMA opened;;GRANT USAGE ON SCHEMA opened TO PUBLIC",
                        "usage on schema opened",
                        Reason.PUBLIC,
                        "DROP SCHEMA opened"),
                fault(
                        "everybody may create schemas",
                        "GRANT CREATE ON DATABASE orders TO PUBLIC",
                        "create on database orders",
                        Reason.PUBLIC),
                fault(
                        "everybody may create in another database",
                        "GRANT CREATE ON DATABASE postgres TO PUBLIC",
                        "create on database postgres",
                        Reason.PUBLIC),
                fault(
                        "everybody may read a large object",
                        "SELECT lo_create(70001);;GRANT SELECT ON LARGE OBJECT 70001 TO PUBLIC",
                        "select on large object 70001",
                        Reason.PUBLIC,
                        "SELECT lo_unlink(70001)"),
                fault(
                        "the group may write a large object",
                        "SELECT lo_create(70002);;GRANT UPDATE ON LARGE OBJECT 70002 TO " + GROUP,
                        "update on large object 70002",
                        Reason.GROUP,
                        "SELECT lo_unlink(70002)"),
                fault(
                        "large objects have no rights",
                        "ALTER DATABASE orders SET lo_compat_privileges = on",
                        "read and write on server all large objects",
                        Reason.PUBLIC,
                        "ALTER DATABASE orders RESET lo_compat_privileges"),
                since(
                        15,
                        fault(
                                "everybody may load libraries",
                                "GRANT SET ON PARAMETER session_preload_libraries TO PUBLIC",
                                "set on parameter session_preload_libraries",
                                Reason.PUBLIC)),
                since(
                        15,
                        fault(
                                "the group may change an extension's parameter for good",
                                "GRANT ALTER SYSTEM ON PARAMETER \"some\".\"setting\" TO " + GROUP,
                                "alter system on parameter some.setting",
                                Reason.GROUP)),
                fault(
                        "everybody may define servers",
                        "CREATE FOREIGN DATA WRAPPER far;;GRANT USAGE ON FOREIGN DATA WRAPPER far TO PUBLIC",
                        "usage on foreign data wrapper far",
                        Reason.PUBLIC,
                        "DROP FOREIGN DATA WRAPPER far"),
                fault(
                        "everybody may use a server",
                        "CREATE FOREIGN DATA WRAPPER far;;CREATE SERVER away FOREIGN DATA WRAPPER far;;"
                                + "GRANT USAGE ON FOREIGN SERVER away TO PUBLIC",
                        "usage on foreign server away",
                        Reason.PUBLIC,
                        "DROP FOREIGN DATA WRAPPER far CASCADE"),
                fault(
                        "everybody has a login at a server",
                        "CREATE FOREIGN DATA WRAPPER far;;CREATE SERVER away FOREIGN DATA WRAPPER far;;"
                                + "CREATE USER MAPPING FOR PUBLIC SERVER away",
                        "user mapping on foreign server away",
                        Reason.PUBLIC,
                        "DROP FOREIGN DATA WRAPPER far CASCADE"),
                fault(
                        "a foreign table is a table",
                        "CREATE FOREIGN DATA WRAPPER far;;CREATE SERVER away FOREIGN DATA WRAPPER far;;"
                                + "CREATE FOREIGN TABLE public.elsewhere (a int) SERVER away;;"
                                + "GRANT SELECT ON elsewhere TO PUBLIC",
                        "select on table public.elsewhere",
                        Reason.PUBLIC,
                        "DROP FOREIGN DATA WRAPPER far CASCADE"),
                fault(
                        "everybody may write functions in another language",
                        "CREATE TRUSTED LANGUAGE other HANDLER plpgsql_call_handler",
                        "usage on language other",
                        Reason.PUBLIC,
                        "DROP LANGUAGE other"),
                fault(
                        "a language of the server's became trusted",
                        "UPDATE pg_language SET lanpltrusted = true WHERE lanname = 'c'",
                        "usage on language c",
                        Reason.PUBLIC,
                        "UPDATE pg_language SET lanpltrusted = false, lanacl = NULL WHERE lanname = 'c'"),
                fault(
                        "everybody may fill a tablespace",
                        "GRANT CREATE ON TABLESPACE pg_default TO PUBLIC",
                        "create on tablespace pg_default",
                        Reason.PUBLIC),
                fault(
                        "everybody may use a new type",
                        "CREATE TYPE public.mood AS ENUM ('good', 'bad')",
                        "usage on type public.mood",
                        Reason.PUBLIC,
                        "DROP TYPE public.mood"),
                fault(
                        "everybody may use a new domain",
                        "CREATE DOMAIN public.card_number AS text",
                        "usage on type public.card_number",
                        Reason.PUBLIC,
                        "DROP DOMAIN public.card_number"),
                fault(
                        "everybody may connect to another database",
                        "CREATE DATABASE hr;;CREATE DATABASE closed_hr;;REVOKE CONNECT ON DATABASE closed_hr FROM PUBLIC",
                        "connect on database hr",
                        Reason.PUBLIC,
                        "DROP DATABASE hr",
                        "DROP DATABASE closed_hr"),
                fault(
                        "the group has rights in another database",
                        "GRANT CONNECT ON DATABASE postgres TO " + GROUP,
                        "connect on database postgres",
                        Reason.GROUP),
                fault(
                        "the group owns a table",
                        "ALTER TABLE staff_salaries OWNER TO " + GROUP,
                        "own on table public.staff_salaries",
                        Reason.OWNER,
                        "ALTER TABLE staff_salaries OWNER TO shop_owner"),
                fault(
                        "the group owns a function",
                        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1';;"
                                + "REVOKE ALL ON FUNCTION public.mine() FROM PUBLIC;;"
                                + "ALTER FUNCTION public.mine() OWNER TO " + GROUP,
                        "own on function public.mine()",
                        Reason.OWNER,
                        "DROP FUNCTION public.mine"),
                fault(
                        "the group owns a large object",
                        "SELECT lo_create(70003);;ALTER LARGE OBJECT 70003 OWNER TO " + GROUP,
                        "own on large object 70003",
                        Reason.OWNER,
                        "SELECT lo_unlink(70003)"),
                fault(
                        "the group owns a publication",
                        "CREATE PUBLICATION news;;ALTER PUBLICATION news OWNER TO " + GROUP,
                        "own on object publication news",
                        Reason.OWNER,
                        "DROP PUBLICATION news"),
                fault(
                        "the group owns the database through a role",
                        "ALTER DATABASE orders OWNER TO reporting;;GRANT reporting TO " + GROUP,
                        "inherit on role pg_database_owner",
                        Reason.INHERITED_ROLE,
                        "ALTER DATABASE orders OWNER TO postgres"),
                fault(
                        "everybody may read the server's files",
                        "GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO PUBLIC",
                        "execute on function pg_catalog.pg_read_file(text)",
                        Reason.PUBLIC),
                fault(
                        "everybody may read the password verifiers",
                        "GRANT SELECT ON pg_catalog.pg_shadow TO PUBLIC",
                        "select on table pg_catalog.pg_shadow",
                        Reason.PUBLIC),
                fault(
                        "everybody may read the statistics, which hold values",
                        "GRANT SELECT ON pg_catalog.pg_statistic TO PUBLIC",
                        "select on table pg_catalog.pg_statistic",
                        Reason.PUBLIC),
                fault(
                        "everybody may read one column of the roles",
                        "GRANT SELECT (rolpassword) ON pg_catalog.pg_authid TO PUBLIC",
                        "select on column pg_catalog.pg_authid.rolpassword",
                        Reason.PUBLIC),
                fault(
                        "a function of the server's runs as its owner",
                        "ALTER FUNCTION pg_catalog.query_to_xml(text, boolean, boolean, text) SECURITY DEFINER",
                        "execute on function pg_catalog.query_to_xml(text, boolean, boolean, text)",
                        Reason.DEFINER_FUNCTION,
                        "ALTER FUNCTION pg_catalog.query_to_xml(text, boolean, boolean, text) SECURITY INVOKER",
                        "GRANT EXECUTE ON FUNCTION pg_catalog.query_to_xml(text, boolean, boolean, text) TO PUBLIC"),
                fault(
                        "somebody who was allowed to gave a table to everybody",
                        "GRANT SELECT ON payments TO reporting WITH GRANT OPTION;;SET ROLE reporting;;"
                                + "GRANT SELECT ON payments TO PUBLIC;;RESET ROLE",
                        "select on table public.payments",
                        Reason.PUBLIC,
                        "REVOKE ALL ON payments FROM reporting CASCADE"),
                fault(
                        "names are quoted",
                        "CREATE SCHEMA \"a.b\";;GRANT USAGE ON SCHEMA \"a.b\" TO PUBLIC;;"
                                + "CREATE TABLE \"a.b\".\"x\"\"; DROP TABLE payments\" (\"c\"\".d\" int);;"
                                + "GRANT SELECT (\"c\"\".d\") ON \"a.b\".\"x\"\"; DROP TABLE payments\" TO PUBLIC",
                        "select on column \"a.b\".\"x\"\"; DROP TABLE payments\".\"c\"\".d\"",
                        Reason.PUBLIC,
                        "DROP SCHEMA \"a.b\" CASCADE"));
    }
}
