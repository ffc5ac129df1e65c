package dev.daypass.deployer.live;

import dev.daypass.grants.DatabaseDocument;

/** Connects to the databases of documents. */
@FunctionalInterface
public interface DatabaseOpener {
    /** @throws TargetException if the database cannot be reached, or does not let the login in */
    GrantedDatabase open(DatabaseDocument document);
}
