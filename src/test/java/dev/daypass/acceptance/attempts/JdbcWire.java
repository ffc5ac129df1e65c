package dev.daypass.acceptance.attempts;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** What JDBC alone can hear. */
public abstract class JdbcWire implements Wire {
    /** A guard of the tests, not of Daypass. */
    private static final int SECONDS = 15;

    @Override
    public void run(Connection connection, Step.Statement step, Heard heard) throws SQLException {
        try (var statement = connection.createStatement()) {
            limit(statement);
            try {
                results(statement, step.sql(), heard);
            } finally {
                warnings(statement.getWarnings(), heard);
                warnings(connection.getWarnings(), heard);
                connection.clearWarnings();
            }
        }
    }

    /** Bounds how long it may take. */
    protected void limit(Statement statement) throws SQLException {
        statement.setQueryTimeout(SECONDS);
    }

    private static void results(Statement statement, String sql, Heard heard) throws SQLException {
        boolean rows = statement.execute(sql);
        while (true) {
            if (rows) {
                try (var result = statement.getResultSet()) {
                    all(result, heard);
                }
            } else if (statement.getUpdateCount() >= 0) {
                heard.say("count", Long.toString(statement.getLargeUpdateCount()));
            } else {
                return;
            }
            rows = statement.getMoreResults();
        }
    }

    private static void all(ResultSet result, Heard heard) throws SQLException {
        var columns = result.getMetaData();
        int width = columns.getColumnCount();
        for (int i = 1; i <= width; i++) {
            heard.say("column", columns.getColumnLabel(i) + " " + columns.getColumnTypeName(i));
        }
        var rows = heard.rows(width);
        while (result.next()) {
            for (int i = 0; i < width; i++) {
                rows.value(i, result.getString(i + 1));
            }
        }
    }

    @Override
    public void failed(SQLException failure, Heard heard) {
        for (SQLException each = failure; each != null; each = each.getNextException()) {
            fields(each, heard);
        }
    }

    private void warnings(@Nullable SQLWarning first, Heard heard) {
        for (SQLWarning each = first; each != null; each = each.getNextWarning()) {
            fields(each, heard);
        }
    }

    /** Every field of an error or a notice. */
    protected abstract void fields(SQLException said, Heard heard);
}
