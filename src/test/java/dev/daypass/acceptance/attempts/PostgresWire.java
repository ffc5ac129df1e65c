package dev.daypass.acceptance.attempts;

import dev.daypass.acceptance.attempts.AttemptRunner.Login;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.Map;
import java.util.Properties;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/** PostgreSQL: the simple query protocol, so that every value comes as text and a string may hold several statements. */
public final class PostgresWire extends JdbcWire {
    private static final Pattern COPY_OUT = Pattern.compile("(?is)copy\\b.*\\bto\\s+stdout\\b.*");

    private final UnaryOperator<String> jdbcUrl;
    private final String database;
    private final int major;

    /** @param jdbcUrl of a database, by its name */
    public PostgresWire(UnaryOperator<String> jdbcUrl, String database, int major) {
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
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "30");
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("logServerErrorDetail", "true");
        properties.putAll(own);
        return DriverManager.getConnection(jdbcUrl.apply(to), properties);
    }

    @Override
    public void run(Connection connection, Step.Statement step, Heard heard) throws SQLException {
        var wire = connection.unwrap(PGConnection.class);
        try {
            if (step.data().isPresent()) {
                long rows = wire.getCopyAPI()
                        .copyIn(step.sql(), new StringReader(step.data().get()));
                heard.say("count", Long.toString(rows));
            } else if (COPY_OUT.matcher(step.sql()).matches()) {
                copyOut(wire, step.sql(), heard);
            } else {
                super.run(connection, step, heard);
            }
        } catch (IOException e) {
            throw new SQLException("the connection broke", "08006", e);
        } finally {
            if (!connection.isClosed()) {
                for (var told : wire.getNotifications()) {
                    heard.say("notification", told.getName() + " " + told.getParameter());
                }
                wire.getParameterStatuses().forEach((name, value) -> heard.sayOnce("parameter", name + "=" + value));
            }
        }
    }

    private static void copyOut(PGConnection wire, String sql, Heard heard) throws SQLException, IOException {
        var bytes = new ByteArrayOutputStream();
        try {
            wire.getCopyAPI().copyOut(sql, bytes);
        } finally {
            var rows = heard.rows(1);
            bytes.toString(StandardCharsets.UTF_8).lines().forEach(line -> rows.value(0, line));
        }
    }

    // PostgreSQL, "Error and Notice Message Fields" (53.8): all of them but the translated severity.
    @Override
    protected void fields(SQLException said, Heard heard) {
        String kind = said instanceof SQLWarning ? "notice" : "error";
        ServerErrorMessage from = switch (said) {
            case PSQLException error -> error.getServerErrorMessage();
            case PSQLWarning notice -> notice.getServerErrorMessage();
            default -> null;
        };
        if (from == null) {
            heard.say(kind, said.getMessage());
            return;
        }
        heard.say(kind, from.getMessage());
        heard.say(kind + "'s state", from.getSQLState());
        heard.say(kind + "'s detail", from.getDetail());
        heard.say(kind + "'s hint", from.getHint());
        heard.say(kind + "'s context", from.getWhere());
        heard.say(kind + "'s own query", from.getInternalQuery());
        heard.say(kind + "'s schema", from.getSchema());
        heard.say(kind + "'s table", from.getTable());
        heard.say(kind + "'s column", from.getColumn());
        heard.say(kind + "'s type", from.getDatatype());
        heard.say(kind + "'s constraint", from.getConstraint());
        heard.say(kind + "'s routine", from.getRoutine());
        heard.say(kind + "'s place", from.getFile() + ":" + from.getLine());
        heard.say(kind + "'s position", from.getPosition() + "/" + from.getInternalPosition());
    }
}
