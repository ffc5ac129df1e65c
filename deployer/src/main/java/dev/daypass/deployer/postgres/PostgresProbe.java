package dev.daypass.deployer.postgres;

import dev.daypass.deployer.live.EffectivePrivileges;
import dev.daypass.deployer.live.Privilege;
import dev.daypass.deployer.live.Privilege.Kind;
import dev.daypass.deployer.live.Privilege.Standing;
import dev.daypass.deployer.live.ProbeUser;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.GrantDocument;
import dev.daypass.grants.LoginStatements;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postgresql.util.PasswordUtil;

/**
 * What a session can touch, asked of the server with a login that is made for it, as Vault makes a session user's. No access list
 * is read: the answers are the server's own.
 *
 * <p>The login ends after a minute, and is removed whatever happens. If this program dies first, the next probe removes it.
 */
final class PostgresProbe {
    private static final String NOT_ALLOWED = "42501";
    private static final String EVERYTHING = "superuser on server everything";
    private static final String SEVERAL = " (several)";
    private static final Pattern COUNT = Pattern.compile(" \\([0-9,]+ [a-z ]+\\)$");
    private static final int PASSWORD_BYTES = 24;
    private static final String SECONDS_TO_CONNECT = "10";
    private static final String SECONDS_TO_ANSWER = "60";
    private static final SecureRandom RANDOM = new SecureRandom();

    private PostgresProbe() {}

    /** How the probe's login gets a connection, where the deployer's own address is not the way. */
    @FunctionalInterface
    interface Door {
        /** @param password hexadecimal digits */
        Connection open(ProbeUser user, char[] password) throws SQLException;
    }

    /**
     * Makes a login in the grant's group, asks, and removes it.
     *
     * @param deployer may create roles and has ADMIN on the group; not in a transaction, since the login has to be there for
     *     another connection. The login connects by the same JDBC URL, with TLS as the document says and libpq's own list of
     *     authorities; where that is not the way, there is {@link #run(Connection, DatabaseDocument, GrantDocument, Door)}
     */
    static EffectivePrivileges run(Connection deployer, DatabaseDocument database, GrantDocument grant)
            throws SQLException {
        String url = deployer.getMetaData().getURL();
        return run(deployer, database, grant, (user, password) -> {
            var properties = new Properties();
            properties.setProperty("user", user.name());
            properties.setProperty("password", new String(password));
            properties.setProperty("sslmode", database.database().tls().sslmode());
            properties.setProperty("connectTimeout", SECONDS_TO_CONNECT);
            properties.setProperty("socketTimeout", SECONDS_TO_ANSWER);
            return DriverManager.getConnection(withoutLogin(url), properties);
        });
    }

    /** As {@link #run(Connection, DatabaseDocument, GrantDocument)}, by another way in. */
    static EffectivePrivileges run(Connection deployer, DatabaseDocument database, GrantDocument grant, Door door)
            throws SQLException {
        if (!deployer.getAutoCommit()) {
            throw new IllegalStateException("a probe's login has to be committed before it can connect");
        }
        var now = one(deployer, "SELECT to_char(now() + interval '1 minute', 'YYYY-MM-DD HH24:MI:SSOF')");
        removeLeftovers(deployer);
        var user = ProbeUser.create(
                Instant.ofEpochMilli(
                        Long.parseLong(one(deployer, "SELECT (extract(epoch FROM now()) * 1000)::bigint"))),
                RANDOM);
        var bytes = new byte[PASSWORD_BYTES];
        RANDOM.nextBytes(bytes);
        char[] password = HexFormat.of().formatHex(bytes).toCharArray();
        try {
            create(deployer, LoginStatements.of(database).session(grant), user, password, now);
            try (var session = door.open(user, password)) {
                String who = one(session, "SELECT session_user");
                if (!who.equals(user.name())) {
                    throw new IllegalStateException("the probe was let in as " + who + " instead of " + user);
                }
                return new PostgresProbeSession(session, database, grant).effective();
            }
        } finally {
            Arrays.fill(password, '0');
            // It owns nothing and was given nothing but the membership, which goes with it.
            execute(deployer, "DROP ROLE IF EXISTS " + PostgresPrivilegesNames.quoted(user.name()));
        }
    }

    /** A minute is over for what another run left, so nobody can log in as it any more. */
    private static void removeLeftovers(Connection deployer) throws SQLException {
        var names = new ArrayList<String>();
        try (var statement = deployer.prepareStatement(
                "SELECT rolname FROM pg_catalog.pg_roles WHERE rolname ~ ? AND rolvaliduntil < now()")) {
            statement.setString(1, ProbeUser.NAME);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
        }
        for (var name : names) {
            execute(deployer, "DROP ROLE IF EXISTS " + PostgresPrivilegesNames.quoted(name));
        }
    }

    /** The server gets the SCRAM verifier (RFC 5803), so that its log never holds the password. */
    private static void create(
            Connection deployer, List<String> statements, ProbeUser user, char[] password, String end)
            throws SQLException {
        // It overwrites what it is given.
        String verifier = PasswordUtil.encodeScramSha256(password.clone());
        for (var template : statements) {
            String statement = template.replace("{{name}}", user.name())
                    .replace("{{password}}", verifier)
                    .replace("{{expiration}}", end);
            try {
                execute(deployer, statement);
            } catch (SQLException e) {
                // A setting that only Vault's administrator may give; it gives nobody a privilege.
                if (!NOT_ALLOWED.equals(e.getSQLState()) || !template.startsWith("ALTER ROLE \"{{name}}\" SET ")) {
                    throw e;
                }
            }
        }
    }

    /** A URL may hold the deployer's user and password, and would win over the properties (Driver.parseURL). */
    static String withoutLogin(String url) {
        int question = url.indexOf('?');
        if (question < 0) {
            return url;
        }
        String kept = List.of(url.substring(question + 1).split("&")).stream()
                .filter(parameter -> !parameter.startsWith("user=") && !parameter.startsWith("password="))
                .collect(Collectors.joining("&"));
        return url.substring(0, question) + (kept.isEmpty() ? "" : "?" + kept);
    }

    /**
     * In words, a sentence each, where the server's own answer differs from what the catalogs said; empty if it does not.
     * What is counted is compared as counted, if a pristine server gives it; otherwise what one counts the other may list, since it
     * depends on who gives a right. A right on a column may be covered by one on its
     * table, and any right by ownership. Reasons are not compared: the server gives none.
     */
    static List<String> differences(EffectivePrivileges catalogs, EffectivePrivileges probed) {
        var differences = new ArrayList<String>();
        var expected = texts(catalogs);
        var answered = texts(probed);
        if (expected.contains(EVERYTHING) && answered.contains(EVERYTHING)) {
            // A superuser is told yes about every role and every object.
            return List.of();
        }
        catalogs.privileges().stream()
                .filter(privilege -> !isCovered(privilege, answered))
                .map(privilege -> "the catalogs say that a session has " + privilege.text() + " (" + privilege.reason()
                        + "), and the server says that it does not")
                .forEach(differences::add);
        probed.privileges().stream()
                .filter(privilege -> !isCovered(privilege, expected))
                .map(privilege ->
                        "the server lets a session have " + privilege.text() + ", which the catalogs did not show")
                .forEach(differences::add);
        var worst = beyond(catalogs);
        probed.privileges().stream()
                .filter(privilege -> privilege.standing() == Standing.BEYOND
                        && expected.contains(comparable(privilege))
                        && !worst.contains(comparable(privilege)))
                .map(privilege -> "the server lets a session have " + privilege.text()
                        + ", which the catalogs did not show as beyond the documents")
                .forEach(differences::add);
        return differences.stream().distinct().toList();
    }

    private static Set<String> texts(EffectivePrivileges privileges) {
        return privileges.privileges().stream().map(PostgresProbe::comparable).collect(Collectors.toSet());
    }

    private static Set<String> beyond(EffectivePrivileges privileges) {
        return privileges.privileges().stream()
                .filter(privilege ->
                        privilege.standing() == Standing.BEYOND || privilege.standing() == Standing.ACCEPTED)
                .map(PostgresProbe::comparable)
                .collect(Collectors.toSet());
    }

    private static String comparable(Privilege privilege) {
        return privilege.standing() == Standing.BASELINE
                ? privilege.text()
                : COUNT.matcher(privilege.text()).replaceFirst(SEVERAL);
    }

    private static boolean isCovered(Privilege privilege, Set<String> others) {
        String text = comparable(privilege);
        return others.contains(text)
                || others.contains("own on " + privilege.kind().word() + " " + privilege.object())
                || others.contains(text.replaceFirst("(on [a-z ]+ [a-z_]+)\\..*$", "$1") + SEVERAL)
                || text.endsWith(SEVERAL)
                        && others.stream()
                                .anyMatch(other ->
                                        other.startsWith(text.substring(0, text.length() - SEVERAL.length()) + "."))
                || privilege.kind() == Kind.COLUMN
                        && (others.contains(privilege.right() + " on table " + table(privilege.object()))
                                || others.contains("own on table " + table(privilege.object())));
    }

    /** A column's name may hold a dot, in quotes. */
    private static String table(String column) {
        return column.endsWith("\"")
                ? column.replaceFirst("\\.\"(?:[^\"]|\"\")*\"$", "")
                : column.substring(0, column.lastIndexOf('.'));
    }

    private static String one(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
