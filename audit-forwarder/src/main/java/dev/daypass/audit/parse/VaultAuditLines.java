package dev.daypass.audit.parse;

import dev.daypass.audit.line.Activity;
import dev.daypass.audit.line.Activity.Kind;
import dev.daypass.audit.line.Activity.Outcome;
import dev.daypass.audit.line.LogEvent;
import dev.daypass.audit.parse.JsonMembers.Values;
import org.jspecify.annotations.Nullable;

/**
 * OpenBao's audit devices: one line for a request and one for its response.
 *
 * <p>The session is, in this order: the one in the metadata of the token that the response hands out, the one in the metadata of the
 * token that asks, the one as whose login the credentials were made, all of which the server says; and only where none of these
 * names one, the header {@code X-Daypass-Session}, which is the caller's word. A caller with a session's token cannot pass for another
 * session; one without any (a login that failed, the broker before it has made the session's token) can name any.
 */
final class VaultAuditLines implements LineParser {
    private enum Member implements JsonMembers.Path {
        TIME("time"),
        TYPE("type"),
        ERROR("error"),
        ACCESSOR("auth/accessor"),
        DISPLAY_NAME("auth/display_name"),
        SESSION("auth/metadata/?session"),
        REQUEST("request/id"),
        OPERATION("request/operation"),
        PATH("request/path"),
        MOUNT("request/mount_point"),
        MOUNT_TYPE("request/mount_type"),
        HOST("request/remote_address"),
        PORT("request/remote_port#"),
        HEADER("request/headers/?x-daypass-session[]"),
        ROLE("request/?data/?role"),
        REQUEST_LEASE("request/?data/?lease_id"),
        REQUEST_ACCESSOR("request/?data/?accessor"),
        NEW_ACCESSOR("response/auth/accessor"),
        NEW_NAME("response/auth/display_name"),
        NEW_SESSION("response/auth/metadata/?session"),
        LEASE("response/secret/lease_id"),
        USERNAME("response/?data/?username"),
        ERROR_IN_DATA("response/?data/?error"),
        DATA_SIZE("response/?data/*");

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
            return read(JSON.read(event.text()), event);
        } catch (LineFault fault) {
            return Activity.unparsed(event.time(), fault.why());
        }
    }

    private static Activity read(Values<Member> line, LogEvent event) throws LineFault {
        String time = required(line, Member.TIME);
        String phase = required(line, Member.TYPE);
        String path = required(line, Member.PATH);
        String operation = required(line, Member.OPERATION);
        String request = required(line, Member.REQUEST);
        if (!phase.equals("request") && !phase.equals("response")) {
            throw new LineFault("neither request nor response");
        }
        Kind kind = kind(path, operation, line);
        Outcome outcome = outcome(phase, line);
        var draft = new Draft(Times.parse(time), event.time())
                .is(kind, outcome)
                .user(user(line))
                .sessionOfId(line.get(Member.NEW_SESSION))
                .sessionOfId(line.get(Member.SESSION))
                .sessionOfLogin(clear(line.get(Member.USERNAME)))
                .sessionOfId(mayBeNamedByCaller(path, outcome) ? line.get(Member.HEADER) : null)
                .from(PostgresRecord.peer(line.get(Member.HOST), line.get(Member.PORT)))
                .object(path)
                .statement(operation + " " + path)
                .detail(detail(line))
                .id("request", request)
                .id("phase", phase)
                .id("lease", first(line.get(Member.LEASE), clear(line.get(Member.REQUEST_LEASE))));
        // The token that a line makes or ends leads further than the one that asks for it.
        draft.id(
                "accessor",
                first(
                        line.get(Member.NEW_ACCESSOR),
                        first(clear(line.get(Member.REQUEST_ACCESSOR)), line.get(Member.ACCESSOR))));
        return draft.done();
    }

    /**
     * The header is the caller's own word. It leads to no session where Vault refused the request, nor where credentials are read, whose
     * session Vault itself knows.
     */
    private static boolean mayBeNamedByCaller(String path, Outcome outcome) {
        return outcome != Outcome.FAILURE && !path.startsWith("database/creds/");
    }

    private static Kind kind(String path, String operation, Values<Member> line) {
        if (path.startsWith("auth/token/")) {
            String what = path.substring("auth/token/".length());
            if (what.equals("create") || what.startsWith("create/") || what.equals("create-orphan")) {
                return Kind.SESSION_AUTHORIZE;
            }
            if (what.startsWith("revoke")) {
                return Kind.API_DELETE;
            }
            if (what.startsWith("renew")) {
                return Kind.API_UPDATE;
            }
        } else if (path.startsWith("auth/") && isLogin(path, line.get(Member.MOUNT))) {
            return Kind.LOGON;
        } else if (path.startsWith("sys/leases/revoke") || path.equals("sys/revoke")) {
            return Kind.API_DELETE;
        } else if (path.startsWith("sys/leases/renew") || path.equals("sys/renew")) {
            return Kind.API_UPDATE;
        } else if (operation.equals("read") && isCredentials(path, line)) {
            return Kind.SESSION_AUTHORIZE;
        }
        return switch (operation) {
            case "create" -> Kind.API_CREATE;
            case "read", "list", "scan", "help", "header", "resolve-role" -> Kind.API_READ;
            case "delete", "revoke" -> Kind.API_DELETE;
            // update, patch, renew, rollback, and what a later version may add
            default -> Kind.API_UPDATE;
        };
    }

    /** {@code auth/<mount>/login}, or with a name after it, as userpass has it. */
    private static boolean isLogin(String path, @Nullable String mount) {
        String begin = mount != null && mount.startsWith("auth/") && path.startsWith(mount)
                ? mount
                : path.substring(0, path.indexOf('/', "auth/".length()) + 1);
        String what = path.substring(begin.length());
        return what.equals("login") || what.startsWith("login/");
    }

    private static boolean isCredentials(String path, Values<Member> line) {
        String mount = line.get(Member.MOUNT);
        return path.startsWith("database/creds/")
                || "database".equals(line.get(Member.MOUNT_TYPE))
                        && mount != null
                        && path.startsWith(mount)
                        && path.startsWith("creds/", mount.length());
    }

    private static Outcome outcome(String phase, Values<Member> line) {
        String error = line.get(Member.ERROR);
        if (error != null && !error.isEmpty() || isErrorResponse(line)) {
            return Outcome.FAILURE;
        }
        return phase.equals("response") ? Outcome.SUCCESS : Outcome.UNKNOWN;
    }

    /** OpenBao's own test of a response (logical.Response.IsError): "error" is the only thing in it. */
    private static boolean isErrorResponse(Values<Member> line) {
        return line.get(Member.ERROR_IN_DATA) != null && "1".equals(line.get(Member.DATA_SIZE));
    }

    private static @Nullable String detail(Values<Member> line) {
        return first(line.get(Member.ERROR), isErrorResponse(line) ? clear(line.get(Member.ERROR_IN_DATA)) : null);
    }

    private static @Nullable String user(Values<Member> line) {
        return first(line.get(Member.DISPLAY_NAME), first(line.get(Member.NEW_NAME), clear(line.get(Member.ROLE))));
    }

    private static @Nullable String first(@Nullable String one, @Nullable String other) {
        return one == null || one.isEmpty() ? other : one;
    }

    /** A value as it was; null for one that the audit device hid behind its HMAC. */
    private static @Nullable String clear(@Nullable String value) {
        return value == null || value.startsWith("hmac-sha256:") ? null : value;
    }

    private static String required(Values<Member> line, Member member) throws LineFault {
        String value = line.get(member);
        if (value == null) {
            throw new LineFault("no member " + member.path());
        }
        return value;
    }
}
