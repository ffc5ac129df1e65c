package dev.daypass.deployer.live;

import dev.daypass.session.SessionId;
import java.security.SecureRandom;
import java.time.Instant;

/**
 * The login that a probe makes for itself: {@code dpp_} and 26 characters. It is not called like a session user, since a session
 * user without an intent is a finding and an alarm.
 */
public record ProbeUser(String name) {
    /** What the names of all of them look like, as a regular expression of both engines. */
    public static final String NAME = "^dpp_[0-9a-z]{26}$";

    /** A name that no other probe has. */
    public static ProbeUser create(Instant now, SecureRandom random) {
        return new ProbeUser("dpp_" + SessionId.create(now, random).text());
    }

    @Override
    public String toString() {
        return name;
    }
}
