package dev.daypass.cli.audit;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Printable;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds objects of the record by what is in their keys. */
final class RecordFinder {
    /**
     * A key tells the earliest event of its payload only. Shippers send every few seconds; a payload that spans more than this is found
     * by asking for an earlier beginning.
     */
    static final Duration PAYLOAD_SPAN = Duration.ofMinutes(15);

    private static final int MAX_JSON = 4 * 1024 * 1024;
    private static final Pattern REGION = Pattern.compile("region=[a-z0-9-]{1,40}");
    private static final Pattern ACCOUNT = Pattern.compile("accountId=[0-9]{12}");

    private final StoredRecord record;
    private final ObjectMapper mapper = new ObjectMapper();

    RecordFinder(StoredRecord record) {
        this.record = record;
    }

    /** A JSON object of the record, and where it is. */
    record Found(StoredObject object, JsonNode json) {}

    /** The regions and accounts of which the record holds sessions or events. */
    Set<Place> places() throws Failure, IOException {
        var places = new LinkedHashSet<Place>();
        addPlaces("intents/", places);
        for (var source : eventSources()) {
            addPlaces("events/source=" + source.code() + "/", places);
        }
        return places;
    }

    /** The objects of events that may hold an event of the range. */
    List<StoredObject> events(Set<Place> places, TimeRange range) throws Failure, IOException {
        var wider = new TimeRange(range.from().minus(PAYLOAD_SPAN), range.to());
        var found = new ArrayList<StoredObject>();
        for (var place : places) {
            for (var source : eventSources()) {
                for (var prefix : wider.prefixes(source, place)) {
                    record.objects(prefix, object -> {
                        // The key has whole seconds: one that begins within the second of `from` counts.
                        if (EventObject.parse(object.key())
                                .filter(parsed -> parsed.source() == source)
                                .filter(parsed ->
                                        wider.contains(parsed.earliest().plusMillis(999)))
                                .isPresent()) {
                            found.add(object);
                        }
                    });
                }
            }
        }
        return found;
    }

    /** The objects of a source of one JSON object each, of all days of the range. */
    List<StoredObject> days(Set<Place> places, Source source, TimeRange range) throws Failure, IOException {
        var found = new ArrayList<StoredObject>();
        for (var place : places) {
            for (var prefix : range.prefixes(source, place)) {
                record.objects(prefix, object -> {
                    if (object.key().endsWith(".json")) {
                        found.add(object);
                    }
                });
            }
        }
        return found;
    }

    /** The JSON object under a key, if there is one. */
    Optional<Found> json(ObjectKey key) throws Failure, IOException {
        var found = new ArrayList<StoredObject>();
        record.objects(key.text(), object -> {
            if (object.key().equals(key.text())) {
                found.add(object);
            }
        });
        return found.isEmpty() ? Optional.empty() : Optional.of(new Found(found.getFirst(), read(found.getFirst())));
    }

    private JsonNode read(StoredObject object) throws Failure, IOException {
        if (object.size() > MAX_JSON) {
            throw Failure.couldNot(
                    Printable.of(object.key()) + " has " + object.size() + " bytes, which no such object has");
        }
        try (var in = record.open(object)) {
            var json = mapper.readTree(in.readNBytes(MAX_JSON));
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (JacksonException e) {
            // said below
        }
        throw Failure.couldNot(
                Printable.of(object.key()) + " is not a JSON object. Was it altered? daypass audit verify tells");
    }

    private void addPlaces(String prefix, Set<Place> places) throws Failure, IOException {
        for (var region : record.folders(prefix)) {
            if (!REGION.matcher(region).matches()) {
                continue;
            }
            for (var account : record.folders(prefix + region + "/")) {
                if (ACCOUNT.matcher(account).matches()) {
                    places.add(
                            new Place(region.substring("region=".length()), account.substring("accountId=".length())));
                }
            }
        }
    }

    private static List<Source> eventSources() {
        return Arrays.stream(Source.values()).filter(Source::isEvents).toList();
    }
}
