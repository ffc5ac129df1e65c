package dev.daypass.grants;

import dev.daypass.grants.GrantDocument.TableName;
import java.util.Optional;

/** What the live catalog knows of a column. With it row rules and masks do not depend on what a session sets. */
@FunctionalInterface
public interface MariaDbColumns {
    /** {@code information_schema.COLUMNS.DATA_TYPE}, in lower case; empty if it is not known. */
    Optional<String> type(TableName table, String column);

    /** For statements that are written out without a database at hand. */
    static MariaDbColumns unknown() {
        return (table, column) -> Optional.empty();
    }
}
