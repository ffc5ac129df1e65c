package dev.daypass.audit.parse;

import org.jspecify.annotations.Nullable;

/**
 * One record of PostgreSQL's log, whichever format it stood in. Absent is null or empty.
 *
 * @param timestamp with its zone
 * @param user the role of the session, which the server says; before the login has succeeded, the role that was asked for
 * @param from {@code host}, {@code host:port}, or {@code [local]}
 * @param severity {@code LOG}, {@code ERROR}, …
 * @param state SQLSTATE
 * @param command the command that the process is busy with ({@code ps}), which the server says
 * @param context where in nested calls the message arose; the server's own fixed messages have none
 * @param query the statement during which the message arose; the server's own fixed messages have none
 */
record PostgresRecord(
        @Nullable String timestamp,
        @Nullable String user,
        @Nullable String database,
        @Nullable String from,
        @Nullable String sessionId,
        @Nullable String line,
        String severity,
        @Nullable String state,
        @Nullable String command,
        String message,
        @Nullable String detail,
        @Nullable String context,
        @Nullable String query) {

    /** {@code host:port} with IPv6 in brackets; a Unix socket, which PostgreSQL calls {@code [local]}, has no port. */
    static @Nullable String peer(@Nullable String host, @Nullable String port) {
        if (host == null || host.isEmpty() || port == null || port.isEmpty()) {
            return host;
        }
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
