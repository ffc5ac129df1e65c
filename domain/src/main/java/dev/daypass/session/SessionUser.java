package dev.daypass.session;

import java.util.Optional;

/**
 * The database login of exactly one session: {@code dp_} and the session's identifier, 29 characters, which fits
 * PostgreSQL's 63 bytes and MySQL's 32. The name determines the session and is never used again.
 */
public record SessionUser(SessionId session) {
    /** What every session user's name begins with. Group roles begin with {@code dpg_}, witnesses with {@code dpw_}. */
    public static final String PREFIX = "dp_";

    /** Untrusted text: empty unless it is exactly the name of a session user. */
    public static Optional<SessionUser> parse(String name) {
        return name.startsWith(PREFIX)
                ? SessionId.parse(name.substring(PREFIX.length())).map(SessionUser::new)
                : Optional.empty();
    }

    /** The name as the database knows it. */
    public String name() {
        return PREFIX + session.text();
    }

    @Override
    public String toString() {
        return name();
    }
}
