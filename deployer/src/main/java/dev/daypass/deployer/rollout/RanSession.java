package dev.daypass.deployer.rollout;

import dev.daypass.grant.GrantName;
import dev.daypass.session.SessionId;
import java.time.Instant;
import java.util.Optional;

/**
 * A session that ran while its grant was not as it was applied, by the record's word.
 *
 * @param agent who acted
 * @param owner who is accountable, where the intent names one
 * @param from its beginning
 * @param window its end at the latest
 * @param endedAt when the catalog showed it gone, where the record has its ending
 */
public record RanSession(
        SessionId session,
        GrantName grant,
        String agent,
        Optional<String> owner,
        Instant from,
        Instant window,
        Optional<Instant> endedAt) {}
