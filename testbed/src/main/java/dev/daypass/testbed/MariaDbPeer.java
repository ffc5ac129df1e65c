package dev.daypass.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A MariaDB server of its own, with its audit plug-in set up so that it can neither be unloaded nor cut a statement short: every
 * connection, statement and table in a file, a line each. Only TCP on 127.0.0.1, and a socket in a directory of this user's. Its
 * clock shows UTC. Thread-safe.
 */
public final class MariaDbPeer {
    /** Whom OpenBao makes logins as; not a superuser. */
    public static final String VAULT_ADMIN = "vault_admin";

    private static final String OWNER = "owner";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Pattern PLAIN_NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    private final Reaper reaper;
    private final MariaDbBinaries binaries;
    private final Path directory;
    private final int port;
    private final Password ownerPassword = Password.random();
    private @Nullable ManagedProcess server;
    private @Nullable DatabaseLogin vaultAdmin;

    private MariaDbPeer(Reaper reaper, MariaDbBinaries binaries, Path directory, int port) {
        this.reaper = reaper;
        this.binaries = binaries;
        this.directory = directory;
        this.port = port;
    }

    /** A new, empty server that accepts connections; stopped and removed by the reaper. */
    public static MariaDbPeer start(Cache cache, Reaper reaper, Progress progress)
            throws IOException, InterruptedException {
        var binaries = MariaDbBinaries.find(cache, progress);
        var peer = new MariaDbPeer(reaper, binaries, reaper.directory("mariadb"), Ports.free());
        progress.say("starting MariaDB on port " + peer.port);
        peer.initialise();
        peer.restart();
        return peer;
    }

    /** The address it listens on. */
    public String host() {
        return "127.0.0.1";
    }

    /** The same for as long as this peer lives. */
    public int port() {
        return port;
    }

    /** Who may do everything. For setting up and for looking, never for what is under test. */
    public DatabaseLogin owner() {
        return new DatabaseLogin(OWNER, ownerPassword);
    }

    /** Without a user or a password. */
    public String jdbcUrl(String database) {
        return "jdbc:mariadb://" + host() + ":" + port + "/" + database;
    }

    /** As the owner; the database {@code mysql} is always there. */
    public Connection ownerConnection(String database) throws SQLException {
        return connect(database, owner());
    }

    /** As anybody. */
    public Connection connect(String database, DatabaseLogin login) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", login.user());
        properties.setProperty("password", login.password().reveal());
        properties.setProperty("connectTimeout", "5000");
        properties.setProperty("socketTimeout", "30000");
        return DriverManager.getConnection(jdbcUrl(database), properties);
    }

    /** Makes an empty database. */
    public void createDatabase(String name) throws SQLException {
        try (var connection = ownerConnection("mysql");
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + plain(name));
        }
    }

    /**
     * Makes what OpenBao needs in order to make and end logins that read and write the tables of this database, without being a
     * superuser. Later calls, for other databases, return the same login.
     */
    public synchronized DatabaseLogin prepareForVault(String database) throws SQLException {
        var admin = vaultAdmin;
        try (var connection = ownerConnection("mysql");
                var statement = connection.createStatement()) {
            if (admin == null) {
                admin = new DatabaseLogin(VAULT_ADMIN, Password.random());
                statement.execute("CREATE USER 'vault_admin'@'127.0.0.1' IDENTIFIED BY PASSWORD '"
                        + nativeHash(admin.password()) + "'");
                statement.execute("GRANT CREATE USER, CONNECTION ADMIN ON *.* TO 'vault_admin'@'127.0.0.1'");
                statement.execute("GRANT SELECT ON mysql.* TO 'vault_admin'@'127.0.0.1'");
                vaultAdmin = admin;
            }
            statement.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON " + plain(database)
                    + ".* TO 'vault_admin'@'127.0.0.1' WITH GRANT OPTION");
        }
        return admin;
    }

    /**
     * A login from this machine without any right, such as a database document's administrator or deployer; what those may do is
     * in the document's set-up statements.
     */
    public DatabaseLogin createLogin(String name) throws SQLException {
        var login = new DatabaseLogin(plain(name), Password.random());
        try (var connection = ownerConnection("mysql");
                var statement = connection.createStatement()) {
            statement.execute("CREATE USER '" + login.user() + "'@'127.0.0.1' IDENTIFIED BY PASSWORD '"
                    + nativeHash(login.password()) + "'");
        }
        return login;
    }

    /** What the audit plug-in writes, a line a record, since the first start. */
    public Path log() {
        return directory.resolve("server_audit.log");
    }

    /** All that it writes. */
    Path directory() {
        return directory;
    }

    /** Ends every connection and stops, keeping the data; {@link #restart()} brings it back. */
    public synchronized void stop() {
        if (server != null) {
            server.stop();
            server = null;
        }
    }

    /** Stops as in a crash, keeping what was committed. */
    public synchronized void kill() {
        if (server != null) {
            server.kill();
            server = null;
        }
    }

    /** Starts again, on the same port with the same data, and returns when connections are accepted. */
    public synchronized void restart() throws IOException, InterruptedException {
        if (server != null) {
            return;
        }
        var said = directory.resolve("server.log");
        long before = Files.exists(said) ? Files.size(said) : 0;
        var command = new ArrayList<>(command());
        command.addAll(settings());
        var started = reaper.start("mariadb", command, binaries.environment(), directory, said);
        server = started;
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (!isReady(said, before)) {
            if (!started.isAlive() || System.nanoTime() > end) {
                stop();
                throw new IOException("MariaDB does not start on port " + port + ". It said: " + started.lastWords());
            }
            Thread.sleep(10);
        }
    }

    /** Makes the system tables, as mariadb-install-db does, with one account instead of its own without passwords. */
    private void initialise() throws IOException, InterruptedException {
        Files.createDirectory(directory.resolve("data"));
        Files.createDirectory(directory.resolve("tmp"));
        var script = Directories.writePrivate(directory.resolve("initialise.sql"), "");
        try (var out = Files.newBufferedWriter(script)) {
            out.write("CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;\n");
            for (var name : List.of("system_tables.sql", "performance_tables.sql", "system_tables_data.sql")) {
                out.write(Files.readString(MariaDbBinaries.script(binaries.scripts(), name)));
            }
            out.write(String.join(
                    "\n",
                    "DELETE FROM global_priv WHERE User <> 'mariadb.sys';",
                    "DELETE FROM proxies_priv;",
                    "FLUSH PRIVILEGES;",
                    "CREATE USER 'owner'@'127.0.0.1' IDENTIFIED BY PASSWORD '" + nativeHash(ownerPassword) + "';",
                    "GRANT ALL ON *.* TO 'owner'@'127.0.0.1' WITH GRANT OPTION;",
                    ""));
        }
        var command = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\" <\"$0\"", script.toString()));
        var bootstrap = new ArrayList<>(command());
        bootstrap.add("--bootstrap");
        command.addAll(bootstrap);
        var process = reaper.start(
                "mariadb-bootstrap", command, binaries.environment(), directory, directory.resolve("bootstrap.log"));
        boolean done = process.awaitExit(START_LIMIT);
        process.stop();
        if (!done || process.exitCode().orElse(-1) != 0) {
            throw new IOException("MariaDB's system tables could not be made. It said: " + process.lastWords());
        }
        Files.delete(script);
    }

    private List<String> command() {
        var command = new ArrayList<>(List.of(
                binaries.server().toString(),
                "--no-defaults",
                "--datadir=" + directory.resolve("data"),
                "--tmpdir=" + directory.resolve("tmp"),
                "--lc-messages-dir=" + binaries.messages(),
                "--character-sets-dir=" + binaries.messages().resolve("charsets"),
                "--plugin-dir=" + binaries.plugins(),
                "--innodb-buffer-pool-size=32M",
                "--innodb-log-file-size=8M"));
        if ("root".equals(System.getProperty("user.name"))) {
            // It runs as root only when told so. As nobody in a user namespace it could not replace a view: it gives
            // the new
            // file the old one's owner.
            command.add("--user=root");
        }
        return command;
    }

    private List<String> settings() {
        return List.of(
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--socket=" + directory.resolve("socket"),
                "--pid-file=" + directory.resolve("pid"),
                "--skip-name-resolve",
                "--character-set-server=utf8mb4",
                "--plugin-load-add=server_audit",
                "--server-audit=FORCE_PLUS_PERMANENT",
                "--server-audit-logging=ON",
                "--server-audit-events=CONNECT,QUERY,TABLE",
                "--server-audit-file-path=" + log(),
                // Its own limits cut statements after 1,024 bytes, and the file after 1,000,000.
                "--server-audit-query-log-limit=2147483647",
                "--server-audit-file-rotations=0");
    }

    /** The log of an earlier start says so, too. */
    private static boolean isReady(Path log, long before) throws IOException {
        if (Files.size(log) <= before) {
            return false;
        }
        try (var in = Files.newInputStream(log)) {
            in.skipNBytes(before);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).contains("ready for connections");
        }
    }

    /** What mysql_native_password stores: with it the password itself is in no statement, and so in no log. */
    @SuppressWarnings("InsecureCryptoUsage") // SHA-1 is MariaDB's choice, and the password has 192 random bits
    private static String nativeHash(Password password) {
        try {
            var sha1 = MessageDigest.getInstance("SHA-1");
            var once = sha1.digest(password.reveal().getBytes(StandardCharsets.UTF_8));
            return "*" + HexFormat.of().formatHex(sha1.digest(once)).toUpperCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String plain(String name) {
        return Optional.of(name)
                .filter(text -> PLAIN_NAME.matcher(text).matches())
                .orElseThrow(() -> new IllegalArgumentException("not a plain lower-case name: " + name));
    }
}
