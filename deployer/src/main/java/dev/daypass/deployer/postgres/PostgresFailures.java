package dev.daypass.deployer.postgres;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.postgresql.util.PSQLException;

/** What the server's errors mean for an apply. The codes are those of PostgreSQL, "Error Codes". */
final class PostgresFailures {
    /** Waited too long for a lock, deadlock, serialization: somebody else was at the same objects. */
    private static final Set<String> PASSING = Set.of("55P03", "40P01", "40001");

    private static final String INTERNAL = "XX000";
    private static final String UNIQUE = "23505";

    private PostgresFailures() {}

    /** The message, without details: those may hold the values of a row. */
    static String said(SQLException e) {
        String message = e instanceof PSQLException told
                ? Optional.ofNullable(told.getServerErrorMessage())
                        .flatMap(server -> Optional.ofNullable(server.getMessage()))
                        .orElse(String.valueOf(e.getMessage()))
                : String.valueOf(e.getMessage());
        return message.strip() + (e.getSQLState() == null ? "" : " (" + e.getSQLState() + ")");
    }

    /** Whether the same statements may succeed a moment later. */
    static boolean isPassing(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        String said = said(e);
        return PASSING.contains(state)
                // GRANTs at the same time on one object are not queued: heap_update finds the row changed.
                || state.equals(INTERNAL) && (said.contains("concurrently") || said.contains("cache lookup failed"))
                || state.equals(UNIQUE) && said.contains("\"pg_");
    }

    /** Whether the connection is gone. Class 08; 57P01 to 57P03: the server ended it or is ending. */
    static boolean isDisconnected(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("08") || state.startsWith("57P0");
    }
}
