package dev.daypass.functions.policy;

import dev.daypass.grant.GrantName;
import java.util.Optional;

/**
 * Why policy gave nothing.
 *
 * @param reason the rule that failed
 * @param detail the two values it compared, in words
 * @param accepted what would be taken
 * @param nearest a grant that this agent may use and whose name is like the one asked for
 */
public record Refusal(Reason reason, String detail, Optional<String> accepted, Optional<GrantName> nearest) {
    /** The rules. */
    public enum Reason {
        GRANT_UNKNOWN("grant_unknown"),
        GRANT_NOT_ALLOWED("grant_not_allowed"),
        TTL_TOO_SHORT("ttl_too_short"),
        TTL_TOO_LONG("ttl_too_long"),
        PURPOSE_MISSING("purpose_missing"),
        PURPOSE_NOT_ACCEPTED("purpose_not_accepted"),
        PURPOSE_HOLDS_CARD_NUMBER("purpose_holds_card_number");

        private final String code;

        Reason(String code) {
            this.code = code;
        }

        public String code() {
            return code;
        }
    }
}
