package dev.daypass.deployer.live;

import dev.daypass.grant.GrantName;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.GrantDocument;
import dev.daypass.session.SessionUser;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One live database, seen and changed with the deployer's login. Everything but {@link #lock}, {@link #carryOut} and
 * {@link #probe} only reads catalogs, and needs no right to create anything. Every method throws
 * {@link TargetException}, which names the database. Not thread-safe.
 */
public interface GrantedDatabase extends AutoCloseable {
    DatabaseDocument document();

    /** For people, such as {@code PostgreSQL 18.6}. */
    String server();

    /**
     * Waits for the lock that serialises applies to this database; held until {@link #close}, or until the connection breaks.
     *
     * @return false if another apply still had it after {@code patience}
     */
    boolean lock(Duration patience);

    /** What the last apply of each grant left, by the database's own ledger. */
    List<AppliedGrant> applied();

    /**
     * What differs between the documents and the live catalog, in the order in which it has to be carried out: the database's
     * own set-up first, then grant by grant, removals last. Grants without a difference are not in the list.
     *
     * @param wanted every grant document of this database, and of no other: what is there and not in it is to be removed
     */
    List<GrantChange> changes(Collection<GrantDocument> wanted);

    /**
     * Makes one change. Atomic where the engine can; otherwise every statement leaves no more than the old or the new text
     * allows. Running it again after a crash at any point, or when it is made already, is harmless.
     *
     * @param told of every statement before it runs
     */
    void carryOut(GrantChange change, StepListener told);

    /** The session users that are members of the grant's group now. */
    List<SessionUser> sessions(GrantName grant);

    /**
     * What a session under this grant could touch once the documents are applied, worked out from the catalogs alone: the
     * document's own rights, and whatever PUBLIC, inherited roles, default privileges, ownership and definer functions add.
     */
    EffectivePrivileges effective(GrantDocument grant);

    /** As {@link #effective}, asked of the server itself with a login that is made for it, in the grant's group, and removed. */
    EffectivePrivileges probe(GrantDocument grant);

    /**
     * Where the two answers differ, a sentence each; none if the server confirms the catalogs. This compares them exactly; an engine
     * whose answers may say the same in other words overrides it.
     *
     * @param expected from {@link #effective}
     * @param found from {@link #probe}
     */
    default List<String> unconfirmed(EffectivePrivileges expected, EffectivePrivileges found) {
        var said = texts(expected);
        var answered = texts(found);
        return Stream.concat(
                        answered.stream()
                                .filter(text -> !said.contains(text))
                                .map(text ->
                                        "the server lets a session have " + text + ", which the catalogs did not show"),
                        said.stream()
                                .filter(text -> !answered.contains(text))
                                .map(text -> "the catalogs say that a session has " + text
                                        + ", and the server says that it does not"))
                .toList();
    }

    private static SortedSet<String> texts(EffectivePrivileges privileges) {
        return privileges.privileges().stream().map(Privilege::text).collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    void close();
}
