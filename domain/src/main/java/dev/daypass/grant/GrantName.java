package dev.daypass.grant;

import java.util.Optional;

/**
 * A grant's name: 1 to 40 characters, lower-case letters, digits and single hyphens between them, beginning with a
 * letter. The alphabet is narrow because the name becomes part of a database role, a Vault path and a policy name.
 */
public record GrantName(String text) {
    private static final int MAX_LENGTH = 40;

    /** @throws IllegalArgumentException if the text is not a grant's name */
    public GrantName {
        if (!isWellFormed(text)) {
            throw new IllegalArgumentException(
                    "not a grant name: expected 1 to 40 of a-z, 0-9 and single hyphens, beginning with a letter");
        }
    }

    /** Untrusted text: empty unless it is exactly a grant's name. */
    public static Optional<GrantName> parse(String text) {
        return isWellFormed(text) ? Optional.of(new GrantName(text)) : Optional.empty();
    }

    /** The NOLOGIN role that holds the grant's privileges; session users are only ever members of it. */
    public String groupRole() {
        return "dpg_" + text.replace('-', '_');
    }

    @Override
    public String toString() {
        return text;
    }

    private static boolean isWellFormed(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH || text.charAt(0) < 'a' || text.charAt(0) > 'z') {
            return false;
        }
        boolean afterHyphen = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean hyphen = c == '-';
            if (!(hyphen || c >= 'a' && c <= 'z' || c >= '0' && c <= '9') || hyphen && afterHyphen) {
                return false;
            }
            afterHyphen = hyphen;
        }
        return !afterHyphen;
    }
}
