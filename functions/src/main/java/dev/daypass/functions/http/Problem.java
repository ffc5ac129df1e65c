package dev.daypass.functions.http;

import dev.daypass.functions.identity.TokenRejection;
import dev.daypass.functions.json.Printable;
import dev.daypass.functions.peer.PeerException.Peer;
import dev.daypass.functions.policy.Refusal;
import dev.daypass.functions.vend.VendOutcome;
import dev.daypass.grant.GrantName;
import java.util.Collection;
import java.util.Optional;

/**
 * A refusal on its way to the caller, as an RFC 9457 problem. It is thrown within this package only, has no stack trace,
 * and holds nothing secret.
 */
final class Problem extends Exception {
    private static final long serialVersionUID = 1L;

    /** After a failed peer: long enough for a restart, short enough for a person who waits. */
    private static final int RETRY_AFTER_SECONDS = 2;

    /** For somebody else's session to end, which takes minutes rather than seconds. */
    private static final int RETRY_AFTER_FULL_SECONDS = 15;

    private final int status;
    private final String code;
    private final String title;
    private final String detail;
    private final Optional<String> field;
    private final Optional<String> accepted;
    private final Optional<String> nearestGrant;
    private final boolean retryable;
    private final int retryAfterSeconds;

    private Problem(Builder b) {
        super(b.detail, null, false, false);
        this.status = b.status;
        this.code = b.code;
        this.title = b.title;
        this.detail = b.detail;
        this.field = b.field;
        this.accepted = b.accepted;
        this.nearestGrant = b.nearestGrant.map(GrantName::text);
        this.retryable = b.retryable;
        this.retryAfterSeconds = b.retryAfterSeconds;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String title() {
        return title;
    }

    String detail() {
        return detail;
    }

    Optional<String> field() {
        return field;
    }

    Optional<String> accepted() {
        return accepted;
    }

    Optional<String> nearestGrant() {
        return nearestGrant;
    }

    boolean retryable() {
        return retryable;
    }

    int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    static Problem tokenMissing() {
        return new Builder(401, "token_missing", "A bearer token is required", "there is no Authorization: Bearer …")
                .field("Authorization")
                .accepted("Bearer and a token of a trusted issuer, or a session's handle")
                .build();
    }

    static Problem token(TokenRejection reason, String detail) {
        boolean retryable = reason.retryable();
        return new Builder(
                        retryable ? 503 : 401,
                        reason.code(),
                        retryable ? "The token cannot be checked now" : "The token is not accepted",
                        detail)
                .field("Authorization")
                .retryable(retryable)
                .build();
    }

    static Problem policy(Refusal refusal) {
        var reason = refusal.reason();
        var builder = switch (reason) {
            case GRANT_UNKNOWN ->
                new Builder(404, reason.code(), "There is no such grant", refusal.detail()).field("grant");
            case GRANT_NOT_ALLOWED ->
                new Builder(403, reason.code(), "The token is not entitled to this grant", refusal.detail())
                        .field("grant");
            case TTL_TOO_SHORT, TTL_TOO_LONG ->
                new Builder(422, reason.code(), "The ttl is not what the grant allows", refusal.detail()).field("ttl");
            case PURPOSE_MISSING, PURPOSE_NOT_ACCEPTED, PURPOSE_HOLDS_CARD_NUMBER ->
                new Builder(422, reason.code(), "The purpose is not what the grant asks for", refusal.detail())
                        .field("purpose");
        };
        refusal.accepted().ifPresent(builder::accepted);
        builder.nearestGrant = refusal.nearest();
        return builder.build();
    }

    static Problem vend(VendOutcome.Failed failed) {
        var reason = failed.reason();
        return switch (reason) {
            case TOKEN_REPLAYED ->
                new Builder(409, reason.code(), "The token was used before", failed.detail())
                        .field("Authorization")
                        .accepted("a fresh token")
                        .build();
            case IDEMPOTENCY_IN_PROGRESS ->
                new Builder(409, reason.code(), "The earlier request of this key is not over", failed.detail())
                        .field("Idempotency-Key")
                        .retryable(true)
                        .build();
            // RFC 6585 §4
            case SESSIONS_EXHAUSTED ->
                new Builder(429, reason.code(), "The grant's sessions are all in use", failed.detail())
                        .field("grant")
                        .retryAfter(RETRY_AFTER_FULL_SECONDS)
                        .build();
            case VAULT_REFUSED ->
                new Builder(
                                403,
                                reason.code(),
                                "Vault does not accept the token for this grant",
                                "Vault checks the same claims a second time, and refused")
                        .build();
            case EVIDENCE_UNAVAILABLE, STATE_UNAVAILABLE, VAULT_UNAVAILABLE, MINT_FAILED, MINT_OUTCOME_UNKNOWN -> {
                var builder = new Builder(
                                503,
                                reason.code(),
                                "No session was given",
                                "nothing usable was made; the correlation id leads an operator to the cause")
                        .retryable(true);
                if (failed.tokenSpent()) {
                    builder.accepted("the same request with a fresh token: this issuer's tokens work once");
                }
                yield builder.build();
            }
        };
    }

    /** Which part it is, and nothing more: where it is and what it said stands in the event of the same correlation id. */
    static Problem peer(Peer peer) {
        return new Builder(
                        503,
                        peer.code(),
                        "A part that is needed did not answer",
                        "it may be back in a moment; the correlation id leads an operator to the cause")
                .retryable(true)
                .build();
    }

    static Problem routeUnknown(String method, String path) {
        return new Builder(404, "route_unknown", "There is no such route", method + " " + printable(path)).build();
    }

    static Problem requestTooLarge(int limit) {
        return new Builder(413, "request_too_large", "The body is too large", "the body was not read")
                .accepted("at most " + limit + " bytes")
                .build();
    }

    static Problem requestMalformed(String detail) {
        return new Builder(400, "request_malformed", "The body is not a JSON object", detail)
                .accepted("a JSON object in UTF-8")
                .build();
    }

    static Problem fieldUnknown(String name, Collection<String> known) {
        return new Builder(400, "field_unknown", "Unknown field", printable(name) + " is not a field of this request")
                .field(bare(name))
                .accepted(String.join(", ", known))
                .build();
    }

    static Problem fieldMissing(String name, String accepted) {
        return new Builder(400, "field_missing", "A field is missing", name + " is required")
                .field(name)
                .accepted(accepted)
                .build();
    }

    static Problem fieldMalformed(String name, String accepted) {
        return new Builder(400, "field_malformed", "A field is malformed", name + " is not " + accepted)
                .field(name)
                .accepted(accepted)
                .build();
    }

    static Problem headerMalformed(String name, String accepted) {
        return new Builder(400, "header_malformed", "A header is malformed", name + " is not " + accepted)
                .field(name)
                .accepted(accepted)
                .build();
    }

    static Problem sessionUnknown() {
        return new Builder(404, "session_unknown", "There is no such session", "no session of this identifier is known")
                .field("session")
                .build();
    }

    static Problem sessionNotYours() {
        return new Builder(
                        403,
                        "session_not_yours",
                        "The session belongs to another agent",
                        "neither its handle nor an accepted token of its issuer and subject was shown")
                .field("Authorization")
                .accepted(
                        "the session's handle; or a token of the same issuer and subject, where that issuer's tokens work more than once")
                .build();
    }

    static Problem sessionNotActive(String status) {
        return new Builder(409, "session_not_active", "The session is over", "the session is " + status)
                .field("session")
                .accepted("an ACTIVE session")
                .build();
    }

    static Problem grantChanged(String grant) {
        return new Builder(
                        409,
                        "grant_changed",
                        "The grant's text has changed",
                        "grant " + grant + " is not the one this session began under; it runs out and is not renewed")
                .field("session")
                .accepted("a new session")
                .build();
    }

    static Problem ttl(String code, String detail, String accepted) {
        return new Builder(422, code, "The ttl is not what the grant allows", detail)
                .field("ttl")
                .accepted(accepted)
                .build();
    }

    static Problem renewalsExhausted(String grant, int renewals) {
        return new Builder(
                        409,
                        "renewals_exhausted",
                        "The session cannot be renewed again",
                        "grant " + grant + " allows " + renewals + " renewal" + (renewals == 1 ? "" : "s")
                                + " of a session; this one runs out at the end of its lease")
                .field("session")
                .accepted("a new session")
                .build();
    }

    static Problem windowReached(String window) {
        return new Builder(422, "window_reached", "The session's window has ended", "no lease goes past " + window)
                .field("ttl")
                .accepted("a new session")
                .build();
    }

    static Problem iamRequired() {
        return new Builder(403, "iam_required", "This route is for operators", "the request was not authorised by IAM")
                .accepted("a SigV4 signature of a principal that may call execute-api:Invoke on this route")
                .build();
    }

    /** A member's name as it was sent, where it is an ordinary one. */
    private static String bare(String name) {
        boolean ordinary = name.length() <= 64 && name.chars().allMatch(c -> c > 0x20 && c < 0x7f);
        return ordinary ? name : printable(name);
    }

    /** Untrusted text for a message: printable ASCII, at most 64 characters. */
    private static String printable(String text) {
        return Printable.of(text);
    }

    private static final class Builder {
        private final int status;
        private final String code;
        private final String title;
        private final String detail;
        private Optional<String> field = Optional.empty();
        private Optional<String> accepted = Optional.empty();
        private Optional<GrantName> nearestGrant = Optional.empty();
        private boolean retryable;
        private int retryAfterSeconds = RETRY_AFTER_SECONDS;

        Builder(int status, String code, String title, String detail) {
            this.status = status;
            this.code = code;
            this.title = title;
            this.detail = detail;
        }

        Builder field(String name) {
            field = Optional.of(name);
            return this;
        }

        Builder accepted(String what) {
            accepted = Optional.of(what);
            return this;
        }

        Builder retryAfter(int seconds) {
            retryAfterSeconds = seconds;
            return retryable(true);
        }

        Builder retryable(boolean is) {
            retryable = is;
            return this;
        }

        Problem build() {
            return new Problem(this);
        }
    }
}
