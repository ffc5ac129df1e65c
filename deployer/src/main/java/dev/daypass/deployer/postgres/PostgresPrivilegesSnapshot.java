package dev.daypass.deployer.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/** One moment of the catalogs, with names spelt as {@code search_path = pg_catalog} spells them. */
final class PostgresPrivilegesSnapshot {
    private PostgresPrivilegesSnapshot() {}

    @FunctionalInterface
    interface Reader<T> {
        T read(Connection connection) throws SQLException;
    }

    /** Leaves the connection as it was: its transaction, its settings. */
    static <T> T in(Connection connection, Reader<T> reader) throws SQLException {
        if (!connection.getAutoCommit()) {
            var before = connection.setSavepoint();
            try {
                return inOrder(connection, reader);
            } finally {
                connection.rollback(before);
                connection.releaseSavepoint(before);
            }
        }
        connection.setAutoCommit(false);
        try {
            try (var statement = connection.createStatement()) {
                statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            }
            return inOrder(connection, reader);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static <T> T inOrder(Connection connection, Reader<T> reader) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("SET LOCAL search_path = pg_catalog");
        }
        return reader.read(connection);
    }
}
