package dev.daypass.cli.audit;

import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/** The views of {@code daypass audit sql}, by what has to be read for them. */
enum RecordTable {
    SESSIONS("views-of-sessions.sql", "sessions"),
    /** These stand on the views of sessions. */
    RECORDS(
            "views-of-records.sql",
            "records",
            "statements",
            "logins",
            "account_changes",
            "findings",
            "session_timeline"),
    SEALS("views-of-seals.sql", "seals");

    private final String script;
    private final Pattern mention;

    RecordTable(String script, String... views) {
        this.script = script;
        this.mention = Pattern.compile("\\b(?:" + String.join("|", views) + ")\\b", Pattern.CASE_INSENSITIVE);
    }

    /** The resource that makes the views. */
    String script() {
        return script;
    }

    /**
     * Those whose views the text of a query mentions. A view that is not mentioned is not made, so that a query that reaches it in another
     * way fails and does not find it empty.
     */
    static Set<RecordTable> mentioned(String query) {
        var found = EnumSet.noneOf(RecordTable.class);
        for (var table : values()) {
            if (table.mention.matcher(query).find()) {
                found.add(table);
            }
        }
        if (found.contains(RECORDS)) {
            found.add(SESSIONS);
        }
        return found;
    }
}
