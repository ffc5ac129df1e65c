package dev.daypass.cli.audit;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daypass.cli.audit.TimelineEntry.At;
import dev.daypass.cli.audit.TimelineEntry.Position;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Printable;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.Source;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One session from token to ending: its intent, all events that name it, its ending.
 *
 * @param session which
 * @param intent the locked intent, if there is one
 * @param ending the locked ending, if there is one
 * @param looked the part of the record's time that was read
 * @param entries in order
 */
record SessionTimeline(
        SessionId session,
        Optional<JsonNode> intent,
        Optional<JsonNode> ending,
        TimeRange looked,
        List<TimelineEntry> entries) {
    private static final Duration BEFORE = Duration.ofMinutes(2);
    private static final Duration AFTER = Duration.ofMinutes(15);
    /** Where nothing says when the session ended or had to end. */
    private static final Duration LONGEST = Duration.ofHours(24);
    /** No window is longer; what says so is not believed. */
    private static final Duration AT_MOST = Duration.ofDays(400);

    SessionTimeline {
        entries = List.copyOf(entries);
    }

    /** Reads it. What is not said in {@code from} and {@code to} is worked out from the intent and the ending. */
    static SessionTimeline read(
            StoredRecord record, SessionId session, Optional<Instant> from, Optional<Instant> to, Progress progress)
            throws Failure, IOException {
        var reader = new Reader(record, session, progress);
        return reader.read(from, to);
    }

    private static final class Reader {
        private final StoredRecord record;
        private final SessionId session;
        private final Progress progress;
        private final String user;
        private final byte[] needle;
        private final ObjectMapper mapper = new ObjectMapper();
        private final Map<Object, TimelineEntry> entries = new LinkedHashMap<>();

        Reader(StoredRecord record, SessionId session, Progress progress) {
            this.record = record;
            this.session = session;
            this.progress = progress;
            this.user = new SessionUser(session).name();
            this.needle = session.text().getBytes(StandardCharsets.US_ASCII);
        }

        SessionTimeline read(Optional<Instant> from, Optional<Instant> to) throws Failure, IOException {
            var finder = new RecordFinder(record);
            var places = finder.places();
            Optional<RecordFinder.Found> intent = Optional.empty();
            Optional<RecordFinder.Found> ending = Optional.empty();
            for (var place : places) {
                intent = intent.isPresent() ? intent : finder.json(ObjectKey.intent(place, session));
                ending = ending.isPresent() ? ending : finder.json(ObjectKey.ending(place, session));
            }
            // A record that was not checked may say anything; the session's identifier holds its beginning too.
            Instant begun = intent.flatMap(found -> instant(found.json(), "createdAt"))
                    .filter(said ->
                            Duration.between(session.createdAt(), said).abs().compareTo(LONGEST) < 0)
                    .orElse(session.createdAt());
            Instant verified =
                    ending.flatMap(found -> instant(found.json(), "verifiedAt")).orElse(begun);
            Instant over = earlier(
                    begun.plus(AT_MOST),
                    ending.isPresent()
                            ? verified
                            : intent.flatMap(found -> instant(found.json(), "window"))
                                    .orElse(begun.plus(LONGEST)));
            var range = new TimeRange(from.orElse(begun.minus(BEFORE)), to.orElse(over.plus(AFTER)));
            intent.ifPresent(found -> add(intent(found, begun)));
            for (var found : Parallel.map(finder.events(places, range), this::events)) {
                found.forEach(line -> add(line.identity(), line.entry()));
            }
            ending.ifPresent(found -> add(ending(found, verified)));
            progress.done();
            return new SessionTimeline(
                    session,
                    intent.map(RecordFinder.Found::json),
                    ending.map(RecordFinder.Found::json),
                    range,
                    entries.values().stream().sorted(TimelineEntry.ORDER).toList());
        }

        /** A line, and what it shares with lines that say the same thing. */
        private record Line(Object identity, TimelineEntry entry) {}

        private List<Line> events(StoredObject object) throws Failure {
            var source =
                    EventObject.parse(object.key()).map(EventObject::source).orElse(Source.DAYPASS);
            var found = new ArrayList<Line>();
            try (var lines = new EventLines(record.open(object))) {
                for (var line = lines.next(); line.isPresent(); line = lines.next()) {
                    if (mentions(line.get())) {
                        event(source, line.get(), new At(object.key(), lines.number()))
                                .ifPresent(found::add);
                    }
                }
            } catch (IOException e) {
                throw Failure.couldNot(Printable.of(object.key() + " cannot be read (" + e.getMessage()
                        + "). Was it altered? daypass audit verify tells"));
            }
            progress.object(object.size());
            return found;
        }

        private Optional<Line> event(Source source, byte[] line, At at) throws IOException {
            JsonNode json;
            try {
                json = mapper.readTree(line);
            } catch (JacksonException e) {
                throw new IOException("line " + at.line() + " is not JSON", e);
            }
            var daypass = json.path("daypass");
            var who = daypass.path("who");
            boolean finding = daypass.path("finding").isTextual();
            if (!who.path("session").asText().equals(session.text())
                    && !(finding && (who.path("user").asText().equals(user) || named(daypass.path("object"))))) {
                return Optional.empty();
            }
            var position = daypass.path("position");
            var entry = new TimelineEntry(
                    instant(daypass, "when")
                            .orElseGet(() ->
                                    Instant.ofEpochMilli(position.path("time").asLong())),
                    source,
                    text(daypass, "what"),
                    by(source, who),
                    text(daypass, "from"),
                    text(daypass, "object"),
                    text(daypass, "outcome"),
                    statement(json),
                    optional(daypass, "finding"),
                    new Position(
                            text(position, "logGroup") + "/" + text(position, "logStream"),
                            position.path("time").asLong()),
                    at,
                    1);
            return Optional.of(new Line(identity(daypass.path("ids"), source, at), entry));
        }

        /** Vault writes each request and each answer to every device it has: the same number and phase are one thing. */
        private static Object identity(JsonNode ids, Source source, At at) {
            var request = optional(ids, "request");
            var phase = optional(ids, "phase");
            return source == Source.VAULT_AUDIT && request.isPresent() && phase.isPresent()
                    ? List.of(request.get(), phase.get())
                    : at;
        }

        private void add(TimelineEntry entry) {
            add(entry.at(), entry);
        }

        private void add(Object identity, TimelineEntry entry) {
            entries.merge(identity, entry, (first, again) -> first.seenAgain());
        }

        private TimelineEntry intent(RecordFinder.Found found, Instant begun) {
            var json = found.json();
            var words = new ArrayList<String>();
            words.add("grant " + text(json, "grant") + " on " + text(json, "database"));
            words.add("window until " + text(json, "window"));
            words.add("token " + text(json, "tokenDigest") + " of " + text(json, "issuer"));
            optional(json, "purpose").ifPresent(purpose -> words.add("purpose " + purpose));
            return new TimelineEntry(
                    begun,
                    Source.INTENTS,
                    "intent",
                    text(json, "agent"),
                    text(json.path("origin"), "sourceAddress"),
                    text(json, "grant"),
                    "success",
                    Optional.of(String.join("; ", words)),
                    Optional.empty(),
                    Position.NONE,
                    new At(found.object().key(), 1),
                    1);
        }

        private TimelineEntry ending(RecordFinder.Found found, Instant verified) {
            var json = found.json();
            return new TimelineEntry(
                    verified,
                    Source.ENDINGS,
                    "ending",
                    text(json, "requestedBy"),
                    "unknown",
                    text(json, "user"),
                    "success",
                    Optional.of("asked for at " + text(json, "requestedAt") + ", reason " + text(json, "reason")
                            + "; the catalog shows neither the user nor a connection of it"),
                    Optional.empty(),
                    Position.NONE,
                    new At(found.object().key(), 1),
                    1);
        }

        private static Instant earlier(Instant one, Instant other) {
            return one.isBefore(other) ? one : other;
        }

        private boolean named(JsonNode object) {
            return object.asText().contains(user) || object.asText().contains(session.text());
        }

        /** Whether the bytes hold the session's identifier: most lines do not, and are not worth parsing. */
        private boolean mentions(byte[] line) {
            for (int i = 0; i <= line.length - needle.length; i++) {
                int k = 0;
                while (k < needle.length && line[i + k] == needle[k]) {
                    k++;
                }
                if (k == needle.length) {
                    return true;
                }
            }
            return false;
        }

        /** OCSF has a place for it in each class. */
        private static Optional<String> statement(JsonNode json) {
            return optional(json.path("query_info"), "query_string")
                    .or(() -> optional(json.path("api"), "operation"))
                    .or(() -> optional(json, "message"))
                    .or(() -> optional(json, "status_detail"))
                    .or(() -> optional(json, "raw_data"));
        }

        /** A database's own administrator made and dropped the account: not by the agent, but for it. */
        private static String by(Source source, JsonNode who) {
            String user = text(who, "user");
            boolean database = source == Source.POSTGRESQL || source == Source.MARIADB;
            return optional(who, "agent")
                    .map(agent -> database && SessionUser.parse(user).isEmpty() ? user + " for " + agent : agent)
                    .orElse(user);
        }

        private static String text(JsonNode json, String member) {
            return optional(json, member).orElse("unknown");
        }

        private static Optional<String> optional(JsonNode json, String member) {
            var value = json.path(member);
            return value.isTextual() && !value.textValue().isEmpty()
                    ? Optional.of(value.textValue())
                    : Optional.empty();
        }

        private static Optional<Instant> instant(JsonNode json, String member) {
            try {
                return optional(json, member).map(Instant::parse);
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        }
    }
}
