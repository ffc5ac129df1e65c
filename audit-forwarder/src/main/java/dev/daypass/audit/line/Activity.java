package dev.daypass.audit.line;

import dev.daypass.session.SessionId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a line says happened. Text in it is as the source wrote it, so it may hold card numbers and secrets: it goes through the
 * redactor before it goes anywhere else, and is never printed.
 *
 * @param kind what kind of thing
 * @param time when, by the source's own clock; the log event's time where the line has none
 * @param outcome how it went
 * @param user the login or display name that did it; empty if the line names none
 * @param session the session that the line names, as whose login acts ({@code dp_<id>}), or of which it is about (a token's metadata, a role
 *     being created); only where the text of that place is exactly a session's, never from inside somebody's SQL text, except for
 *     statements that manage roles
 * @param from the peer's address, {@code host} or {@code host:port}; IPv6 in brackets when there is a port
 * @param object what it was done to: a relation, a role, a path, a grant, a database
 * @param database the database's name
 * @param statement the SQL, or the API operation and its path
 * @param detail an error's text, a reason, or what else the line says in words
 * @param code SQLSTATE, an error number, or a stable reason code
 * @param ids the source's own numbers that lead to other lines, by these names: {@code databaseSession} (PostgreSQL's session id, MariaDB's
 *     connection), {@code line} (PostgreSQL's line number in it), {@code request} (Vault's or Daypass's request id), {@code phase} (Vault: request
 *     or response), {@code lease}, {@code accessor}, {@code audit} (pgaudit's type, statement and substatement numbers, as
 *     {@code SESSION,1,1}), {@code query} (MariaDB's query id); in this order
 */
public record Activity(
        Kind kind,
        Instant time,
        Outcome outcome,
        Optional<String> user,
        Optional<SessionId> session,
        Optional<String> from,
        Optional<String> object,
        Optional<String> database,
        Optional<String> statement,
        Optional<String> detail,
        Optional<String> code,
        Map<String, String> ids) {

    /** How it went, as far as the line says. */
    public enum Outcome {
        SUCCESS,
        FAILURE,
        UNKNOWN
    }

    /** The closed vocabulary, with its class and activity in OCSF 1.8. */
    public enum Kind {
        LOGON("logon", 3002, 1),
        LOGOFF("logoff", 3002, 2),
        SESSION_AUTHORIZE("session.authorize", 3003, 1),
        ACCOUNT_CREATE("account.create", 3001, 1),
        ACCOUNT_CHANGE("account.change", 3001, 99),
        ACCOUNT_LOCK("account.lock", 3001, 9),
        ACCOUNT_DELETE("account.delete", 3001, 6),
        ACCESS_GRANT("access.grant", 3005, 1),
        ACCESS_REVOKE("access.revoke", 3005, 2),
        DATASTORE_READ("datastore.read", 6005, 1),
        DATASTORE_UPDATE("datastore.update", 6005, 2),
        DATASTORE_QUERY("datastore.query", 6005, 4),
        DATASTORE_WRITE("datastore.write", 6005, 5),
        DATASTORE_CREATE("datastore.create", 6005, 6),
        DATASTORE_DELETE("datastore.delete", 6005, 7),
        API_CREATE("api.create", 6003, 1),
        API_READ("api.read", 6003, 2),
        API_UPDATE("api.update", 6003, 3),
        API_DELETE("api.delete", 6003, 4),
        /** A server's own message about itself, about nobody's access. */
        SERVER_MESSAGE("server.message", 0, 99),
        /** A line that no parser knew; its text is kept. */
        UNPARSED("unparsed", 0, 0);

        private final String code;
        private final int classUid;
        private final int activity;

        Kind(String code, int classUid, int activity) {
            this.code = code;
            this.classUid = classUid;
            this.activity = activity;
        }

        public String code() {
            return code;
        }

        /** OCSF's {@code class_uid}; 0 is the base event. */
        public int classUid() {
            return classUid;
        }

        /** OCSF's {@code activity_id} in that class. */
        public int activity() {
            return activity;
        }
    }

    /** A line that no parser knew, kept as it is. */
    public static Activity unparsed(Instant time, String why) {
        return new Activity(
                Kind.UNPARSED,
                time,
                Outcome.UNKNOWN,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(why),
                Optional.empty(),
                Map.of());
    }

    @Override
    public String toString() {
        return kind.code();
    }
}
