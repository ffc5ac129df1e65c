package dev.daypass.cli.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Printable;
import dev.daypass.deployer.rollout.RanSession;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.Source;
import dev.daypass.grant.GrantName;
import dev.daypass.session.SessionId;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sessions of some grants, by their locked intents. What is read was not checked: that is {@code daypass audit verify}. */
public final class RanSessions {
    /** A session that ran at a time began at most this long before it. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private static final int MAX_JSON = 1024 * 1024;

    private RanSessions() {}

    /** @param since by grant: its sessions whose window reaches beyond that */
    public static List<RanSession> of(RecordOptions record, Map<GrantName, Instant> since, Instant now) throws Failure {
        if (since.isEmpty()) {
            return List.of();
        }
        return Aws.working(() -> {
            try (var stored = record.open()) {
                var finder = new RecordFinder(stored);
                var places = finder.places();
                Instant earliest =
                        since.values().stream().min(Instant::compareTo).orElse(now);
                var intents =
                        finder.days(places, Source.INTENTS, new TimeRange(earliest.minus(LONGEST), now.plus(LONGEST)));
                var sessions = new ArrayList<RanSession>();
                for (var found : Parallel.map(intents, object -> read(stored, finder, object, since))) {
                    found.ifPresent(sessions::add);
                }
                sessions.sort(Comparator.comparing(RanSession::from));
                return List.copyOf(sessions);
            }
        });
    }

    private static Optional<RanSession> read(
            StoredRecord stored, RecordFinder finder, StoredObject object, Map<GrantName, Instant> since)
            throws Failure, IOException {
        if (object.size() > MAX_JSON) {
            throw Failure.couldNot(Printable.of(object.key()) + " is larger than any intent");
        }
        JsonNode json;
        try (var in = stored.open(object)) {
            json = new ObjectMapper().readTree(in.readNBytes(MAX_JSON));
        }
        var grant = GrantName.parse(json.path("grant").asText());
        var session = SessionId.parse(json.path("session").asText());
        var from = instant(json, "createdAt");
        var window = instant(json, "window");
        if (grant.isEmpty() || session.isEmpty() || from.isEmpty() || window.isEmpty()) {
            throw Failure.couldNot(
                    Printable.of(object.key()) + " is not an intent. Was it altered? daypass audit verify tells");
        }
        var begin = since.get(grant.get());
        if (begin == null || !window.get().isAfter(begin)) {
            return Optional.empty();
        }
        var endedAt = ending(finder, object, session.get());
        if (endedAt.isPresent() && !endedAt.get().isAfter(begin)) {
            return Optional.empty();
        }
        return Optional.of(new RanSession(
                session.get(),
                grant.get(),
                json.path("agent").asText(),
                Optional.of(json.path("owner").asText("")).filter(owner -> !owner.isEmpty()),
                from.get(),
                window.get(),
                endedAt));
    }

    /** The ending lies beside the intent, under the same place and day. */
    private static Optional<Instant> ending(RecordFinder finder, StoredObject intent, SessionId session)
            throws Failure, IOException {
        String folder = Source.INTENTS.code() + "/";
        if (!intent.key().startsWith(folder) || !intent.key().endsWith("/" + session + ".json")) {
            return Optional.empty();
        }
        return finder.json(
                        new ObjectKey(Source.ENDINGS.code() + "/" + intent.key().substring(folder.length())))
                .flatMap(found -> instant(found.json(), "verifiedAt"));
    }

    private static Optional<Instant> instant(JsonNode json, String member) {
        try {
            return Optional.of(Instant.parse(json.path(member).asText()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
