package dev.daypass.deployer.mariadb;

import dev.daypass.database.Database;
import dev.daypass.deployer.live.AppliedGrant;
import dev.daypass.deployer.live.EffectivePrivileges;
import dev.daypass.deployer.live.GrantChange;
import dev.daypass.deployer.live.GrantChange.Action;
import dev.daypass.deployer.live.GrantChange.Difference;
import dev.daypass.deployer.live.GrantChange.Effect;
import dev.daypass.deployer.live.GrantedDatabase;
import dev.daypass.deployer.live.StepListener;
import dev.daypass.deployer.live.TargetException;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.GrantDocument;
import dev.daypass.grants.GrantDocument.RowTest;
import dev.daypass.grants.MariaDbGrant;
import dev.daypass.grants.MariaDbText;
import dev.daypass.session.SessionUser;
import dev.daypass.vaultpolicies.Secret;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * {@link GrantedDatabase} for MariaDB 10.11 and later. The server's own set-up ({@code OwnerStatements}) has to be there: the
 * deployer makes the ledger, the masking key and the grants, and holds no right beyond what the set-up gives it.
 */
public final class MariaDbGrantedDatabase implements GrantedDatabase {
    /** One lock a server: roles and accounts are the server's. */
    private static final String LOCK = "'daypass-apply'";

    /** ER_NONEXISTING_GRANT, ER_NONEXISTING_TABLE_GRANT, ER_NONEXISTING_PROC_GRANT: what is to be taken away is not there. */
    private static final Set<Integer> NOTHING_TO_REVOKE = Set.of(1141, 1147, 1403);

    private final DatabaseDocument document;
    private final Connection connection;
    private final Connector sessions;

    /** Opens a connection to the server as somebody else: what a probe needs. */
    @FunctionalInterface
    interface Connector {
        Connection connect(String database, String user, Secret password) throws SQLException;
    }

    private MariaDbGrantedDatabase(DatabaseDocument document, Connection connection, Connector sessions) {
        this.document = document;
        this.connection = connection;
        this.sessions = sessions;
    }

    /**
     * Logs in as the document's deployer.
     *
     * @throws TargetException if the server cannot be reached, does not let it in, or is no MariaDB of a version that is known
     */
    public static MariaDbGrantedDatabase open(DatabaseDocument document, Secret password) {
        return open(document, document.deployer(), password);
    }

    /** As {@link #open(DatabaseDocument, Secret)}, with a login that only reads: a pull request's. */
    public static MariaDbGrantedDatabase open(DatabaseDocument document, String login, Secret password) {
        Connector connector = (database, user, secret) -> connect(document.database(), database, user, secret);
        try {
            var connection = connector.connect("", login, password);
            try {
                prepare(connection, document);
                return new MariaDbGrantedDatabase(document, connection, connector);
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new TargetException(
                    "database " + document.name() + ": cannot log in to "
                            + document.database().host() + ":"
                            + document.database().port() + " as " + login + ": " + said(e),
                    e);
        }
    }

    private static Connection connect(Database server, String database, String user, Secret password)
            throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password.reveal());
        properties.setProperty("sslMode", server.tls().sslmode());
        properties.setProperty("connectTimeout", "5000");
        properties.setProperty("allowLocalInfile", "false");
        return DriverManager.getConnection(
                "jdbc:mariadb://" + server.host() + ":" + server.port() + "/" + database, properties);
    }

    private static void prepare(Connection connection, DatabaseDocument document) throws SQLException {
        var meta = connection.getMetaData();
        int major = meta.getDatabaseMajorVersion();
        if (!meta.getDatabaseProductVersion().contains("MariaDB")
                || major < 10
                || major == 10 && meta.getDatabaseMinorVersion() < 11) {
            throw new TargetException(
                    "database " + document.name() + ": expected MariaDB 10.11 or later, found "
                            + meta.getDatabaseProductVersion(),
                    new SQLException("unknown server"));
        }
        try (var statement = connection.createStatement()) {
            // What decides how statements are read is set, not found.
            statement.execute("SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,"
                    + "NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00', lock_wait_timeout = 15");
        }
    }

    @Override
    public DatabaseDocument document() {
        return document;
    }

    @Override
    public String server() {
        return reading("its version could not be read", () -> {
            String version = connection.getMetaData().getDatabaseProductVersion();
            return "MariaDB " + version.replaceAll("-.*", "");
        });
    }

    @Override
    public boolean lock(Duration patience) {
        return reading("the lock could not be taken", () -> {
            try (var statement = connection.createStatement();
                    var row = statement.executeQuery(
                            "SELECT GET_LOCK(" + LOCK + ", " + patience.toMillis() / 1000.0 + ")")) {
                return row.next() && row.getInt(1) == 1;
            }
        });
    }

    @Override
    public List<AppliedGrant> applied() {
        return reading(
                "the ledger could not be read",
                () -> MariaDbLedger.read(connection, document.name()).values().stream()
                        .flatMap(entry -> MariaDbLedger.applied(entry).stream())
                        .toList());
    }

    @Override
    public List<GrantChange> changes(Collection<GrantDocument> wanted) {
        return reading("the catalog could not be read", () -> {
            var changes = new ArrayList<GrantChange>();
            setUp().ifPresent(changes::add);
            var catalog = catalog();
            var entries = MariaDbLedger.read(connection, document.name());
            var names = new LinkedHashSet<GrantName>();
            var sorted = wanted.stream()
                    .sorted(Comparator.comparing(grant -> grant.name().text()))
                    .toList();
            for (var grant : sorted) {
                names.add(grant.name());
                refuse(grant, catalog);
                MariaDbChanges.of(document, catalog, Optional.ofNullable(entries.get(grant.name())), grant)
                        .ifPresent(changes::add);
            }
            for (var grant : entries.keySet()) {
                if (!names.contains(grant)) {
                    refuseToDropData(grant, catalog);
                    changes.add(MariaDbChanges.removal(document, catalog, grant));
                }
            }
            return changes;
        });
    }

    @Override
    public void carryOut(GrantChange change, StepListener told) {
        int number = 0;
        for (var sql : change.statements()) {
            number++;
            told.step(number, change.statements().size(), sql);
            try (var statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                if (!(sql.startsWith("REVOKE ") && NOTHING_TO_REVOKE.contains(e.getErrorCode()))) {
                    throw new TargetException(
                            "database " + document.name() + ", "
                                    + change.grant()
                                            .map(grant -> "grant " + grant)
                                            .orElse("its set-up")
                                    + ": stopped at statement " + number + " of "
                                    + change.statements().size() + ": " + said(e)
                                    + ". What ran before it stands, and leaves no session more than it had or is to "
                                    + "have; apply again to go on",
                            Optional.of(sql),
                            e);
                }
            }
        }
    }

    @Override
    public List<SessionUser> sessions(GrantName grant) {
        return reading("the members of " + grant.groupRole() + " could not be read", () -> {
            var users = new ArrayList<SessionUser>();
            try (var query = connection.prepareStatement(
                    "SELECT DISTINCT User FROM mysql.roles_mapping WHERE Role = ? ORDER BY User")) {
                query.setString(1, grant.groupRole());
                try (var row = query.executeQuery()) {
                    while (row.next()) {
                        SessionUser.parse(MariaDbCatalog.text(row, 1)).ifPresent(users::add);
                    }
                }
            }
            return users;
        });
    }

    @Override
    public EffectivePrivileges effective(GrantDocument grant) {
        return reading("the catalog could not be read", () -> MariaDbPrivileges.of(document, catalog(), grant));
    }

    @Override
    public EffectivePrivileges probe(GrantDocument grant) {
        return reading(
                "the probe's login could not be used",
                () -> new MariaDbProbe(document, connection, sessions, catalog()).run(grant));
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new TargetException("database " + document.name() + ": could not be closed: " + said(e), e);
        }
    }

    /** The ledger and the masking key; the rest of the set-up is the owner's. */
    private Optional<GrantChange> setUp() throws SQLException {
        var differences = new ArrayList<Difference>();
        var statements = new ArrayList<String>();
        if (!MariaDbLedger.exists(connection, MariaDbLedger.TABLE)) {
            differences.add(added("ledger " + MariaDbGrant.SCHEMA + "." + MariaDbLedger.TABLE));
            statements.add(MariaDbLedger.create());
        }
        if (!MariaDbLedger.exists(connection, MariaDbGrant.MASKING_KEY)) {
            differences.add(added("masking key " + MariaDbGrant.SCHEMA + "." + MariaDbGrant.MASKING_KEY));
            statements.addAll(MariaDbGrant.maskingKey());
        }
        return statements.isEmpty()
                ? Optional.empty()
                : Optional.of(new GrantChange(Optional.empty(), Effect.SETS_UP, differences, statements));
    }

    private static Difference added(String object) {
        return new Difference(Action.ADD, object, Optional.empty(), Optional.of("there"));
    }

    private MariaDbCatalog catalog() throws SQLException {
        if (!MariaDbLedger.exists(connection, "accounts")) {
            throw new TargetException(
                    "database " + document.name()
                            + ": Daypass's own set-up is not there (no view daypass.accounts that "
                            + "this login may read): run the set-up that daypass grants plan --out writes for this "
                            + "database, as its owner",
                    new SQLException("not set up"));
        }
        return MariaDbCatalog.read(connection);
    }

    private void refuse(GrantDocument grant, MariaDbCatalog catalog) throws SQLException {
        var refusals = new ArrayList<>(new MariaDbGrant(grant, catalog).refusals());
        grant.tables().forEach((name, table) -> {
            var columns = new LinkedHashSet<>(table.viewColumns());
            table.rows().forEach(rule -> columns.add(rule.column()));
            for (var column : columns) {
                if (catalog.type(name, column).isEmpty()) {
                    refusals.add("there is no column " + name + "." + column + ", or this login may not see it");
                }
            }
        });
        for (var function : grant.functions()) {
            if (catalog.routines.stream()
                    .noneMatch(routine -> routine.function()
                            && routine.schema().equals(function.schema())
                            && routine.name().equals(function.name()))) {
                refusals.add("there is no function " + function.schema() + "." + function.name()
                        + ", or this login may not see it");
            }
        }
        boolean newerThan = grant.tables().values().stream()
                .flatMap(table -> table.rows().stream())
                .anyMatch(rule -> rule.test() instanceof RowTest.NewerThan);
        if (newerThan && sysdateIsNow()) {
            refusals.add(
                    "newerThan: this server runs with --sysdate-is-now, so a session could set the time by itself");
        }
        if (!refusals.isEmpty()) {
            throw new TargetException(
                    "database " + document.name() + ", grant " + grant.name() + ": " + String.join("; ", refusals),
                    new SQLException("refused"));
        }
    }

    private boolean sysdateIsNow() throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SET STATEMENT timestamp = 1000 FOR SELECT YEAR(SYSDATE()) = 1970")) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** A database of Daypass's holds views only. A table in it is somebody's, and would go with it. */
    private void refuseToDropData(GrantName grant, MariaDbCatalog catalog) {
        var tables = catalog.baseTables.getOrDefault(MariaDbGrant.schema(grant), Set.of());
        if (!tables.isEmpty()) {
            throw new TargetException(
                    "database " + document.name() + ", grant " + grant
                            + ": cannot be removed, because somebody put tables"
                            + " into " + MariaDbGrant.schema(grant) + ": " + String.join(", ", tables)
                            + "; move them elsewhere",
                    new SQLException("not Daypass's"));
        }
    }

    /** What the server says of DDL and catalog queries names objects, never a value of a row. */
    static String said(SQLException e) {
        return e.getMessage() + " (" + e.getErrorCode() + ", SQLSTATE " + e.getSQLState() + ")";
    }

    static String account(String user, DatabaseDocument document) {
        return MariaDbText.account(user, document.clientHost());
    }

    /** Asks the server. */
    @FunctionalInterface
    private interface Asking<T> {
        T ask() throws SQLException;
    }

    private <T> T reading(String failed, Asking<T> asking) {
        try {
            return asking.ask();
        } catch (SQLException e) {
            throw new TargetException("database " + document.name() + ": " + failed + ": " + said(e), e);
        }
    }
}
