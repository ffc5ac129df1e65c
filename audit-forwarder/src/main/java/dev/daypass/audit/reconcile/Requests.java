package dev.daypass.audit.reconcile;

import dev.daypass.audit.reconcile.Carried.Request;
import dev.daypass.audit.reconcile.Finding.Code;
import dev.daypass.evidence.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Vault's requests and responses, each pair within one audit device's stream. Not thread-safe. */
final class Requests {
    /** Vault ends a request after 90 seconds (default_max_request_duration). */
    static final Duration GRACE = Duration.ofMinutes(2);

    private final Instant since;
    private final Map<Key, Instant> requests = new TreeMap<>();
    private final Map<Key, Instant> responses = new TreeMap<>();

    Requests(Instant since, List<Request> carried) {
        this.since = since;
        carried.forEach(r -> requests.put(new Key(r.stream(), r.id()), r.time()));
    }

    private record Key(String stream, String id) implements Comparable<Key> {
        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::stream).thenComparing(Key::id);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }

        String text() {
            return stream + "/" + id;
        }
    }

    void see(Source source, SealedRecord record) {
        String id = record.ids().get("request");
        String phase = record.ids().get("phase");
        if (source != Source.VAULT_AUDIT || id == null || phase == null) {
            return;
        }
        var key = new Key(record.position().logStream(), id);
        var time = record.position().time();
        switch (phase) {
            case "request" -> pair(key, time, responses, requests);
            case "response" -> pair(key, time, requests, responses);
            default -> {}
        }
    }

    private static void pair(Key key, Instant time, Map<Key, Instant> others, Map<Key, Instant> own) {
        if (others.remove(key) == null) {
            own.put(key, time);
        }
    }

    /** Every line before {@code until} was seen. */
    void endMinute(Instant until, Findings findings) {
        responses.forEach((key, time) -> {
            // A request of before the first look may be answered within the grace after it.
            if (!time.isBefore(since.plus(GRACE))) {
                findings.add(
                        Code.RESPONSE_WITHOUT_REQUEST, Source.VAULT_AUDIT, key.text(), "the request is not in the log");
            }
        });
        responses.clear();
        requests.entrySet().removeIf(e -> {
            // At equality the whole grace was seen.
            boolean over = !until.isBefore(e.getValue().plus(GRACE));
            if (over) {
                findings.add(
                        Code.REQUEST_WITHOUT_RESPONSE,
                        Source.VAULT_AUDIT,
                        e.getKey().text(),
                        "no response within " + GRACE);
            }
            return over;
        });
    }

    List<Request> carried() {
        var carried = new ArrayList<Request>();
        requests.forEach((key, time) -> carried.add(new Request(key.stream(), key.id(), time)));
        return carried;
    }
}
