package dev.daypass.audit.reconcile;

import dev.daypass.session.SessionId;
import java.util.Comparator;
import java.util.Optional;

/**
 * One thing that is not as it has to be. It holds names, times and numbers, and never a line's text.
 *
 * @param code which of the closed list
 * @param source the code of the source it was found in
 * @param object what it is about: a log stream, a connection, a step, a database
 * @param session the session, if it is about one
 * @param detail in words
 */
public record Finding(Code code, String source, String object, Optional<SessionId> session, String detail)
        implements Comparable<Finding> {
    private static final Comparator<Finding> ORDER = Comparator.comparing(Finding::code)
            .thenComparing(Finding::source)
            .thenComparing(Finding::object)
            .thenComparing(f -> f.session().map(SessionId::text).orElse(""))
            .thenComparing(Finding::detail);

    /** The closed list of {@code docs/record.md}. */
    public enum Code {
        LINE_MISSING("line_missing"),
        LINE_UNKNOWN("line_unknown"),
        LINE_GAP("line_gap"),
        CONNECT_WITHOUT_DISCONNECT("connect_without_disconnect"),
        DISCONNECT_WITHOUT_CONNECT("disconnect_without_connect"),
        REQUEST_WITHOUT_RESPONSE("request_without_response"),
        RESPONSE_WITHOUT_REQUEST("response_without_request"),
        CHAIN_BROKEN("chain_broken"),
        CANARY_MISSING("canary_missing"),
        LOGIN_WITHOUT_INTENT("login_without_intent"),
        CREDENTIALS_WITHOUT_INTENT("credentials_without_intent"),
        LOG_GROUP_UNREADABLE("log_group_unreadable");

        private final String code;

        Code(String code) {
            this.code = code;
        }

        public String code() {
            return code;
        }
    }

    @Override
    public int compareTo(Finding other) {
        return ORDER.compare(this, other);
    }
}
