package dev.daypass.audit.parse;

import dev.daypass.audit.line.Activity;
import dev.daypass.audit.line.Activity.Kind;
import dev.daypass.audit.line.Activity.Outcome;
import dev.daypass.audit.line.LogEvent;
import dev.daypass.audit.parse.JsonMembers.Values;

/**
 * Daypass's own events, {@code daypass-event/1}, and what else Lambda puts into a function's log group. A renewal is an update: the
 * session was authorized when it was vended, and a renewal adds time and no right.
 */
final class DaypassLines implements LineParser {
    private static final String BEGINNING = "{\"format\":\"daypass-event/1\",";
    private static final String[] PLATFORM = {
        "START RequestId: ",
        "END RequestId: ",
        "REPORT RequestId: ",
        "INIT_START Runtime Version: ",
        "INIT_REPORT ",
        "RESTORE_START Runtime Version: ",
        "RESTORE_REPORT ",
        "XRAY TraceId: ",
        "EXTENSION\tName: ",
        // with JSON as the function's log format; and metrics in their embedded format
        "{\"time\":\"",
        "{\"_aws\":{"
    };

    private enum Member implements JsonMembers.Path {
        FORMAT("format"),
        TIME("time"),
        KIND("kind"),
        OUTCOME("outcome"),
        REASON("reason"),
        DETAIL("detail"),
        SUBJECT("subject"),
        AGENT("agent"),
        ORIGIN("origin"),
        REQUEST("requestId"),
        SESSION("session"),
        OBJECT("object");

        private final String path;

        Member(String path) {
            this.path = path;
        }

        @Override
        public String path() {
            return path;
        }
    }

    private enum PlatformMember implements JsonMembers.Path {
        TIME("?time"),
        TYPE("?type"),
        METRICS("?_aws/*");

        private final String path;

        PlatformMember(String path) {
            this.path = path;
        }

        @Override
        public String path() {
            return path;
        }
    }

    private static final JsonMembers<Member> JSON = new JsonMembers<>(Member.class);
    private static final JsonMembers<PlatformMember> PLATFORM_JSON = new JsonMembers<>(PlatformMember.class);

    @Override
    public Activity parse(LogEvent event) {
        if (event.text().isEmpty()) {
            return Activity.unparsed(event.time(), "empty line");
        }
        try {
            return event.text().startsWith(BEGINNING) ? own(JSON.read(event.text()), event) : platform(event);
        } catch (LineFault fault) {
            return Activity.unparsed(event.time(), fault.why());
        }
    }

    private static Activity own(Values<Member> line, LogEvent event) throws LineFault {
        String kind = required(line, Member.KIND);
        Outcome outcome = switch (required(line, Member.OUTCOME)) {
            case "success" -> Outcome.SUCCESS;
            case "failure" -> Outcome.FAILURE;
            default -> throw new LineFault("neither success nor failure");
        };
        String agent = line.get(Member.AGENT);
        return new Draft(Times.parse(required(line, Member.TIME)), event.time())
                .is(kind(kind), outcome)
                .user(agent == null ? required(line, Member.SUBJECT) : agent)
                .sessionOfId(line.get(Member.SESSION))
                .from(required(line, Member.ORIGIN))
                .object(required(line, Member.OBJECT))
                .statement(kind)
                .detail(line.get(Member.DETAIL))
                .code(line.get(Member.REASON))
                .id("request", required(line, Member.REQUEST))
                .done();
    }

    private static Kind kind(String kind) throws LineFault {
        return switch (kind) {
            case "session.vend" -> Kind.SESSION_AUTHORIZE;
            case "session.renew" -> Kind.API_UPDATE;
            case "session.status", "grants.list" -> Kind.API_READ;
            case "session.end" -> Kind.LOGOFF;
            // an operator's request; every session that it ends is a line of its own
            case "sessions.end" -> Kind.API_DELETE;
            case "sweep.run", "sweep.finding", "canary.run", "statements.cancel" -> Kind.SERVER_MESSAGE;
            default -> throw new LineFault("no kind of Daypass's");
        };
    }

    private static Activity platform(LogEvent event) throws LineFault {
        String line = event.text();
        for (String beginning : PLATFORM) {
            if (line.startsWith(beginning)) {
                return line.charAt(0) == '{' ? platformJson(event) : message(new Draft(null, event.time()), line);
            }
        }
        throw new LineFault("neither an event of Daypass's nor a line of Lambda's");
    }

    private static Activity platformJson(LogEvent event) throws LineFault {
        Values<PlatformMember> line = PLATFORM_JSON.read(event.text());
        String type = line.get(PlatformMember.TYPE);
        String time = line.get(PlatformMember.TIME);
        if (line.get(PlatformMember.METRICS) == null && (type == null || !type.startsWith("platform."))) {
            throw new LineFault("neither an event of Daypass's nor a line of Lambda's");
        }
        return message(new Draft(time == null ? null : Times.parse(time), event.time()), event.text());
    }

    private static Activity message(Draft draft, String text) {
        return draft.is(Kind.SERVER_MESSAGE, Outcome.UNKNOWN).detail(text).done();
    }

    private static String required(Values<Member> line, Member member) throws LineFault {
        String value = line.get(member);
        if (value == null) {
            throw new LineFault("no member " + member.path());
        }
        return value;
    }
}
