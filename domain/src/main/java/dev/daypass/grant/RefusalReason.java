package dev.daypass.grant;

import java.util.Arrays;
import java.util.Optional;

/** The rules by which policy refuses a request, as the API and the record spell them. */
public enum RefusalReason {
    GRANT_UNKNOWN("grant_unknown"),
    GRANT_NOT_ALLOWED("grant_not_allowed"),
    TTL_TOO_SHORT("ttl_too_short"),
    TTL_TOO_LONG("ttl_too_long"),
    PURPOSE_MISSING("purpose_missing"),
    PURPOSE_NOT_ACCEPTED("purpose_not_accepted"),
    PURPOSE_HOLDS_CARD_NUMBER("purpose_holds_card_number");

    private final String code;

    RefusalReason(String code) {
        this.code = code;
    }

    public String code() {
        return code;
    }

    public static Optional<RefusalReason> parse(String code) {
        return Arrays.stream(values())
                .filter(reason -> reason.code.equals(code))
                .findFirst();
    }
}
