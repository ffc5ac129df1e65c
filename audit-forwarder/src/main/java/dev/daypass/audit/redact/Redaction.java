package dev.daypass.audit.redact;

import java.util.Map;

/**
 * Text that may be locked.
 *
 * @param text the text without card numbers and secrets
 * @param counts how many pieces each rule replaced, by the rule's code; empty if the text is as it was
 */
public record Redaction(String text, Map<Rule, Integer> counts) {
    /** What is taken out. */
    public enum Rule {
        PAN("pan"),
        CVV("cvv"),
        TRACK("track"),
        PASSWORD("password"),
        SCRAM("scram"),
        JWT("jwt"),
        VAULT_TOKEN("vault-token"),
        PRIVATE_KEY("private-key");

        private final String code;

        Rule(String code) {
            this.code = code;
        }

        public String code() {
            return code;
        }
    }
}
