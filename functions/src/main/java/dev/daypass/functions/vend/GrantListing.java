package dev.daypass.functions.vend;

import dev.daypass.functions.identity.TokenRejection;
import dev.daypass.grant.GrantPolicy;
import java.util.List;

/** The grants that a token could ask for, or why it could ask for none. */
public sealed interface GrantListing {
    record Listed(List<GrantPolicy> grants) implements GrantListing {}

    record TokenRejected(TokenRejection reason, String detail) implements GrantListing {}
}
