package dev.daypass.deployer.live;

import dev.daypass.grant.GrantName;
import java.util.List;
import java.util.Optional;

/**
 * What has to change in a database for one grant.
 *
 * @param grant empty for the database's own set-up
 * @param effect what it means for sessions
 * @param differences what a reviewer reads; never empty
 * @param statements what will run, in order
 */
public record GrantChange(
        Optional<GrantName> grant, Effect effect, List<Difference> differences, List<String> statements) {
    public GrantChange {
        differences = List.copyOf(differences);
        statements = List.copyOf(statements);
    }

    /** What a change means for sessions. */
    public enum Effect {
        /** The database's own set-up: the ledger, the masking key. */
        SETS_UP,
        /** A grant that was not there. */
        ADDS,
        /** The document allows all that the applied one did, and more, or what it allows is the same. */
        WIDENS,
        /** Something that was allowed no longer is: live sessions end or drain first. */
        NARROWS,
        /** There is no document any more: live sessions end or drain first. */
        REMOVES,
        /** The document is the one that was applied; somebody changed the database by hand since. */
        REPAIRS
    }

    /** One object that differs. */
    public record Difference(Action action, String object, Optional<String> live, Optional<String> wanted) {}

    /** What becomes of the object. */
    public enum Action {
        ADD,
        CHANGE,
        REMOVE
    }
}
