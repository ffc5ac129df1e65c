package dev.daypass.audit.reconcile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.daypass.audit.reconcile.Carried.Connection;
import dev.daypass.audit.reconcile.Carried.Ended;
import dev.daypass.audit.reconcile.Carried.Expected;
import dev.daypass.audit.reconcile.Carried.Mark;
import dev.daypass.audit.reconcile.Carried.OpenSession;
import dev.daypass.audit.reconcile.Carried.Request;
import dev.daypass.audit.reconcile.Chains.Step;
import dev.daypass.evidence.Canary;
import dev.daypass.evidence.Source;
import dev.daypass.session.EndReason;
import dev.daypass.session.SessionId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The exact bytes of a reconciliation, as {@code docs/record.md} has them, and back. The same run always gives the same bytes.
 * Thread-safe.
 */
final class ReconciliationJson {
    private static final String FORMAT = "daypass-reconciliation/1";
    private static final JsonFactory JSON = new JsonFactory();

    private ReconciliationJson() {}

    static byte[] write(Reconciliation report) {
        var out = new ByteArrayOutputStream(4096);
        try (var json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            json.writeStringField("from", report.from().toString());
            json.writeStringField("to", report.to().toString());
            json.writeArrayFieldStart("sources");
            for (var counts : report.sources()) {
                json.writeStartObject();
                json.writeStringField("source", counts.source().code());
                json.writeNumberField("logEvents", counts.logEvents());
                json.writeNumberField("records", counts.records());
                json.writeNumberField("missing", counts.missing());
                json.writeNumberField("unknown", counts.unknown());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("findings");
            for (var finding : report.findings()) {
                json.writeStartObject();
                writeMembers(json, finding);
                json.writeEndObject();
            }
            json.writeEndArray();
            if (report.omitted() > 0) {
                json.writeNumberField("omitted", report.omitted());
            }
            json.writeObjectFieldStart("carried");
            write(json, report.carried());
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static void writeMembers(JsonGenerator json, Finding finding) throws IOException {
        json.writeStringField("code", finding.code().code());
        json.writeStringField("source", finding.source());
        json.writeStringField("object", finding.object());
        session(json, finding.session());
        json.writeStringField("detail", finding.detail());
    }

    private static void session(JsonGenerator json, Optional<SessionId> session) throws IOException {
        if (session.isPresent()) {
            json.writeStringField("session", session.get().text());
        }
    }

    private static void write(JsonGenerator json, Carried carried) throws IOException {
        json.writeStringField("since", carried.since().toString());
        json.writeObjectFieldStart("seals");
        for (var seal : new TreeMap<>(carried.seals()).entrySet()) {
            json.writeNumberField(seal.getKey().code(), seal.getValue());
        }
        json.writeEndObject();
        list(json, "connections", carried.connections(), c -> {
            json.writeStringField("source", c.source().code());
            json.writeStringField("stream", c.stream());
            json.writeStringField("id", c.id());
            session(json, c.session());
            if (c.line().isPresent()) {
                json.writeNumberField("line", c.line().getAsLong());
            }
            json.writeBooleanField("connected", c.connected());
            json.writeStringField("seen", c.seen().toString());
        });
        list(json, "requests", carried.requests(), r -> {
            json.writeStringField("stream", r.stream());
            json.writeStringField("id", r.id());
            json.writeStringField("time", r.time().toString());
        });
        list(json, "sessions", carried.sessions(), s -> {
            json.writeStringField("session", s.session().text());
            json.writeStringField("window", s.window().toString());
            json.writeArrayFieldStart("steps");
            for (var step : EnumSet.copyOf(s.steps())) {
                json.writeString(step.code());
            }
            json.writeEndArray();
            if (s.ended().isPresent()) {
                json.writeStringField("endedAt", s.ended().get().at().toString());
                json.writeStringField("reason", s.ended().get().reason().code());
            }
        });
        list(json, "canaries", carried.expected(), e -> {
            json.writeStringField("nonce", e.canary().nonce());
            json.writeStringField("database", e.database());
            json.writeStringField("time", e.time().toString());
        });
        list(json, "marks", carried.marks(), m -> {
            json.writeStringField("nonce", m.canary().nonce());
            json.writeStringField("time", m.time().toString());
        });
        json.writeObjectFieldStart("databases");
        for (var database : carried.databases().entrySet()) {
            json.writeStringField(database.getKey(), database.getValue().toString());
        }
        json.writeEndObject();
    }

    private static <T> void list(JsonGenerator json, String name, List<T> elements, Members<T> members)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (var element : elements) {
            json.writeStartObject();
            members.write(element);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private interface Members<T> {
        void write(T element) throws IOException;
    }

    /** What the next run needs of a report. */
    record Last(Instant to, Carried carried) {}

    /**
     * @throws IllegalStateException if it is not a report of this format: a run that began anew would hide what was open
     */
    static Last read(byte[] report) {
        var json = JsonTree.parse(report)
                .filter(j -> j.text("format").equals(Optional.of(FORMAT)))
                .orElseThrow(() -> unreadable("format"));
        var carried = need("carried", json.object("carried"));
        var seals = new EnumMap<Source, Long>(Source.class);
        var numbers = need("seals", carried.object("seals"));
        for (var code : numbers.names()) {
            seals.put(
                    Source.parse(code).orElseThrow(() -> unreadable("seals")),
                    numbers.number(code).orElseThrow(() -> unreadable("seals")));
        }
        var databases = new TreeMap<String, Instant>();
        var times = need("databases", carried.object("databases"));
        for (var name : times.names()) {
            databases.put(name, instant(times, name));
        }
        return new Last(
                instant(json, "to"),
                new Carried(
                        instant(carried, "since"),
                        seals,
                        all(carried, "connections", ReconciliationJson::connection),
                        all(
                                carried,
                                "requests",
                                r -> new Request(text(r, "stream"), text(r, "id"), instant(r, "time"))),
                        all(carried, "sessions", ReconciliationJson::openSession),
                        all(
                                carried,
                                "canaries",
                                e -> new Expected(
                                        new Canary(text(e, "nonce")), text(e, "database"), instant(e, "time"))),
                        all(carried, "marks", m -> new Mark(new Canary(text(m, "nonce")), instant(m, "time"))),
                        databases));
    }

    private static Connection connection(JsonTree c) {
        return new Connection(
                Source.parse(text(c, "source")).orElseThrow(() -> unreadable("source")),
                text(c, "stream"),
                text(c, "id"),
                c.text("session").map(SessionId::new),
                c.number("line"),
                c.flag("connected"),
                instant(c, "seen"));
    }

    private static OpenSession openSession(JsonTree s) {
        var steps = EnumSet.noneOf(Step.class);
        for (var code : s.texts("steps")) {
            steps.add(Arrays.stream(Step.values())
                    .filter(step -> step.code().equals(code))
                    .findFirst()
                    .orElseThrow(() -> unreadable("steps")));
        }
        return new OpenSession(
                new SessionId(text(s, "session")),
                instant(s, "window"),
                steps,
                s.instant("endedAt")
                        .map(at -> new Ended(
                                at, EndReason.parse(text(s, "reason")).orElseThrow(() -> unreadable("reason")))));
    }

    private static <T> List<T> all(JsonTree json, String name, Function<JsonTree, T> read) {
        return json.objects(name).stream().map(read).toList();
    }

    private static String text(JsonTree json, String name) {
        return need(name, json.text(name));
    }

    private static Instant instant(JsonTree json, String name) {
        return need(name, json.instant(name));
    }

    private static <T> T need(String name, Optional<T> value) {
        return value.orElseThrow(() -> unreadable(name));
    }

    private static IllegalStateException unreadable(String member) {
        return new IllegalStateException("the last reconciliation cannot be read: " + member);
    }
}
