package dev.daypass.audit.parse;

import dev.daypass.audit.line.Activity;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionUser;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An activity in the making. An empty text is no text. For one thread. */
final class Draft {
    private final Instant time;
    private Activity.Kind kind = Activity.Kind.UNPARSED;
    private Activity.Outcome outcome = Activity.Outcome.UNKNOWN;
    private @Nullable String user;
    private @Nullable SessionId session;
    private @Nullable String from;
    private @Nullable String object;
    private @Nullable String database;
    private @Nullable String statement;
    private @Nullable String detail;
    private @Nullable String code;
    private final Map<String, String> ids = new LinkedHashMap<>(8);

    /** @param own by the source's own clock, if the line says when */
    Draft(@Nullable Instant own, Instant otherwise) {
        this.time = own == null ? otherwise : own;
    }

    Draft is(Activity.Kind value, Activity.Outcome went) {
        kind = value;
        outcome = went;
        return this;
    }

    /** Keeps what is known so far of a line whose rest is not well formed. */
    Draft unparsed(String why) {
        detail = why;
        return is(Activity.Kind.UNPARSED, Activity.Outcome.UNKNOWN);
    }

    Draft user(@Nullable String value) {
        user = value;
        return this;
    }

    /** The session of which this is exactly the login, unless a session is known already. */
    Draft sessionOfLogin(@Nullable String login) {
        if (session == null && login != null) {
            session = SessionUser.parse(login).map(SessionUser::session).orElse(null);
        }
        return this;
    }

    /** The session of which this is exactly the identifier, unless a session is known already. */
    Draft sessionOfId(@Nullable String id) {
        if (session == null && id != null) {
            session = SessionId.parse(id).orElse(null);
        }
        return this;
    }

    Draft from(@Nullable String value) {
        from = value;
        return this;
    }

    Draft object(@Nullable String value) {
        object = value;
        return this;
    }

    Draft database(@Nullable String value) {
        database = value;
        return this;
    }

    Draft statement(@Nullable String value) {
        statement = value;
        return this;
    }

    Draft detail(@Nullable String value) {
        detail = value;
        return this;
    }

    Draft code(@Nullable String value) {
        code = value;
        return this;
    }

    Draft id(String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            ids.put(name, value);
        }
        return this;
    }

    Activity done() {
        return new Activity(
                kind,
                time,
                outcome,
                text(user),
                Optional.ofNullable(session),
                text(from),
                text(object),
                text(database),
                text(statement),
                text(detail),
                text(code),
                ids.isEmpty() ? Map.of() : Collections.unmodifiableMap(ids));
    }

    private static Optional<String> text(@Nullable String value) {
        return value == null || value.isEmpty() ? Optional.empty() : Optional.of(value);
    }
}
