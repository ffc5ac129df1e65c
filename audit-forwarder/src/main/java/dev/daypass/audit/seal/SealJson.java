package dev.daypass.audit.seal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.daypass.audit.seal.Seal.Range;
import dev.daypass.audit.seal.Seal.SealedObject;
import dev.daypass.audit.seal.Seal.Times;
import dev.daypass.audit.seal.Seal.Totals;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.regex.Pattern;

/** A seal's statement as bytes: the members and their order are {@code docs/record.md}, "Seals". */
public final class SealJson {
    static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,32}");
    static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");

    private static final String FORMAT = "daypass-seal/1";
    private static final JsonFactory JSON = new JsonFactory();

    private SealJson() {}

    /** The statement that {@link Envelope#sign} takes. */
    public static byte[] write(Seal seal) {
        var bytes = new ByteArrayOutputStream();
        try (var json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            json.writeStringField("source", seal.source().code());
            json.writeStringField("region", seal.place().region());
            json.writeStringField("accountId", seal.place().accountId());
            json.writeNumberField("number", seal.number());
            json.writeStringField("previous", seal.previous().toString());
            json.writeStringField("from", seal.from().toString());
            json.writeStringField("to", seal.to().toString());
            json.writeArrayFieldStart("listed");
            for (var range : seal.listed()) {
                json.writeStartObject();
                json.writeStringField("after", range.after());
                json.writeStringField("until", range.until());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("objects");
            for (var object : seal.objects()) {
                write(json, object);
            }
            json.writeEndArray();
            var own = seal.counters();
            json.writeNumberField("objectCount", own.objects());
            counters(json, own);
            json.writeObjectFieldStart("totals");
            json.writeNumberField("objects", seal.totals().objects());
            counters(json, seal.totals());
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Memory does not fail to be written.
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator json, SealedObject object) throws IOException {
        json.writeStartObject();
        json.writeStringField("key", object.key());
        json.writeStringField("versionId", object.versionId());
        json.writeStringField("sha256", object.sha256().toString());
        json.writeNumberField("size", object.size());
        json.writeNumberField("records", object.records());
        json.writeNumberField("redacted", object.redacted());
        json.writeNumberField("unparsed", object.unparsed());
        if (object.times().isPresent()) {
            var times = object.times().get();
            json.writeNumberField("earliest", times.earliest().toEpochMilli());
            json.writeNumberField("latest", times.latest().toEpochMilli());
        }
        json.writeEndObject();
    }

    private static void counters(JsonGenerator json, Totals totals) throws IOException {
        json.writeNumberField("records", totals.records());
        json.writeNumberField("redacted", totals.redacted());
        json.writeNumberField("unparsed", totals.unparsed());
    }

    /**
     * What a statement says, sums included, whether or not they add up.
     *
     * @throws FormatException if a member is unknown, missing, doubled, out of order or not of its kind
     */
    public static Statement read(byte[] statement) throws FormatException {
        try (var json = OrderedJson.of(statement)) {
            json.beginObject();
            json.member("format").exactly(FORMAT);
            var source = source(json);
            var place = place(json);
            long number = json.member("number").count();
            if (number < 1) {
                throw new FormatException("number is not from 1");
            }
            var previous = json.member("previous").digest();
            var from = json.member("from").instant();
            var to = json.member("to").instant();
            var listed = new ArrayList<Range>();
            json.member("listed").beginArray();
            while (json.more()) {
                json.beginObject();
                listed.add(new Range(
                        json.member("after").text(), json.member("until").text()));
                json.endObject();
            }
            var objects = new ArrayList<SealedObject>();
            json.member("objects").beginArray();
            while (json.more()) {
                objects.add(object(json, source));
            }
            var stated = new Totals(
                    json.member("objectCount").count(),
                    json.member("records").count(),
                    json.member("redacted").count(),
                    json.member("unparsed").count());
            json.member("totals").beginObject();
            var totals = new Totals(
                    json.member("objects").count(),
                    json.member("records").count(),
                    json.member("redacted").count(),
                    json.member("unparsed").count());
            json.endObject();
            json.endObject();
            json.end();
            return new Statement(new Seal(source, place, number, previous, from, to, listed, objects, totals), stated);
        }
    }

    private static SealedObject object(OrderedJson json, Source source) throws FormatException {
        json.beginObject();
        String key = json.member("key").text();
        String versionId = json.member("versionId").text();
        var sha256 = json.member("sha256").digest();
        long size = json.member("size").count();
        long records = json.member("records").count();
        long redacted = json.member("redacted").count();
        long unparsed = json.member("unparsed").count();
        var times = source.isEvents()
                ? Optional.of(new Times(
                        Instant.ofEpochMilli(json.member("earliest").count()),
                        Instant.ofEpochMilli(json.member("latest").count())))
                : Optional.<Times>empty();
        json.endObject();
        return new SealedObject(key, versionId, sha256, size, records, redacted, unparsed, times);
    }

    static Source source(OrderedJson json) throws FormatException {
        var source = Source.parse(json.member("source").text());
        if (source.isEmpty()) {
            throw new FormatException("source is none of the nine");
        }
        return source.get();
    }

    static Place place(OrderedJson json) throws FormatException {
        String region = json.member("region").text();
        String accountId = json.member("accountId").text();
        if (!REGION.matcher(region).matches() || !ACCOUNT.matcher(accountId).matches()) {
            throw new FormatException("region or accountId is not one");
        }
        return new Place(region, accountId);
    }

    /**
     * A seal as it was read.
     *
     * @param stated the sums that it states of its own objects, beside {@link Seal#counters()}, which are worked out
     */
    public record Statement(Seal seal, Totals stated) {}
}
