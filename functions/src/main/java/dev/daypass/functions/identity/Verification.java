package dev.daypass.functions.identity;

import dev.daypass.identity.TrustedIssuer;
import java.util.Optional;

/** What became of a token. */
public sealed interface Verification {
    /**
     * Every check passed.
     *
     * @param keysAreStale whether the issuer's keys are older than they should be, though still inside the bound: then
     *     call {@link TokenVerifier#refreshKeys} while waiting for something else, before the answer
     */
    record Verified(VerifiedAgent agent, boolean keysAreStale) implements Verification {}

    /**
     * One check failed; those after it in {@link TokenVerifier}'s order were not made.
     *
     * @param detail which claim or rule, with the two values compared where neither is secret; printable ASCII, at most
     *     64 characters of any text from the token. For the log and for the caller
     * @param issuer the trusted issuer that the token names; nothing shows that it comes from there
     */
    record Rejected(TokenRejection reason, String detail, Optional<TrustedIssuer> issuer) implements Verification {}
}
