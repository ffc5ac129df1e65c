package dev.daypass.audit.parse;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's three ways of writing a log record: jsonlog, csvlog, and stderr with the prefix that RDS and Aurora fix. */
final class PostgresFormats {
    /** https://www.postgresql.org/docs/18/runtime-config-logging.html, table 19.4. */
    private enum Member implements JsonMembers.Path {
        TIMESTAMP("timestamp"),
        USER("user"),
        DATABASE("dbname"),
        HOST("remote_host"),
        PORT("remote_port#"),
        SESSION("session_id"),
        LINE("line_num#"),
        COMMAND("ps"),
        SEVERITY("error_severity"),
        STATE("state_code"),
        MESSAGE("message"),
        DETAIL("detail"),
        CONTEXT("context"),
        QUERY("statement");

        private final String path;

        Member(String path) {
            this.path = path;
        }

        @Override
        public String path() {
            return path;
        }
    }

    private static final JsonMembers<Member> JSON = new JsonMembers<>(Member.class);

    /** Columns of csvlog in PostgreSQL 14 and later, 13, and 9.0 to 12. */
    private static final int COLUMNS = 26;

    private static final int COLUMNS_13 = 24;
    private static final int COLUMNS_12 = 23;

    private static final String[] SEVERITIES = {
        "LOG",
        "ERROR",
        "FATAL",
        "PANIC",
        "WARNING",
        "NOTICE",
        "INFO",
        "DEBUG",
        "DEBUG1",
        "DEBUG2",
        "DEBUG3",
        "DEBUG4",
        "DEBUG5",
        "DETAIL",
        "HINT",
        "QUERY",
        "CONTEXT",
        "STATEMENT",
        "LOCATION",
        "BACKTRACE"
    };

    private static final int TIME_LENGTH = 19;
    private static final int LONGEST_ZONE = 40;
    /** Bytes of a role's and of a database's name; {@code @} stands between. */
    private static final int LONGEST_NAME = 63;

    private static final int LONGEST_WHO = LONGEST_NAME + 1 + LONGEST_NAME;

    private PostgresFormats() {}

    /** @throws LineFault if it is none of the three */
    static PostgresRecord read(String line) throws LineFault {
        if (line.charAt(0) == '{') {
            return json(line);
        }
        int zoneEnd = zoneEnd(line);
        return line.charAt(zoneEnd) == ',' ? csv(line) : prefixed(line, zoneEnd);
    }

    private static PostgresRecord json(String line) throws LineFault {
        JsonMembers.Values<Member> values = JSON.read(line);
        return new PostgresRecord(
                required(values.get(Member.TIMESTAMP), "timestamp"),
                values.get(Member.USER),
                values.get(Member.DATABASE),
                PostgresRecord.peer(values.get(Member.HOST), values.get(Member.PORT)),
                values.get(Member.SESSION),
                values.get(Member.LINE),
                required(values.get(Member.SEVERITY), "error_severity"),
                values.get(Member.STATE),
                values.get(Member.COMMAND),
                required(values.get(Member.MESSAGE), "message"),
                values.get(Member.DETAIL),
                values.get(Member.CONTEXT),
                values.get(Member.QUERY));
    }

    private static String required(@Nullable String value, String member) throws LineFault {
        if (value == null) {
            throw new LineFault("no member " + member);
        }
        return value;
    }

    private static PostgresRecord csv(String line) throws LineFault {
        var fields = new CsvFields(withoutLineEnd(line), 0);
        var columns = new String[COLUMNS];
        int count = 0;
        while (fields.hasNext()) {
            if (count == COLUMNS) {
                throw new LineFault("too many columns");
            }
            columns[count++] = fields.next();
        }
        if (count != COLUMNS && count != COLUMNS_13 && count != COLUMNS_12) {
            throw new LineFault("too few columns");
        }
        String from = columns[4];
        int colon = from.lastIndexOf(':');
        return new PostgresRecord(
                columns[0],
                columns[1],
                columns[2],
                colon < 0 ? from : PostgresRecord.peer(from.substring(0, colon), from.substring(colon + 1)),
                columns[5],
                columns[6],
                columns[11],
                columns[12],
                columns[7],
                columns[13],
                columns[14],
                columns[18],
                columns[19]);
    }

    /** PostgreSQL puts a tab after every line break of a message on stderr. */
    private static String message(String written) {
        return withoutLineEnd(written).replace("\n\t", "\n");
    }

    private static String withoutLineEnd(String line) {
        int end = line.length();
        end -= end > 0 && line.charAt(end - 1) == '\n' ? 1 : 0;
        end -= end > 0 && line.charAt(end - 1) == '\r' ? 1 : 0;
        return line.substring(0, end);
    }

    /** Where the timestamp with its zone ends, at the comma of csvlog or the colon of the prefix. */
    private static int zoneEnd(String line) throws LineFault {
        int last = Math.min(line.length(), TIME_LENGTH + LONGEST_ZONE);
        if (line.charAt(0) >= '0' && line.charAt(0) <= '9') {
            for (int i = TIME_LENGTH; i < last; i++) {
                if (line.charAt(i) == ',' || line.charAt(i) == ':') {
                    return i;
                }
            }
        }
        throw new LineFault("neither jsonlog nor csvlog nor the stderr prefix");
    }

    /**
     * {@code %t:%r:%u@%d:[%p]:} and {@code SEVERITY:  message}. The names of role and database come from whoever connects and are not
     * quoted, so they can imitate the rest of the prefix. Where two names of the longest length could hold the first one and reach to
     * a second, nobody can tell whose line it is, and it is not read.
     */
    private static PostgresRecord prefixed(String line, int zoneEnd) throws LineFault {
        int peerEnd = peerEnd(line, zoneEnd + 1);
        int whoEnd = severityMark(line, peerEnd + 1, peerEnd + 1);
        if (whoEnd < 0) {
            throw new LineFault("no process and severity after the stderr prefix");
        }
        for (int other = whoEnd; other >= 0; ) {
            other = severityMark(line, other + 1, peerEnd + 1);
            if (other >= 0 && couldBeNames(line, peerEnd + 1, other)) {
                throw new LineFault("the stderr prefix can be read in two ways");
            }
        }
        String who = line.substring(peerEnd + 1, whoEnd);
        int at = who.indexOf('@');
        if (at < 0 || at != who.lastIndexOf('@')) {
            throw new LineFault("no one user and database in the stderr prefix");
        }
        int severity = line.indexOf(']', whoEnd) + 2;
        int severityEnd = line.indexOf(':', severity);
        String peer = line.substring(zoneEnd + 1, peerEnd);
        int parenthesis = peer.endsWith(")") ? peer.lastIndexOf('(') : -1;
        return new PostgresRecord(
                line.substring(0, zoneEnd),
                known(who.substring(0, at)),
                known(who.substring(at + 1)),
                parenthesis < 0
                        ? peer
                        : PostgresRecord.peer(
                                peer.substring(0, parenthesis), peer.substring(parenthesis + 1, peer.length() - 1)),
                null,
                null,
                line.substring(severity, severityEnd),
                null,
                null,
                message(line.substring(severityEnd + 3)),
                null,
                null,
                null);
    }

    /** The colon after {@code host(port)}, {@code [local]}, or nothing: an IPv6 address has colons of its own. */
    private static int peerEnd(String line, int from) throws LineFault {
        if (line.startsWith(":", from)) {
            return from;
        }
        if (line.startsWith("[local]:", from)) {
            return from + 7;
        }
        int open = line.indexOf('(', from);
        int digits = open < 0 ? -1 : afterDigits(line, open + 1);
        if (digits < 0 || !line.startsWith("):", digits) || open - from > 255) {
            throw new LineFault("no peer in the stderr prefix");
        }
        return digits + 1;
    }

    /** The first {@code :[digits]:SEVERITY:  } that begins at or after {@code from}, within two names' length of {@code who}; or -1. */
    private static int severityMark(String line, int from, int who) {
        int last = Math.min(line.length() - 1, who + LONGEST_WHO);
        for (int at = line.indexOf(":[", from); at >= 0 && at <= last; at = line.indexOf(":[", at + 1)) {
            int digits = afterDigits(line, at + 2);
            if (digits > at + 2 && line.startsWith("]:", digits) && isSeverity(line, digits + 2)) {
                return at;
            }
        }
        return -1;
    }

    private static boolean couldBeNames(String line, int from, int to) {
        for (int at = line.indexOf('@', from); at >= 0 && at < to; at = line.indexOf('@', at + 1)) {
            if (at - from <= LONGEST_NAME && to - at - 1 <= LONGEST_NAME) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSeverity(String line, int at) {
        int colon = line.indexOf(":  ", at);
        return colon > at && colon - at <= 12 && Arrays.asList(SEVERITIES).contains(line.substring(at, colon));
    }

    /** After up to ten digits, which is what a port or a process has. */
    private static int afterDigits(String line, int from) {
        int at = from;
        while (at < line.length() && at < from + 10 && line.charAt(at) >= '0' && line.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    private static @Nullable String known(String name) {
        return name.equals("[unknown]") ? null : name;
    }
}
