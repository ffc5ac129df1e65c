package dev.daypass.audit.parse;

import dev.daypass.audit.line.Activity;
import dev.daypass.audit.line.Activity.Kind;
import dev.daypass.audit.line.Activity.Outcome;
import dev.daypass.audit.line.LogEvent;
import org.jspecify.annotations.Nullable;

/**
 * OpenBao's server log, as text ({@code time [LEVEL]  module: message: key=value}) or as JSON. The end of a lease by its expiry is
 * written nowhere else, so lines of the module {@code expiration} about one lease are its deletion; the rest is about the server.
 */
final class VaultServerLines implements LineParser {
    private static final String EXPIRATION = "expiration";

    private enum Member implements JsonMembers.Path {
        TIME("@timestamp"),
        LEVEL("@level"),
        MESSAGE("@message"),
        MODULE("@module"),
        LEASE("?lease_id"),
        ERROR("?error");

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

    @Override
    public Activity parse(LogEvent event) {
        if (event.text().isEmpty()) {
            return Activity.unparsed(event.time(), "empty line");
        }
        try {
            return event.text().charAt(0) == '{' ? json(event) : text(event);
        } catch (LineFault fault) {
            return Activity.unparsed(event.time(), fault.why());
        }
    }

    private static Activity json(LogEvent event) throws LineFault {
        var line = JSON.read(event.text());
        String time = line.get(Member.TIME);
        String message = line.get(Member.MESSAGE);
        if (time == null || message == null || line.get(Member.LEVEL) == null) {
            throw new LineFault("no member @timestamp, @level or @message");
        }
        var draft = new Draft(Times.parse(time), event.time());
        return (EXPIRATION.equals(line.get(Member.MODULE))
                        ? expiration(draft, message, line.get(Member.LEASE), line.get(Member.ERROR))
                        : server(draft, message))
                .done();
    }

    private static Activity text(LogEvent event) throws LineFault {
        String line = event.text();
        int timeEnd = line.indexOf(' ');
        if (line.startsWith("==> ") || isBanner(line)) {
            return server(new Draft(null, event.time()), line).done();
        }
        int levelEnd = line.indexOf(']', Math.max(timeEnd, 0));
        var time = timeEnd < 0 ? null : Times.parse(line.substring(0, timeEnd));
        if (time == null
                || !line.startsWith("[", timeEnd + 1)
                || levelEnd < 0
                || !isLevel(line.substring(timeEnd + 2, levelEnd))) {
            throw new LineFault("no time and level at the beginning");
        }
        int from = levelEnd + 1;
        while (from < line.length() && line.charAt(from) == ' ') {
            from++;
        }
        var draft = new Draft(time, event.time());
        String words = line.substring(from);
        if (!words.startsWith(EXPIRATION + ": ")) {
            return server(draft, words).done();
        }
        String message = words.substring(EXPIRATION.length() + 2);
        int lease = message.indexOf(": lease_id=");
        if (lease < 0) {
            return server(draft, words).done();
        }
        String values = message.substring(lease + 2);
        return expiration(draft, message.substring(0, lease), value(values, "lease_id="), value(values, " error="))
                .done();
    }

    private static Draft expiration(Draft draft, String message, @Nullable String lease, @Nullable String error) {
        boolean revoked = message.equals("revoked lease");
        boolean failed = message.startsWith("failed to revoke lease") || message.contains("irrevocable");
        if (lease == null || !revoked && !failed) {
            return server(draft, message).id("lease", lease);
        }
        return draft.is(Kind.API_DELETE, revoked ? Outcome.SUCCESS : Outcome.FAILURE)
                .object(lease)
                .statement(message)
                .detail(error)
                .id("lease", lease);
    }

    private static Draft server(Draft draft, String message) {
        return draft.is(Kind.SERVER_MESSAGE, Outcome.UNKNOWN).detail(message);
    }

    /** hclog: a value with a space in it stands in quotes, one with line breaks on lines of its own to the end. */
    private static @Nullable String value(String values, String key) {
        int at = values.indexOf(key);
        if (at < 0) {
            return null;
        }
        int from = at + key.length();
        if (values.startsWith("\n", from)) {
            return values.substring(from + 1);
        }
        if (!values.startsWith("\"", from)) {
            int end = values.indexOf(' ', from);
            return values.substring(from, end < 0 ? values.length() : end).stripTrailing();
        }
        int end = from + 1;
        while (end < values.length() && values.charAt(end) != '"') {
            end += values.charAt(end) == '\\' ? 2 : 1;
        }
        return values.substring(from + 1, Math.min(end, values.length()));
    }

    private static boolean isLevel(String level) {
        return switch (level) {
            case "TRACE", "DEBUG", "INFO", "WARN", "ERROR" -> true;
            default -> false;
        };
    }

    /** What OpenBao prints before its log begins: {@code            Api Address: http://…}, right-aligned. */
    private static boolean isBanner(String line) {
        int colon = line.indexOf(": ");
        if (line.charAt(0) != ' ' || colon < 0 || colon > 40) {
            return false;
        }
        for (int i = 0; i < colon; i++) {
            char c = line.charAt(i);
            if (c != ' ' && c != '/' && c != '(' && c != ')' && !Character.isLetterOrDigit(c)) {
                return false;
            }
        }
        return true;
    }
}
