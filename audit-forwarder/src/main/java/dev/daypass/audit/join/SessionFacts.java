package dev.daypass.audit.join;

import dev.daypass.digest.Sha256;
import dev.daypass.grant.GrantName;
import java.util.Optional;

/**
 * Who is behind a session, fixed before its user existed.
 *
 * @param agent who acts
 * @param owner who is accountable; absent only where the issuer's document allows it
 * @param grant what it may do
 * @param grantDigest SHA-256 of the grant's text
 */
public record SessionFacts(String agent, Optional<String> owner, GrantName grant, Sha256 grantDigest) {}
