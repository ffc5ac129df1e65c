package dev.daypass.acceptance.attempts;

import dev.daypass.acceptance.attempts.AttemptRunner.Login;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.function.UnaryOperator;

/**
 * MariaDB: the text protocol, and SHOW WARNINGS after every statement, failed or not, since a server may say more than the driver
 * hands on.
 */
public final class MariaDbWire extends JdbcWire {
    private final UnaryOperator<String> jdbcUrl;
    private final String database;
    private final int major;

    /** @param jdbcUrl from a database's name, without a user or a password */
    public MariaDbWire(UnaryOperator<String> jdbcUrl, String database, int major) {
        this.jdbcUrl = jdbcUrl;
        this.database = database;
        this.major = major;
    }

    @Override
    public String database() {
        return database;
    }

    @Override
    public int major() {
        return major;
    }

    @Override
    public Connection connect(Login login, String to, Map<String, String> own) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", login.user());
        properties.setProperty("password", login.password().reveal());
        properties.setProperty("connectTimeout", "5000");
        properties.setProperty("socketTimeout", "30000");
        // The server's own words, and what a client that helps it would send.
        properties.setProperty("allowLocalInfile", "true");
        properties.putAll(own);
        return DriverManager.getConnection(jdbcUrl.apply(to), properties);
    }

    @Override
    public void run(Connection connection, Step.Statement step, Heard heard) throws SQLException {
        try {
            super.run(connection, step, heard);
        } finally {
            if (!connection.isClosed() && connection.isValid(5)) {
                warnings(connection, heard);
            }
        }
    }

    /** The driver would put SET STATEMENT max_statement_time before what is tried; the socket has a limit. */
    @Override
    protected void limit(Statement statement) {}

    private static void warnings(Connection connection, Heard heard) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SHOW WARNINGS")) {
            while (row.next()) {
                heard.say("warning", row.getString(3));
                heard.say("warning's code", row.getString(2));
            }
        }
    }

    @Override
    protected void fields(SQLException said, Heard heard) {
        String kind = said instanceof SQLWarning ? "notice" : "error";
        // "(conn=12) …" counts connections: no word of the attempt.
        heard.say(kind, String.valueOf(said.getMessage()).replaceFirst("^\\(conn=\\d+\\) ", ""));
        heard.say(kind + "'s state", said.getSQLState());
        heard.say(kind + "'s code", Integer.toString(said.getErrorCode()));
    }
}
