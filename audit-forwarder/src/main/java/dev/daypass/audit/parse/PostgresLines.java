package dev.daypass.audit.parse;

import dev.daypass.audit.line.Activity;
import dev.daypass.audit.line.Activity.Kind;
import dev.daypass.audit.line.Activity.Outcome;
import dev.daypass.audit.line.LogEvent;
import dev.daypass.audit.parse.SqlTokens.Dialect;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's log. Who it was is the server's word alone ({@code user}, never {@code application_name}).
 *
 * <p>A client can make the server log a text of its choice with RAISE LOG. In jsonlog and csvlog such a line carries a context and a
 * statement, which the server's own lines and pgaudit's do not, and so is not taken for them. The stderr format cannot tell.
 *
 * <p>{@code log_statement} writes before the statement runs, so its outcome is unknown and a failure is a line of its own. pgaudit
 * writes once access was permitted, which is a success.
 *
 * <p>Messages are known by their English words: the server's {@code lc_messages} has to be C or English.
 */
final class PostgresLines implements LineParser {
    @Override
    public Activity parse(LogEvent event) {
        if (event.text().isEmpty()) {
            return Activity.unparsed(event.time(), "empty line");
        }
        try {
            return read(PostgresFormats.read(event.text()), event);
        } catch (LineFault fault) {
            return Activity.unparsed(event.time(), fault.why());
        }
    }

    private static Activity read(PostgresRecord line, LogEvent event) {
        var draft = new Draft(line.timestamp() == null ? null : Times.parse(line.timestamp()), event.time())
                .user(line.user())
                .sessionOfLogin(line.user())
                .from(line.from())
                .database(line.database())
                .code("00000".equals(line.state()) ? null : line.state())
                .id("databaseSession", line.sessionId())
                .id("line", line.line());
        switch (line.severity()) {
            case "LOG" -> log(draft, line);
            case "ERROR", "FATAL", "PANIC" -> failure(draft, line);
            // In the stderr format the statement of an error is a line of its own.
            case "STATEMENT" -> sql(draft, line.message(), Outcome.UNKNOWN);
            default -> draft.is(Kind.SERVER_MESSAGE, Outcome.UNKNOWN).detail(words(line));
        }
        return draft.done();
    }

    private static void log(Draft draft, PostgresRecord line) {
        String message = line.message();
        if (isPresent(line.context()) || isPresent(line.query())) {
            // Raised from inside a statement, by whoever wrote it.
            if (isPresent(line.user())) {
                sql(draft, line.query() == null ? "" : line.query(), Outcome.UNKNOWN);
                draft.is(Kind.DATASTORE_QUERY, Outcome.UNKNOWN).detail(message);
            } else {
                draft.is(Kind.SERVER_MESSAGE, Outcome.UNKNOWN).detail(message);
            }
        } else if (message.startsWith("AUDIT: ")) {
            try {
                PgAudit.read(draft, message, "AUDIT: ".length());
            } catch (LineFault fault) {
                draft.unparsed("pgaudit: " + fault.why());
            }
        } else if (message.startsWith("statement: ")) {
            sql(draft.detail(line.detail()), message.substring("statement: ".length()), Outcome.UNKNOWN);
        } else if (message.startsWith("execute ")) {
            execute(draft.detail(line.detail()), line, message, "execute ".length(), Outcome.UNKNOWN);
        } else if (message.startsWith("duration: ")) {
            duration(draft.detail(line.detail()), line);
        } else if (message.startsWith("connection ")
                || message.startsWith("disconnection: ")
                || message.startsWith("replication connection ")) {
            connection(draft, line);
        } else {
            draft.is(Kind.SERVER_MESSAGE, Outcome.UNKNOWN).detail(words(line));
        }
    }

    private static void sql(Draft draft, String sql, Outcome outcome) {
        SqlReading reading = SqlReading.of(sql, Dialect.POSTGRESQL);
        draft.is(reading.kind(), outcome).statement(sql);
        if (reading.managesRoles()) {
            draft.object(reading.role()).sessionOfLogin(reading.role());
        }
    }

    /**
     * {@code execute name: sql}. The name of a prepared statement is the client's and may hold anything, colons too; so the server's
     * own word for the command goes before the SQL, and without it only an unambiguous text is classified.
     */
    private static void execute(Draft draft, PostgresRecord line, String message, int from, Outcome outcome) {
        int colon = message.indexOf(": ", from);
        String sql = colon < 0 ? "" : message.substring(colon + 2);
        sql(draft, sql, outcome);
        String command = line.command();
        if (command != null && isCommand(command)) {
            // The tag does not say COPY's direction, nor what ALTER ROLE alters.
            SqlReading reading = SqlReading.of(sql, Dialect.POSTGRESQL);
            boolean refined =
                    command.equals("COPY") || command.equals("ALTER ROLE") && reading.kind() == Kind.ACCOUNT_LOCK;
            draft.is(refined ? reading.kind() : SqlReading.ofCommand(command), outcome);
        } else if (sql.contains(": ")) {
            draft.is(Kind.DATASTORE_QUERY, outcome);
        }
    }

    /** Command tags are in upper case; what else a process is busy with ({@code idle}, {@code authentication}) is not, but for two. */
    private static boolean isCommand(String command) {
        return !command.isEmpty()
                && command.charAt(0) >= 'A'
                && command.charAt(0) <= 'Z'
                && !command.equals("BIND")
                && !command.equals("PARSE");
    }

    /** {@code duration: 0.1 ms}, alone or followed by two spaces and what took so long: written when it is over. */
    private static void duration(Draft draft, PostgresRecord line) {
        String message = line.message();
        int what = message.indexOf(" ms  ");
        int from = what + " ms  ".length();
        if (what >= 0 && message.startsWith("statement: ", from)) {
            sql(draft, message.substring(from + "statement: ".length()), Outcome.SUCCESS);
        } else if (what >= 0 && message.startsWith("execute ", from)) {
            execute(draft, line, message, from + "execute ".length(), Outcome.SUCCESS);
        } else {
            draft.is(Kind.DATASTORE_QUERY, Outcome.SUCCESS).detail(message);
        }
    }

    /**
     * "authenticated" proves who it is and "authorized" comes after it; the server's last checks (NOLOGIN, CONNECT, connection limits) come
     * later still and end in a failed login of the same database session. So only "authorized" is a successful logon, one for each.
     */
    private static void connection(Draft draft, PostgresRecord line) {
        String message = line.message();
        draft.detail(message);
        if (message.startsWith("connection authorized: ")
                || message.startsWith("replication connection authorized: ")) {
            draft.is(Kind.LOGON, Outcome.SUCCESS);
        } else if (message.startsWith("connection authenticated: ")) {
            draft.is(Kind.LOGON, Outcome.UNKNOWN);
        } else if (message.startsWith("disconnection: ")) {
            draft.is(Kind.LOGOFF, Outcome.SUCCESS);
        } else {
            // received: nobody yet. ready: the logon is a line of its own.
            draft.is(Kind.SERVER_MESSAGE, Outcome.UNKNOWN);
        }
        if (line.from() == null || line.from().isEmpty()) {
            received(draft, message);
        }
    }

    /** {@code connection received: host=127.0.0.1 port=40112}. */
    private static void received(Draft draft, String message) {
        String begin = "connection received: host=";
        int port = message.indexOf(" port=");
        if (message.startsWith(begin)) {
            draft.from(
                    port < 0
                            ? message.substring(begin.length())
                            : PostgresRecord.peer(
                                    message.substring(begin.length(), port),
                                    message.substring(port + " port=".length())));
        }
    }

    private static void failure(Draft draft, PostgresRecord line) {
        if (line.severity().equals("FATAL") && isFailedLogin(line)) {
            draft.is(Kind.LOGON, Outcome.FAILURE);
        } else if (line.query() != null && !line.query().isEmpty()) {
            sql(draft, line.query(), Outcome.FAILURE);
        } else {
            draft.is(isPresent(line.user()) ? Kind.DATASTORE_QUERY : Kind.SERVER_MESSAGE, Outcome.FAILURE);
        }
        draft.detail(words(line));
    }

    /** By SQLSTATE where the format has it, and by the words where it has not (the stderr prefix). */
    private static boolean isFailedLogin(PostgresRecord line) {
        String state = line.state();
        if (state != null && !state.isEmpty()) {
            // Class 28: invalid authorization. 53300: too many connections. 3D000: no such database. 42501 ends a
            // session
            // only while it begins: no CONNECT on the database.
            return state.startsWith("28") || state.equals("53300") || state.equals("3D000") || state.equals("42501");
        }
        String message = line.message();
        return message.contains(" authentication failed for user \"")
                || message.startsWith("no pg_hba.conf entry")
                || message.startsWith("pg_hba.conf rejects ")
                || message.startsWith("too many connections for ")
                || message.startsWith("sorry, too many clients already")
                || message.startsWith("remaining connection slots are reserved")
                || message.startsWith("permission denied for database ")
                || message.startsWith("database \"") && message.endsWith("\" does not exist")
                || message.startsWith("role \"")
                        && (message.endsWith("\" does not exist") || message.endsWith("\" is not permitted to log in"));
    }

    private static String words(PostgresRecord line) {
        return isPresent(line.detail()) ? line.message() + "\n" + line.detail() : line.message();
    }

    private static boolean isPresent(@Nullable String text) {
        return text != null && !text.isEmpty();
    }
}
