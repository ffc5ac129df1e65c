package dev.daypass.functions.events;

import dev.daypass.session.SessionId;
import java.util.Optional;

/**
 * One thing that Daypass did or refused. It carries the six fields of PCI DSS 10.2.2: who, what kind, when (added by
 * {@link Events}), success or failure, from where, and what object.
 *
 * @param kind what kind
 * @param success whether it succeeded
 * @param reason the stable code of a failure, or of why a session ended
 * @param detail in words, without secrets
 * @param who who did it
 * @param origin from where: an address, or the name of a function
 * @param requestId the correlation id
 * @param session the session, once there is one
 * @param object what it was done to: a grant, a database, or a role
 */
public record Event(
        Kind kind,
        boolean success,
        Optional<String> reason,
        Optional<String> detail,
        Who who,
        String origin,
        String requestId,
        Optional<SessionId> session,
        String object) {

    /** The closed vocabulary. */
    public enum Kind {
        SESSION_VEND("session.vend"),
        SESSION_RENEW("session.renew"),
        SESSION_STATUS("session.status"),
        SESSION_END("session.end"),
        /** An operator's request, for all sessions that it matched. */
        SESSIONS_END("sessions.end"),
        GRANTS_LIST("grants.list"),
        SWEEP_RUN("sweep.run"),
        /** The sweep cancelled statements of a session; the object is the session's user. */
        STATEMENTS_CANCEL("statements.cancel"),
        /** A mark was sent through a database's log; the detail of one that went is the mark, the object the database. */
        CANARY_RUN("canary.run"),
        /** A role in the catalog that no session explains. */
        SWEEP_FINDING("sweep.finding");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        public String code() {
            return code;
        }
    }

    /**
     * Who did it, as far as it is known.
     *
     * @param issuer the token's issuer; empty for an operator, the sweep, and a token that was not verified
     * @param subject the token's subject, an operator's ARN, {@code sweep}, or {@code unverified}
     * @param agent who acts
     * @param owner who is accountable
     */
    public record Who(Optional<String> issuer, String subject, Optional<String> agent, Optional<String> owner) {
        /** Someone whose token was not accepted. */
        public static final Who UNVERIFIED = named("unverified");

        public static Who named(String name) {
            return new Who(Optional.empty(), name, Optional.empty(), Optional.empty());
        }
    }
}
