package dev.daypass.functions.lifecycle;

import dev.daypass.functions.identity.BearerToken;
import dev.daypass.session.Handle;

/** Who wants something of an existing session, by what it shows. */
public sealed interface Caller {
    /** The session's handle. */
    record Holder(Handle handle) implements Caller {}

    /** An identity token, unverified. */
    record Token(BearerToken token) implements Caller {}
}
