package dev.daypass.deployer.live;

import dev.daypass.grant.GrantName;
import dev.daypass.grants.GrantDocument;
import dev.daypass.vaultpolicies.VaultChange;
import dev.daypass.vaultpolicies.VaultDifferences;

/**
 * One live Vault beside one set of documents. Everything but {@link #differences} changes it. Every method throws
 * {@link dev.daypass.vaultpolicies.VaultRequestException}; every change may be made again. Not thread-safe.
 */
public interface GrantedVault {
    /** What differs from the documents, and what is there for no document. Only reads. */
    VaultDifferences differences();

    /** Makes one of {@link #differences}. */
    void make(VaultChange change);

    /** From now on no session of the grant can begin. Sessions that run are not touched. */
    void close(GrantName grant);

    /** Sessions of the grant can begin: everything of it is as its document says. */
    void open(GrantDocument grant);

    /**
     * Asks Vault to end every session of the grant. Whether the users are gone says {@link GrantedDatabase#sessions} alone.
     *
     * @return whether Vault says that it worked at once; if not, it tries again by itself
     */
    boolean endSessions(GrantName grant);

    /** Takes away what is left of a grant that has no document and no session any more. */
    void forget(GrantName grant);
}
