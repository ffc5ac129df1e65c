package dev.daypass.functions.lifecycle;

import dev.daypass.functions.identity.TokenRejection;
import dev.daypass.functions.state.Session;
import dev.daypass.grant.GrantName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What became of a request about an existing session. */
public sealed interface Lifecycle {
    /** Done, or as far as that was possible; the session as it is now. */
    record Done(Session session) implements Lifecycle {}

    record Unknown() implements Lifecycle {}

    record NotYours() implements Lifecycle {}

    record TokenRejected(TokenRejection reason, String detail) implements Lifecycle {}

    record NotActive(String status) implements Lifecycle {}

    /** The grant's text has changed since the session began; it is drained, not renewed. */
    record GrantChanged(String grant) implements Lifecycle {}

    /** The session was renewed as often as its grant allows. */
    record RenewalsExhausted(GrantName grant, int renewals) implements Lifecycle {}

    record TtlTooLong(Duration asked, Duration longest) implements Lifecycle {}

    record WindowReached(Instant window) implements Lifecycle {}

    /**
     * What an operator's request ended.
     *
     * @param ended verified
     * @param ending under way, to be finished by the sweep
     * @param more whether the request should be sent again
     */
    record Ended(List<Session> ended, List<Session> ending, boolean more) {}
}
