package dev.daypass.audit.join;

import dev.daypass.audit.line.Activity;
import dev.daypass.audit.line.Activity.Kind;
import dev.daypass.audit.line.Activity.Outcome;
import dev.daypass.evidence.Source;
import dev.daypass.session.SessionUser;
import java.util.Optional;

/** What must not be: a use of a database or of Vault that no locked intent explains. */
public enum Finding {
    /** A database login called {@code dp_…} without an intent. */
    LOGIN_WITHOUT_INTENT("login_without_intent"),
    /** Credentials that Vault gave out without an intent. */
    CREDENTIALS_WITHOUT_INTENT("credentials_without_intent");

    private static final String CREDENTIALS = "database/creds/";

    /** The witness's own logins, which read catalogs and end what is left of sessions; no grant's name begins so. */
    private static final String WITNESS = CREDENTIALS + "witness-";

    private final String code;

    Finding(String code) {
        this.code = code;
    }

    /** The stable code in records and reports. */
    public String code() {
        return code;
    }

    /**
     * @param facts who is behind the session that the line names; empty if it names none, or one that there is not
     */
    public static Optional<Finding> of(Source source, Activity activity, Optional<SessionFacts> facts) {
        if (facts.isPresent()) {
            return Optional.empty();
        }
        return switch (source) {
            case POSTGRESQL, MARIADB ->
                // A login that was refused has an end as well, under whatever name was tried.
                activity.kind() != Kind.SERVER_MESSAGE
                                && activity.kind() != Kind.LOGOFF
                                && activity.outcome() != Outcome.FAILURE
                                && activity.user()
                                        .filter(u -> u.startsWith(SessionUser.PREFIX))
                                        .isPresent()
                        ? Optional.of(LOGIN_WITHOUT_INTENT)
                        : Optional.empty();
            case VAULT_AUDIT ->
                activity.outcome() == Outcome.SUCCESS
                                && activity.object()
                                        .filter(path -> path.startsWith(CREDENTIALS) && !path.startsWith(WITNESS))
                                        .isPresent()
                        ? Optional.of(CREDENTIALS_WITHOUT_INTENT)
                        : Optional.empty();
            default -> Optional.empty();
        };
    }
}
