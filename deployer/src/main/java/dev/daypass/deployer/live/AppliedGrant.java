package dev.daypass.deployer.live;

import dev.daypass.digest.Sha256;
import dev.daypass.grant.GrantName;
import java.time.Instant;

/**
 * A line of the ledger that every apply keeps in the database itself.
 *
 * @param digest of {@code text}
 * @param text the grant's document as it was applied; with it a removed grant still says how its sessions are to end
 * @param appliedAt when, by the database's clock
 * @param appliedBy the login
 */
public record AppliedGrant(GrantName grant, Sha256 digest, String text, Instant appliedAt, String appliedBy) {}
