package dev.daypass.audit.ocsf;

import dev.daypass.audit.line.Activity;
import dev.daypass.audit.line.Activity.Kind;
import dev.daypass.audit.line.Activity.Outcome;
import dev.daypass.evidence.Source;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Writes records as NDJSON: OCSF 1.8's own members, then the {@code daypass} object, as {@code docs/record.md} says. The same record
 * always gives the same bytes. Not thread-safe.
 */
public final class OcsfWriter {
    /** The version of OCSF that the members follow. */
    public static final String VERSION = "1.8.0";

    private static final String UNKNOWN = "unknown";
    private static final Map<Source, byte[]> PRODUCTS = products();

    private static final Map<Kind, byte[]> HEADS = heads();

    private final JsonBytes json;
    // of one payload, hence the same for each of its records
    private final Remembered group = new Remembered();
    private final Remembered stream = new Remembered();

    /** Where the name of the user of this record stands. */
    private int userFrom;

    private int userTo;

    /** The last second that was written, since many lines are of one. */
    private long second = Long.MIN_VALUE;

    private byte[] secondText = {};

    /** @param size an estimate of what will be written, in bytes */
    public OcsfWriter(int size) {
        json = new JsonBytes(size);
    }

    /** What was written, up to {@link #length()}; good until the next record. */
    public byte[] buffer() {
        return json.buffer();
    }

    public int length() {
        return json.length();
    }

    /** Forgets what was written, to write something else in its place. */
    public void clear() {
        json.clear();
    }

    /** Appends one line. */
    public void write(EventRecord record) {
        var activity = record.activity();
        put(Objects.requireNonNull(HEADS.get(activity.kind()))).number(severity(record));
        put(Part.STATUS).number(status(activity.outcome()));
        put(Part.TIME).number(activity.time().toEpochMilli());
        metadata(record);
        actor(record);
        endpoint(activity.from().orElse(UNKNOWN));
        ofClass(record);
        if (activity.code().isPresent()) {
            put(Part.CODE).text(activity.code().get());
        }
        if (activity.detail().isPresent()) {
            put(Part.DETAIL).text(activity.detail().get());
        }
        put(Part.RAW).text(record.line());
        daypass(record);
        put(Part.RECORD_END);
    }

    private JsonBytes put(Part part) {
        return json.raw(part.json());
    }

    private JsonBytes put(byte[] part) {
        return json.raw(part);
    }

    private void metadata(EventRecord record) {
        var event = record.event();
        put(Part.METADATA).raw(Objects.requireNonNull(PRODUCTS.get(event.source())));
        put(Part.METADATA_UID).text(event.id() + "-" + event.index());
        put(Part.LOG_NAME);
        group.write(event.logGroup(), json);
        put(Part.LOGGED_TIME).number(event.time().toEpochMilli());
    }

    private void actor(EventRecord record) {
        put(Part.ACTOR);
        userFrom = json.length();
        json.text(record.activity().user().orElse(UNKNOWN));
        userTo = json.length();
        if (record.session().isPresent()) {
            put(Part.ACTOR_SESSION).ascii(record.session().get().text());
            put(Part.ACTOR_SESSION_END);
        } else {
            put(Part.ACTOR_END);
        }
    }

    /** OCSF, object "network_endpoint": an address where it is one, a name otherwise. */
    private void endpoint(String from) {
        int colon = from.lastIndexOf(':');
        boolean bracketed = from.startsWith("[");
        boolean port = colon > 0 && (bracketed ? from.charAt(colon - 1) == ']' : from.indexOf(':') == colon);
        String host = port ? from.substring(0, colon) : from;
        if (bracketed && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        put(isAddress(host) ? Part.ADDRESS : Part.ADDRESS_NAME).text(host);
        if (port && isPort(from, colon + 1)) {
            put(Part.PORT).number(Long.parseLong(from, colon + 1, from.length(), 10));
        }
        put(Part.END);
    }

    private static boolean isAddress(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' || c == '.' || c == ':')) {
                return false;
            }
        }
        return host.indexOf('.') > 0 || host.indexOf(':') >= 0;
    }

    private static boolean isPort(String text, int start) {
        for (int i = start; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return text.length() > start && text.length() - start <= 5;
    }

    /** What OCSF 1.8 wants of each class besides the base event's members. */
    private void ofClass(EventRecord record) {
        var activity = record.activity();
        String object = activity.object().orElse(UNKNOWN);
        switch (activity.kind().classUid()) {
            case 3002 -> {
                put(Part.USER).again(userFrom, userTo);
                put(Part.SERVICE).ascii(record.event().source().code());
                put(Part.SERVICE_END);
                message(activity);
            }
            case 3001 -> {
                put(Part.USER).text(object);
                put(Part.END);
                message(activity);
            }
            case 3003, 3005 -> {
                put(Part.USER).again(userFrom, userTo);
                put(Part.PRIVILEGES).text(object);
                put(Part.PRIVILEGES_END);
                message(activity);
            }
            case 6005 -> {
                put(Part.DATABASE).text(activity.database().orElse(UNKNOWN));
                put(Part.DATABASE_END);
                if (activity.object().isPresent()) {
                    put(Part.TABLE).text(object);
                    put(Part.END);
                }
                if (activity.statement().isPresent()) {
                    put(Part.QUERY).text(activity.statement().get());
                    put(Part.END);
                }
            }
            case 6003 -> {
                put(Part.API).text(activity.statement().orElse(activity.kind().code()));
                put(Part.RESOURCES).text(object);
                put(Part.RESOURCES_END);
            }
            default -> {
                // the base event has no members of its own
            }
        }
    }

    /** The statement or call, for classes that have no better place for it. */
    private void message(Activity activity) {
        if (activity.statement().isPresent()) {
            put(Part.MESSAGE).text(activity.statement().get());
        }
    }

    private void daypass(EventRecord record) {
        var activity = record.activity();
        var event = record.event();
        put(Part.DAYPASS).ascii(event.source().code());
        put(Part.WHO).again(userFrom, userTo);
        if (record.session().isPresent()) {
            put(Part.SESSION).ascii(record.session().get().text());
            put(Part.SESSION_END);
        }
        if (record.facts().isPresent()) {
            put(Part.AGENT).text(record.facts().get().agent());
            if (record.facts().get().owner().isPresent()) {
                put(Part.OWNER).text(record.facts().get().owner().get());
            }
        }
        put(Part.WHAT).ascii(activity.kind().code());
        put(Part.WHEN);
        when(activity.time());
        put(Part.OUTCOME).ascii(outcome(activity.outcome()));
        put(Part.FROM).text(activity.from().orElse(UNKNOWN));
        put(Part.OBJECT).text(activity.object().or(activity::database).orElse(UNKNOWN));
        if (record.facts().isPresent()) {
            put(Part.GRANT).text(record.facts().get().grant().text());
            put(Part.GRANT_DIGEST).ascii(record.facts().get().grantDigest().toString());
            put(Part.GRANT_DIGEST_END);
        }
        put(Part.POSITION);
        group.write(event.logGroup(), json);
        put(Part.STREAM);
        stream.write(event.logStream(), json);
        put(Part.TIME).number(event.time().toEpochMilli());
        put(Part.EVENT).text(event.id());
        put(Part.INDEX).number(event.index());
        put(Part.LINE_DIGEST).hex(record.message().bytes());
        put(Part.LINE_DIGEST_END);
        if (!activity.ids().isEmpty()) {
            var part = Part.IDS;
            for (var id : activity.ids().entrySet()) {
                put(part).ascii(id.getKey());
                put(Part.NAME_END).text(id.getValue());
                part = Part.NEXT_NAME;
            }
            put(Part.END);
        }
        if (!record.redacted().isEmpty()) {
            var part = Part.REDACTED;
            for (var count : record.redacted().entrySet()) {
                put(part).ascii(count.getKey().code());
                put(Part.NAME_END).number(count.getValue());
                part = Part.NEXT_NAME;
            }
            put(Part.END);
        }
        if (record.finding().isPresent()) {
            put(Part.FINDING).ascii(record.finding().get().code());
            put(Part.FINDING_END);
        }
    }

    /** RFC 3339 with milliseconds, so that texts sort as times do; up to the {@code Z}. */
    private void when(Instant time) {
        long millis = time.toEpochMilli();
        long seconds = Math.floorDiv(millis, 1000);
        if (seconds != second) {
            second = seconds;
            secondText = (Instant.ofEpochSecond(seconds).toString().replace("Z", "") + ".")
                    .getBytes(StandardCharsets.US_ASCII);
        }
        int fraction = Math.floorMod(millis, 1000);
        put(secondText).number(fraction / 100).number(fraction / 10 % 10).number(fraction % 10);
    }

    private static String outcome(Outcome outcome) {
        return switch (outcome) {
            case SUCCESS -> "success";
            case FAILURE -> "failure";
            case UNKNOWN -> UNKNOWN;
        };
    }

    private static long status(Outcome outcome) {
        return switch (outcome) {
            case SUCCESS -> 1;
            case FAILURE -> 2;
            case UNKNOWN -> 0;
        };
    }

    /** 1 informational, 2 low, 4 high: a finding is looked at, a failure may be. */
    private static long severity(EventRecord record) {
        if (record.finding().isPresent()) {
            return 4;
        }
        var activity = record.activity();
        return activity.outcome() == Outcome.FAILURE || activity.kind() == Kind.UNPARSED ? 2 : 1;
    }

    private static Map<Kind, byte[]> heads() {
        var heads = new EnumMap<Kind, byte[]>(Kind.class);
        for (var kind : Kind.values()) {
            heads.put(kind, """
                    {"activity_id":%d,"category_uid":%d,"class_uid":%d,"type_uid":%d,"severity_id":\
                    """.formatted(
                            kind.activity(),
                            kind.classUid() / 1000,
                            kind.classUid(),
                            kind.classUid() * 100L + kind.activity())
                    .getBytes(StandardCharsets.US_ASCII));
        }
        return heads;
    }

    private static Map<Source, byte[]> products() {
        var products = new EnumMap<Source, byte[]>(Source.class);
        for (var source : Source.values()) {
            var product = switch (source) {
                case VAULT_AUDIT, VAULT_SERVER -> new String[] {"OpenBao", "OpenBao"};
                case POSTGRESQL -> new String[] {"PostgreSQL", "PostgreSQL Global Development Group"};
                case MARIADB -> new String[] {"MariaDB", "MariaDB Foundation"};
                default -> new String[] {"Daypass", "Daypass"};
            };
            products.put(source, """
                    "version":"%s","product":{"name":"%s","vendor_name":"%s"},\
                    "extensions":[{"name":"daypass","uid":"990","version":"1.0.0"}],"log_provider":"%s"\
                    """.formatted(VERSION, product[0], product[1], source.code())
                    .getBytes(StandardCharsets.US_ASCII));
        }
        return products;
    }

    /** A text that mostly is the one before it, with its JSON. */
    private static final class Remembered {
        private String text = "";
        private byte[] written = "\"\"".getBytes(StandardCharsets.US_ASCII);

        void write(String next, JsonBytes json) {
            if (next.equals(text)) {
                json.raw(written);
                return;
            }
            int from = json.length();
            json.text(next);
            text = next;
            written = Arrays.copyOfRange(json.buffer(), from, json.length());
        }
    }
}
