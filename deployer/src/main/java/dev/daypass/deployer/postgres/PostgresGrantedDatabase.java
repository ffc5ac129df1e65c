package dev.daypass.deployer.postgres;

import dev.daypass.database.Database;
import dev.daypass.deployer.live.AppliedGrant;
import dev.daypass.deployer.live.EffectivePrivileges;
import dev.daypass.deployer.live.GrantChange;
import dev.daypass.deployer.live.GrantedDatabase;
import dev.daypass.deployer.live.StepListener;
import dev.daypass.deployer.live.TargetException;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.GrantDocument;
import dev.daypass.grants.PostgresObjects;
import dev.daypass.session.SessionUser;
import dev.daypass.vaultpolicies.Secret;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A {@link GrantedDatabase} in PostgreSQL 14 to 18. One connection; each change is one transaction, so that whoever looks sees the
 * old state or the new one. Not thread-safe.
 */
public final class PostgresGrantedDatabase implements GrantedDatabase {
    /** "daypass" in ASCII. Advisory locks belong to a database, so that applies to others do not wait. */
    private static final long LOCK = 0x64_61_79_70_61_73_73L;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    /**
     * How long a statement waits for an object that a session uses. Sessions that come later wait behind it for as long.
     */
    private static final String LOCK_TIMEOUT = "2s";

    private static final int ATTEMPTS = 6;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_STATEMENT = Duration.ofMinutes(2);

    private final DatabaseDocument document;
    private final Connection connection;
    private final String server;
    /** How the probe's login comes in: by the same address, with the same demand of TLS. */
    private final PostgresProbe.Door door;
    /** What {@link #effective} is worked out from; read anew after every other look or change. */
    private @Nullable PostgresPrivilegesCatalog catalog;

    private PostgresGrantedDatabase(
            DatabaseDocument document, Connection connection, String server, PostgresProbe.Door door) {
        this.document = document;
        this.connection = connection;
        this.server = server;
        this.door = door;
    }

    /**
     * Connects as the document's deployer. Encrypted, with the server's certificate and name checked, unless the document says
     * {@code allowPlaintext}.
     *
     * @param password asked for once
     * @param rootCertificates PEM file of the authorities that may have signed the server's certificate; without it, libpq's
     *     {@code ~/.postgresql/root.crt}
     * @throws TargetException if it cannot be reached, does not let the login in, or is no PostgreSQL
     */
    public static PostgresGrantedDatabase open(
            DatabaseDocument document, Supplier<Secret> password, Optional<Path> rootCertificates) {
        return open(document, document.deployer(), password, rootCertificates);
    }

    /** As {@link #open(DatabaseDocument, Supplier, Optional)} with another login, which can only look. */
    public static PostgresGrantedDatabase open(
            DatabaseDocument document, String login, Supplier<Secret> password, Optional<Path> rootCertificates) {
        var database = document.database();
        var properties = properties(database, login, password.get().reveal(), rootCertificates);
        properties.setProperty("tcpKeepAlive", "true");
        // Before anything else is asked: names mean the server's own.
        properties.setProperty(
                "options",
                "-c search_path=pg_catalog,pg_temp -c statement_timeout=" + LONGEST_STATEMENT.toMillis()
                        + " -c standard_conforming_strings=on");
        String url = "jdbc:postgresql://" + database.host() + ":" + database.port() + "/" + database.database();
        try {
            var connection = DriverManager.getConnection(url, properties);
            try (var statement = connection.createStatement()) {
                // The driver says the machine's zone when it connects; what a view's text says must not depend on it.
                statement.execute("SET TimeZone = 'UTC'");
                statement.execute("SET DateStyle = 'ISO, YMD'");
            }
            return new PostgresGrantedDatabase(
                    document,
                    connection,
                    "PostgreSQL " + connection.getMetaData().getDatabaseProductVersion(),
                    (user, secret) -> DriverManager.getConnection(
                            url, properties(database, user.name(), new String(secret), rootCertificates)));
        } catch (SQLException e) {
            throw new TargetException(
                    "database " + document.name() + ": cannot connect to " + database.host() + ":" + database.port()
                            + " as " + login + ": " + PostgresFailures.said(e)
                            + ". Check the address, the login's password file and whether the server lets it in",
                    e);
        }
    }

    private static Properties properties(
            Database database, String login, String password, Optional<Path> rootCertificates) {
        var properties = new Properties();
        properties.setProperty("user", login);
        properties.setProperty("password", password);
        properties.setProperty("sslmode", database.tls().sslmode());
        if (database.tls() != Database.Tls.DISABLE) {
            rootCertificates.ifPresent(file -> properties.setProperty("sslrootcert", file.toString()));
        }
        properties.setProperty("ApplicationName", "daypass grants");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty(
                "socketTimeout", Long.toString(LONGEST_STATEMENT.plusSeconds(10).toSeconds()));
        return properties;
    }

    @Override
    public DatabaseDocument document() {
        return document;
    }

    @Override
    public String server() {
        return server;
    }

    /** A lock of this connection ("Advisory Locks"), asked for again and again so that a broken connection is noticed. */
    @Override
    public boolean lock(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        return reading("wait for the lock of applies", () -> {
            while (!locked()) {
                if (System.nanoTime() >= end) {
                    refuseStranger();
                    return false;
                }
                sleep(LOOK_AGAIN);
            }
            return true;
        });
    }

    private boolean locked() throws SQLException {
        return new PostgresLiveReader(connection)
                .rows("SELECT pg_try_advisory_lock(?)", row -> row.getBoolean(1), LOCK)
                .getFirst();
    }

    /** Anybody may take an advisory lock: one who is no apply has to be named, or nobody would look for it. */
    private void refuseStranger() throws SQLException {
        var holders = new PostgresLiveReader(connection).rows("""
                        SELECT a.usename FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
                        WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
                          AND (l.classid::bigint << 32) + l.objid::bigint = ?
                          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                          AND a.usename <> current_user""", row -> row.getString(1), LOCK);
        if (!holders.isEmpty()) {
            throw failed(
                    "the lock of applies is held by " + String.join(", ", holders)
                            + ", which is no deployer. End that session, then run the same command again",
                    Optional.empty(),
                    null);
        }
    }

    @Override
    public List<AppliedGrant> applied() {
        return reading("read the ledger", () -> new PostgresLiveReader(connection).ledger());
    }

    @Override
    public List<GrantChange> changes(Collection<GrantDocument> wanted) {
        catalog = null;
        var result = reading(
                "read the catalog",
                () -> PostgresPrivilegesSnapshot.in(
                        connection, same -> PostgresChanges.read(new PostgresLiveReader(same), document, wanted)));
        if (!result.problems().isEmpty()) {
            throw failed(
                    result.problems().size() == 1
                            ? result.problems().getFirst()
                            : result.problems().size() + " things are wrong:\n  "
                                    + String.join("\n  ", result.problems()),
                    Optional.empty(),
                    null);
        }
        return result.changes();
    }

    /**
     * In one transaction, so that a crash leaves the old state. A change that meets somebody else's is tried again, and every
     * statement is told again then. A warning is a failure: the server only warns when a right could not be given or taken.
     */
    @Override
    public void carryOut(GrantChange change, StepListener told) {
        catalog = null;
        for (int attempt = 1; ; attempt++) {
            var running = new Running();
            try {
                carryOut(change, told, running);
                return;
            } catch (SQLException e) {
                rollBack(e);
                if (attempt == ATTEMPTS || !PostgresFailures.isPassing(e)) {
                    throw stopped(change, running, e);
                }
                sleep(PAUSE.multipliedBy(1L << attempt));
            }
        }
    }

    /** Where a transaction is. */
    private static final class Running {
        private Optional<String> statement = Optional.empty();
        private boolean committing;
    }

    private void carryOut(GrantChange change, StepListener told, Running running) throws SQLException {
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            for (var setting : PostgresObjects.preamble()) {
                statement.execute(setting);
            }
            statement.execute("SET LOCAL lock_timeout = '" + LOCK_TIMEOUT + "'");
            int number = 0;
            for (var sql : change.statements()) {
                number++;
                told.step(number, change.statements().size(), sql);
                running.statement = Optional.of(sql);
                statement.execute(sql);
                refuseWarning(statement);
            }
            running.committing = true;
            connection.commit();
        }
        connection.setAutoCommit(true);
    }

    private static void refuseWarning(Statement statement) throws SQLException {
        for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            // Notices are of class 00.
            if (String.valueOf(warning.getSQLState()).startsWith("01")) {
                throw new SQLException(warning.getMessage(), warning.getSQLState());
            }
        }
        statement.clearWarnings();
    }

    private void rollBack(SQLException e) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException broken) {
            e.addSuppressed(broken);
        }
    }

    private TargetException stopped(GrantChange change, Running running, SQLException e) {
        String what = change.grant().map(grant -> "grant " + grant + ": ").orElse("");
        String state = String.valueOf(e.getSQLState());
        String outcome = running.committing && PostgresFailures.isDisconnected(e)
                ? "The connection broke while the change was committed: it is made, or nothing of it is."
                : "Nothing of this change was made.";
        String advice = switch (state) {
            case "42501", "01007", "01006", "01000", "0LP01" ->
                " The login " + document.deployer() + " lacks a right: as the owner of what the statement names, run"
                        + " GRANT <owner> TO " + PostgresObjects.quoted(document.deployer())
                        + ", or run the statement itself.";
            case "55P03", "40P01" -> " Somebody holds it for long: see pg_stat_activity for transactions that idle.";
            case "2BP01" -> " Something that Daypass did not make depends on it.";
            default -> "";
        };
        return failed(
                what + PostgresFailures.said(e) + ". " + outcome + advice + " Then run the same command again",
                running.statement,
                e);
    }

    @Override
    public List<SessionUser> sessions(GrantName grant) {
        return reading(
                        "read the members of " + grant.groupRole(),
                        () -> new PostgresLiveReader(connection).rows("""
                        SELECT m.rolname FROM pg_auth_members AS a JOIN pg_roles AS g ON g.oid = a.roleid
                          JOIN pg_roles AS m ON m.oid = a.member
                        WHERE g.rolname = ? ORDER BY m.rolname""", row -> row.getString(1), grant.groupRole()))
                .stream()
                .distinct()
                .flatMap(name -> SessionUser.parse(name).stream())
                .toList();
    }

    /** From one reading of the catalogs for all grants, which lasts until the next {@link #changes} or {@link #carryOut}. */
    @Override
    public EffectivePrivileges effective(GrantDocument grant) {
        return reading("read what a session could touch", () -> {
            var read = catalog;
            if (read == null) {
                read = PostgresPrivileges.catalog(connection);
                catalog = read;
            }
            return read.afterApply(document, grant);
        });
    }

    @Override
    public EffectivePrivileges probe(GrantDocument grant) {
        catalog = null;
        return reading("probe", () -> PostgresProbe.run(connection, document, grant, door));
    }

    @Override
    public List<String> unconfirmed(EffectivePrivileges expected, EffectivePrivileges found) {
        return PostgresProbe.differences(expected, found);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // It is of no more use either way, and the server ends what was left open.
        }
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read() throws SQLException;
    }

    /** Catalogs are read while others change them: an object may be gone between its row and its name. */
    private <T> T reading(String what, Reading<T> reading) {
        for (int attempt = 1; ; attempt++) {
            try {
                return reading.read();
            } catch (SQLException e) {
                if (attempt == ATTEMPTS || !PostgresFailures.isPassing(e)) {
                    throw failed("cannot " + what + ": " + PostgresFailures.said(e), Optional.empty(), e);
                }
                sleep(PAUSE.multipliedBy(attempt));
            }
        }
    }

    private TargetException failed(String message, Optional<String> statement, @Nullable SQLException cause) {
        String whole = "database " + document.name() + ": " + message;
        return cause == null ? new TargetException(whole) : new TargetException(whole, statement, cause);
    }

    private static void sleep(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TargetException("interrupted", e);
        }
    }
}
