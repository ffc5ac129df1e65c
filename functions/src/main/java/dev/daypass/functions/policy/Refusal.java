package dev.daypass.functions.policy;

import dev.daypass.grant.GrantName;
import dev.daypass.grant.RefusalReason;
import java.util.Optional;

/**
 * Why policy gave nothing.
 *
 * @param reason the rule that failed
 * @param detail the two values it compared, in words
 * @param accepted what would be taken
 * @param nearest a grant that this agent may use and whose name is like the one asked for
 */
public record Refusal(RefusalReason reason, String detail, Optional<String> accepted, Optional<GrantName> nearest) {}
