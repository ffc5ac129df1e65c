package dev.daypass.deployer.live;

import java.util.Comparator;
import java.util.Optional;

/**
 * One thing that a session could do.
 *
 * @param kind of object
 * @param object qualified; a column with its table, a function with its argument types
 * @param right as SQL spells it, in lower case: {@code select}, {@code execute}, {@code connect}; {@code own} for an owner
 * @param reason how the session comes by it
 * @param via the role, owner or default privilege behind the reason; empty where the reason says it all
 * @param standing whether that is as it should be
 * @param closing the statement that takes it away, where it is BEYOND and one statement can
 */
public record Privilege(
        Kind kind, String object, String right, Reason reason, String via, Standing standing, Optional<String> closing)
        implements Comparable<Privilege> {
    private static final Comparator<Privilege> ORDER = Comparator.comparing(Privilege::kind)
            .thenComparing(Privilege::object)
            .thenComparing(Privilege::right)
            .thenComparing(Privilege::reason)
            .thenComparing(Privilege::via);

    /** What a privilege can be on. */
    public enum Kind {
        SERVER("server"),
        ROLE("role"),
        DATABASE("database"),
        SCHEMA("schema"),
        TABLE("table"),
        COLUMN("column"),
        SEQUENCE("sequence"),
        FUNCTION("function"),
        LANGUAGE("language"),
        TYPE("type"),
        LARGE_OBJECT("large object"),
        PARAMETER("parameter"),
        TABLESPACE("tablespace"),
        FOREIGN_DATA_WRAPPER("foreign data wrapper"),
        FOREIGN_SERVER("foreign server"),
        DEFAULT_PRIVILEGE("default privilege"),
        /** Anything else that can be owned, described as the server describes it: a publication, an operator. */
        OTHER("object");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /** How a session comes by a privilege. */
    public enum Reason {
        /** The grant's own group. */
        GROUP,
        /** Everybody has it. */
        PUBLIC,
        /** A role that the group is a member of, or that a session could become. */
        INHERITED_ROLE,
        /** It will be given to objects that do not exist yet. */
        DEFAULT_PRIVILEGE,
        /** The group, or a role that it inherits, owns it. */
        OWNER,
        /** A function that runs with its owner's rights may be called. */
        DEFINER_FUNCTION,
        /** An attribute of the group, such as SUPERUSER. */
        ATTRIBUTE
    }

    /** Whether a privilege is as it should be. */
    public enum Standing {
        /** The document says so. */
        DOCUMENT,
        /** A pristine server of this version gives it to everybody. */
        BASELINE,
        /** Beyond both, and the database's document lives with it. */
        ACCEPTED,
        /** Beyond all of that: an error. */
        BEYOND
    }

    /** As a database document's {@code accepts} names it: {@code connect on database postgres}. */
    public String text() {
        return right + " on " + kind.word() + " " + object;
    }

    @Override
    public int compareTo(Privilege other) {
        return ORDER.compare(this, other);
    }
}
