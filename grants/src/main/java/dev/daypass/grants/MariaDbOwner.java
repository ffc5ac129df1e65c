package dev.daypass.grants;

import java.util.ArrayList;
import java.util.List;

/**
 * {@link OwnerStatements} for MariaDB. No statement there can be undone; in this order every beginning of the list leaves no
 * more than the whole of it.
 */
final class MariaDbOwner implements OwnerStatements {
    static final String SCHEMA = "daypass";
    static final String CHARACTERS = " CHARACTER SET utf8mb4";
    static final String DEFAULT_ROLE = "default_role";
    static final String SESSION_USERS = "session_users";
    static final String CONNECTIONS = "connections";
    static final String END_CONNECTIONS = "end_connections";

    /** Who exists and with which global rights, without a password's digest: all that a plan needs of mysql.global_priv. */
    public static final String ACCOUNTS = "accounts";

    /** What a plan reads besides. */
    private static final List<String> PRIVILEGE_TABLES =
            List.of("db", "tables_priv", "columns_priv", "procs_priv", "proxies_priv", "roles_mapping");

    /** The locked account with whose rights the procedures of {@link #SCHEMA} run. Nobody can log in as it. */
    static final String SERVICE = MariaDbText.account("daypass", "localhost");

    /** What session users and witnesses are called, as a regular expression without an escape. */
    private static final String LOGIN_NAME = "^(dpp?_[0-9a-z]{26}|dpw_[0-9a-z]{20})$";

    private final DatabaseDocument document;

    MariaDbOwner(DatabaseDocument document) {
        this.document = document;
    }

    static String procedure(String name) {
        return MariaDbText.qualified(SCHEMA, name);
    }

    @Override
    public List<String> database() {
        String administrator = MariaDbText.account(document.administrator(), document.clientHost());
        String deployer = MariaDbText.account(document.deployer(), document.clientHost());
        String witness = MariaDbText.quoted(DatabaseDocument.WITNESS_GROUP);
        var statements = new ArrayList<String>();
        statements.add("CREATE DATABASE IF NOT EXISTS " + MariaDbText.quoted(SCHEMA) + CHARACTERS);
        statements.add("CREATE USER IF NOT EXISTS " + SERVICE + " ACCOUNT LOCK");
        statements.add("GRANT PROCESS, CONNECTION ADMIN ON *.* TO " + SERVICE);
        statements.add("GRANT UPDATE ON `mysql`.* TO " + SERVICE);
        statements.add("GRANT SELECT (`User`, `Host`, `Priv`) ON `mysql`.`global_priv` TO " + SERVICE);
        statements.addAll(maskingKey());
        statements.addAll(procedures());
        // A definer, too, needs the right to execute its own procedure.
        for (var name : List.of(DEFAULT_ROLE, CONNECTIONS, END_CONNECTIONS)) {
            statements.add("GRANT EXECUTE ON PROCEDURE " + procedure(name) + " TO " + SERVICE);
        }
        statements.add("GRANT SELECT ON " + procedure(SESSION_USERS) + " TO " + SERVICE);
        statements.add("GRANT SELECT ON " + procedure(ACCOUNTS) + " TO " + SERVICE);
        statements.add("CREATE ROLE IF NOT EXISTS " + witness);
        statements.add("GRANT SELECT ON " + procedure(SESSION_USERS) + " TO " + witness);
        for (var name : List.of(CONNECTIONS, END_CONNECTIONS)) {
            statements.add("GRANT EXECUTE ON PROCEDURE " + procedure(name) + " TO " + witness);
        }
        // Locked until somebody gives it a password: ALTER USER … IDENTIFIED BY … ACCOUNT UNLOCK.
        statements.add("CREATE USER IF NOT EXISTS " + administrator + " ACCOUNT LOCK");
        statements.add("GRANT CREATE USER, CONNECTION ADMIN ON *.* TO " + administrator);
        statements.add("GRANT EXECUTE ON PROCEDURE " + procedure(DEFAULT_ROLE) + " TO " + administrator);
        statements.add("GRANT " + witness + " TO " + administrator + " WITH ADMIN OPTION");
        statements.add("CREATE USER IF NOT EXISTS " + deployer + " ACCOUNT LOCK");
        statements.add("GRANT CREATE USER, SET USER ON *.* TO " + deployer);
        statements.add("GRANT ALL PRIVILEGES ON `dpg\\_%`.* TO " + deployer + " WITH GRANT OPTION");
        statements.add(
                "GRANT ALL PRIVILEGES ON " + MariaDbText.quoted(SCHEMA) + ".* TO " + deployer + " WITH GRANT OPTION");
        statements.add("GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON "
                + MariaDbText.quoted(document.database().database()) + ".* TO " + deployer + " WITH GRANT OPTION");
        for (var table : PRIVILEGE_TABLES) {
            statements.add("GRANT SELECT ON " + MariaDbText.qualified("mysql", table) + " TO " + deployer);
        }
        return statements;
    }

    @Override
    public List<String> grant(GrantDocument grant) {
        var made = new MariaDbGrant(grant, MariaDbColumns.unknown());
        String administrator = MariaDbText.account(document.administrator(), document.clientHost());
        String definer = MariaDbGrant.definer(grant.name());
        String role = MariaDbGrant.role(grant.name());
        var statements = new ArrayList<String>();
        statements.add(
                "CREATE DATABASE IF NOT EXISTS " + MariaDbText.quoted(MariaDbGrant.schema(grant.name())) + CHARACTERS);
        statements.add("CREATE USER IF NOT EXISTS " + definer + " ACCOUNT LOCK");
        statements.add("CREATE ROLE IF NOT EXISTS " + role);
        statements.add("REVOKE ALL PRIVILEGES, GRANT OPTION FROM " + role);
        statements.add("REVOKE ALL PRIVILEGES, GRANT OPTION FROM " + definer);
        made.definerRights().forEach(right -> statements.add(right.grantTo(definer)));
        made.views().forEach(view -> statements.add(view.statement()));
        made.roleRights().forEach(right -> statements.add(right.grantTo(role)));
        statements.add("GRANT " + role + " TO " + administrator + " WITH ADMIN OPTION");
        return statements;
    }

    /**
     * RFC 2104's two pads of one random key, drawn by the server; a second run leaves them as they are. Only the accounts that
     * hashing views run as read it.
     */
    static List<String> maskingKey() {
        String table = MariaDbText.qualified(SCHEMA, MariaDbGrant.MASKING_KEY);
        return List.of(
                "CREATE TABLE IF NOT EXISTS " + table
                        + " (`id` TINYINT NOT NULL PRIMARY KEY CHECK (`id` = 1), `inner_pad`"
                        + " VARBINARY(64) NOT NULL, `outer_pad` VARBINARY(64) NOT NULL)",
                "INSERT IGNORE INTO " + table + " (`id`, `inner_pad`, `outer_pad`) WITH RECURSIVE drawn AS (SELECT"
                        + " RANDOM_BYTES(64) AS k LIMIT 1), n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i <"
                        + " 64) SELECT 1, " + padded(0x36) + ", " + padded(0x5c) + " FROM drawn, n");
    }

    private static String padded(int pad) {
        return "UNHEX(GROUP_CONCAT(LPAD(HEX(ASCII(SUBSTRING(drawn.k, n.i, 1)) ^ " + pad
                + "), 2, '0') ORDER BY n.i SEPARATOR ''))";
    }

    /**
     * What the administrator and the witness may do beyond their own rights, each for session users only: without them the
     * administrator would need UPDATE on mysql.*, and the witness PROCESS, CONNECTION ADMIN and SELECT on mysql.global_priv,
     * with which it would read every statement and every password's digest.
     */
    private static List<String> procedures() {
        return List.of(
                "CREATE OR REPLACE DEFINER=" + SERVICE + " SQL SECURITY DEFINER VIEW " + procedure(SESSION_USERS)
                        + " AS SELECT `User` AS `name`, `Host` AS `host` FROM `mysql`.`global_priv` WHERE `Host` <> ''"
                        + " AND `User` REGEXP '" + LOGIN_NAME + "'",
                "CREATE OR REPLACE DEFINER=" + SERVICE + " SQL SECURITY DEFINER VIEW " + procedure(ACCOUNTS)
                        + " AS SELECT `User` AS `name`, `Host` AS `host`, CAST(JSON_VALUE(`Priv`, '$.access') AS UNSIGNED)"
                        + " AS `access`, COALESCE(JSON_VALUE(`Priv`, '$.account_locked'), 0) IN ('1', 'true') AS `locked` FROM"
                        + " `mysql`.`global_priv`",
                definer(DEFAULT_ROLE, "IN login VARCHAR(128), IN place VARCHAR(255), IN granted VARCHAR(128)")
                        + " MODIFIES SQL DATA BEGIN IF login REGEXP '" + LOGIN_NAME
                        + "' AND granted REGEXP '^(dpg_[0-9a-z_]+|" + DatabaseDocument.WITNESS_GROUP
                        + ")$' THEN EXECUTE IMMEDIATE CONCAT('SET DEFAULT ROLE ', granted, ' FOR ', QUOTE(login), '@',"
                        + " QUOTE(place)); ELSE SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not a session user of"
                        + " Daypass'; END IF; END",
                // No statement's text: it may hold a card number.
                definer(CONNECTIONS, "") + " READS SQL DATA SELECT ID AS id, USER AS name, COMMAND AS command,"
                        + " CAST(TIME_MS AS SIGNED) AS milliseconds FROM information_schema.PROCESSLIST WHERE USER"
                        + " REGEXP '" + LOGIN_NAME + "'",
                definer(END_CONNECTIONS, "IN login VARCHAR(128)") + " MODIFIES SQL DATA BEGIN IF login REGEXP '"
                        + LOGIN_NAME + "' THEN EXECUTE IMMEDIATE CONCAT('KILL USER ', QUOTE(login)); ELSE SIGNAL"
                        + " SQLSTATE '45000' SET MESSAGE_TEXT = 'not a session user of Daypass'; END IF; END");
    }

    private static String definer(String name, String parameters) {
        return "CREATE OR REPLACE DEFINER=" + SERVICE + " PROCEDURE " + procedure(name) + "(" + parameters
                + ") SQL SECURITY DEFINER";
    }
}
