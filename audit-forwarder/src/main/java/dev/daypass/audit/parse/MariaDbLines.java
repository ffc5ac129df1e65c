package dev.daypass.audit.parse;

import dev.daypass.audit.line.Activity;
import dev.daypass.audit.line.Activity.Kind;
import dev.daypass.audit.line.Activity.Outcome;
import dev.daypass.audit.line.LogEvent;
import dev.daypass.audit.parse.SqlTokens.Dialect;

/**
 * MariaDB's {@code server_audit}: {@code time,server,user,peer,connection,query,OPERATION,database,object,code}. The plug-in quotes
 * only statements, so a comma in the name that somebody logs in with shifts the columns: a line is taken only if it has exactly ten. A
 * database whose name has a comma has that cost as well: what is done in it is unparsed.
 *
 * <p>Nor does it escape a line break in that name, so that whoever can reach the server can write a whole line of somebody else's, without
 * a password. One line cannot tell; but the pieces before and after it are unparsed, each time.
 *
 * <p>Its times have no zone and are read as UTC, in which the server has to run. A failed login has a DISCONNECT as well, which looks like
 * that of a login without a database. What a view or procedure opens is in the name of its definer, under the number of the connection.
 */
final class MariaDbLines implements LineParser {
    private static final int BEFORE_OBJECT = 8;

    @Override
    public Activity parse(LogEvent event) {
        if (event.text().isEmpty()) {
            return Activity.unparsed(event.time(), "empty line");
        }
        try {
            return read(event);
        } catch (LineFault fault) {
            return Activity.unparsed(event.time(), fault.why());
        }
    }

    private static Activity read(LogEvent event) throws LineFault {
        String line = event.text();
        int end = line.length() - (line.endsWith("\n") ? 1 : 0);
        var columns = new String[BEFORE_OBJECT];
        int at = 0;
        for (int i = 0; i < BEFORE_OBJECT; i++) {
            int comma = line.indexOf(',', at);
            if (comma < 0 || comma >= end) {
                throw new LineFault("too few columns");
            }
            columns[i] = line.substring(at, comma);
            at = comma + 1;
        }
        int objectEnd = objectEnd(line, at, end);
        if (objectEnd >= end || line.charAt(objectEnd) != ',') {
            throw new LineFault("no code after the object");
        }
        String code = line.substring(objectEnd + 1, end);
        if (Times.parseCompact(columns[0]) == null) {
            throw new LineFault("no time at the beginning");
        }
        if (!isNumber(columns[4]) || !isNumber(columns[5]) || !code.isEmpty() && !isNumber(code)) {
            throw new LineFault("a number that is none");
        }
        var draft = new Draft(Times.parseCompact(columns[0]), event.time())
                .user(columns[2])
                .sessionOfLogin(columns[2])
                .from(columns[3])
                .database(columns[7])
                .code(code.equals("0") ? null : code)
                .id("databaseSession", columns[4])
                .id("query", columns[5].equals("0") ? null : columns[5]);
        operation(
                draft,
                columns[6],
                line.substring(at, objectEnd),
                code.isEmpty() ? Outcome.UNKNOWN : code.equals("0") ? Outcome.SUCCESS : Outcome.FAILURE);
        return draft.done();
    }

    private static void operation(Draft draft, String operation, String object, Outcome outcome) throws LineFault {
        switch (operation) {
            case "CONNECT" -> draft.is(Kind.LOGON, outcome);
            case "FAILED_CONNECT" -> draft.is(Kind.LOGON, Outcome.FAILURE);
            case "DISCONNECT" -> draft.is(Kind.LOGOFF, outcome);
            case "QUERY", "QUERY_DDL", "QUERY_DML", "QUERY_DML_NO_SELECT", "QUERY_DCL" -> {
                String sql = unescaped(object);
                SqlReading reading = SqlReading.of(sql, Dialect.MARIADB);
                draft.is(reading.kind(), outcome).statement(sql);
                if (reading.managesRoles()) {
                    draft.object(reading.role()).sessionOfLogin(reading.role());
                }
            }
            // Table events: written when the table is opened for it, without a code.
            case "READ" -> draft.is(Kind.DATASTORE_READ, outcome).object(object);
            case "WRITE" -> draft.is(Kind.DATASTORE_WRITE, outcome).object(object);
            case "CREATE" -> draft.is(Kind.DATASTORE_CREATE, outcome).object(object);
            case "ALTER", "RENAME" -> draft.is(Kind.DATASTORE_UPDATE, outcome).object(object);
            case "DROP" -> draft.is(Kind.DATASTORE_DELETE, outcome).object(object);
            default -> throw new LineFault("no operation of server_audit's");
        }
    }

    /** The comma after the object, which stands in single quotes if it is a statement. */
    private static int objectEnd(String line, int from, int end) throws LineFault {
        if (from >= end || line.charAt(from) != '\'') {
            int comma = line.indexOf(',', from);
            return comma < 0 ? end : comma;
        }
        for (int i = from + 1; i < end; i++) {
            char c = line.charAt(i);
            if (c == '\'') {
                return i + 1;
            }
            i += c == '\\' ? 1 : 0;
        }
        throw new LineFault("a statement without an end");
    }

    private static String unescaped(String object) {
        if (object.isEmpty() || object.charAt(0) != '\'') {
            return object;
        }
        int end = object.length() - 1;
        if (object.indexOf('\\') < 0) {
            return object.substring(1, end);
        }
        var text = new StringBuilder(end);
        for (int i = 1; i < end; i++) {
            char c = object.charAt(i);
            if (c == '\\' && i + 1 < end) {
                i++;
                c = switch (object.charAt(i)) {
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    case '0' -> '\0';
                    default -> object.charAt(i);
                };
            }
            text.append(c);
        }
        return text.toString();
    }

    private static boolean isNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= 20;
    }
}
