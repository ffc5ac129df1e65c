package dev.daypass.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.github.luben.zstd.Zstd;
import dev.daypass.audit.forward.Forwarder;
import dev.daypass.audit.intake.PayloadException;
import dev.daypass.audit.intake.PayloadReader;
import dev.daypass.audit.join.SessionFacts;
import dev.daypass.audit.keys.RecordKey;
import dev.daypass.audit.parse.Parsers;
import dev.daypass.audit.redact.Redactor;
import dev.daypass.audit.store.LockedStore;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import dev.daypass.grant.GrantName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import javax.crypto.Mac;

/**
 * What the forwarder takes for a payload, from the delivered event to the object's bytes, on one thread, against two references over the same
 * payloads in the same run: the bare parts that it cannot do without (Base64, gunzip, reading the JSON around the lines, a keyed
 * digest of each line, Zstandard and SHA-256 of what comes out), and {@code gzip -6} of the lines alone (zlib, as the JDK has it).
 */
public final class PipelineBenchmark {
    private static final int PAYLOADS = 24;
    private static final int LINES = 900;
    private static final int ROUNDS = 21;
    private static final Instant NOW = Instant.parse("2026-11-23T03:10:00Z");
    private static final JsonFactory JSON = new JsonFactory();

    private PipelineBenchmark() {}

    public static void main(String[] args) throws Exception {
        for (var source : List.of(Source.POSTGRESQL, Source.VAULT_AUDIT)) {
            run(source);
        }
    }

    private static void run(Source source) throws Exception {
        var random = new Random(20261123);
        var events = new ArrayList<byte[]>();
        var texts = new ArrayList<byte[]>();
        long lineBytes = 0;
        for (int i = 0; i < PAYLOADS; i++) {
            var lines = lines(source, random);
            var text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
            texts.add(text);
            lineBytes += text.length;
            events.add(event(lines, i));
        }
        var key = RecordKey.parse(Base64.getEncoder().encodeToString(new byte[32]))
                .orElseThrow();
        var facts = Optional.of(new SessionFacts(
                "agent:support-bot",
                Optional.of("team-support"),
                GrantName.parse("orders-support-read").orElseThrow(),
                new Sha256("ab".repeat(32))));
        var forwarder = new Forwarder(
                source,
                new Place("eu-central-1", "111122223333"),
                Parsers.of(source),
                new Redactor(key.pan()),
                key,
                session -> facts,
                new NoStore(),
                "benchmark");
        var reader = new PayloadReader(source);
        var outputs = new ArrayList<byte[]>();
        long objects = 0;
        int unparsed = 0;
        for (var event : events) {
            var batch =
                    forwarder.batch(reader.read(new ByteArrayInputStream(event)).orElseThrow());
            objects += batch.bytes().length;
            unparsed += batch.unparsed();
            outputs.add(Zstd.decompress(batch.bytes(), 64 << 20));
        }
        if (unparsed > 0) {
            throw new IllegalStateException(unparsed + " lines were not parsed: the corpus is not what it says");
        }
        var pipeline = new Figures();
        var floor = new Figures();
        var gzip = new Figures();
        for (int round = -10; round < ROUNDS; round++) {
            double[] times = new double[3];
            for (int i = 0; i < 3; i++) {
                int kind = Math.floorMod(round + i, 3);
                long start = nanos();
                switch (kind) {
                    case 0 -> pipeline(events, reader, forwarder);
                    case 1 -> floor(events, outputs);
                    default -> gzip(texts);
                }
                times[kind] = (nanos() - start) / 1e6;
            }
            if (round >= 0) {
                pipeline.add(times[0]);
                floor.add(times[1]);
                gzip.add(times[2]);
            }
        }
        System.out.printf(
                "%s: %d payloads of %d lines, %.1f MB of lines (%.0f bytes a line), %.1f MB of records, %.1f MB of objects%n",
                source.code(),
                PAYLOADS,
                LINES,
                lineBytes / 1e6,
                (double) lineBytes / PAYLOADS / LINES,
                outputs.stream().mapToLong(o -> o.length).sum() / 1e6,
                objects / 1e6);
        System.out.println("  pipeline, ms of CPU      " + pipeline);
        System.out.println("  bare parts, ms of CPU    " + floor);
        System.out.println("  gzip -6 alone, ms of CPU " + gzip);
        System.out.printf("  pipeline, MB of lines a second and core: %.0f%n", lineBytes / 1e3 / pipeline.median());
        System.out.println("  bare parts over pipeline: " + Figures.ratio(floor, pipeline));
        System.out.println("  gzip -6 over pipeline:    " + Figures.ratio(gzip, pipeline));
    }

    private static void pipeline(List<byte[]> events, PayloadReader reader, Forwarder forwarder)
            throws PayloadException {
        for (var event : events) {
            var batch =
                    forwarder.batch(reader.read(new ByteArrayInputStream(event)).orElseThrow());
            Sha256.of(batch.bytes());
        }
    }

    private static void floor(List<byte[]> events, List<byte[]> outputs) throws IOException, GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new javax.crypto.spec.SecretKeySpec(new byte[32], "HmacSHA256"));
        for (int i = 0; i < events.size(); i++) {
            byte[] compressed;
            try (var json = JSON.createParser(events.get(i))) {
                json.nextToken();
                json.nextToken();
                json.nextToken();
                json.nextToken();
                json.nextToken();
                compressed = json.getBinaryValue();
            }
            byte[] payload;
            try (var in = new GZIPInputStream(new ByteArrayInputStream(compressed), 64 * 1024)) {
                payload = in.readAllBytes();
            }
            try (var json = JSON.createParser(payload)) {
                while (json.nextToken() != null) {
                    if (json.currentToken().isScalarValue() && "message".equals(json.currentName())) {
                        mac.doFinal(json.getText().getBytes(StandardCharsets.UTF_8));
                    }
                }
            }
            Sha256.of(Zstd.compress(outputs.get(i), 1));
        }
    }

    private static void gzip(List<byte[]> texts) throws IOException {
        for (var text : texts) {
            try (var out = new GZIPOutputStream(new ByteArrayOutputStream(text.length), 64 * 1024)) {
                out.write(text);
            }
        }
    }

    private static List<String> lines(Source source, Random random) {
        var lines = new ArrayList<String>();
        for (int i = 0; i < LINES; i++) {
            lines.add(source == Source.POSTGRESQL ? postgres(random, i) : vault(random, i));
        }
        return lines;
    }

    private static String user(Random random) {
        return "dp_01k9z3v7q2m4n5p6r8s9t0v1" + "0123456789abcdefghjkmnpqrstvwxyz".charAt(random.nextInt(8)) + "2";
    }

    private static String postgres(Random random, int line) {
        String[] statements = {
            "SELECT id, customer, status FROM orders WHERE customer = '" + Long.toHexString(random.nextLong())
                    + "' AND id > " + random.nextInt(1_000_000) + " ORDER BY placed_at DESC LIMIT 50",
            "UPDATE orders SET status = 'refunded', note = 'TICKET-" + random.nextInt(100_000) + "' WHERE id = "
                    + random.nextInt(1_000_000),
            "INSERT INTO notes (order_id, text) VALUES (" + random.nextInt(1_000_000)
                    + ", 'The customer called about the delivery on Friday; no change was needed.')",
            "SELECT o.id, o.amount, c.pan FROM orders o JOIN cards c USING (customer) WHERE c.pan = '4111 1111 1111 1111'",
        };
        int kind = line % 40 == 0 ? 3 : random.nextInt(3);
        return """
                {"timestamp":"2026-11-23 03:10:%02d.%03d UTC","user":"%s","dbname":"app","pid":%d,"remote_host":"10.0.3.%d","remote_port":%d,\
                "session_id":"6b036a46.%x","line_num":%d,"ps":"SELECT","session_start":"2026-11-23 03:09:58 UTC","vxid":"%d/%d","txid":0,\
                "error_severity":"LOG","message":"statement: %s","application_name":"psql","backend_type":"client backend","query_id":%d}""".formatted(
                        line / 1000 % 60,
                        line % 1000,
                        user(random),
                        1000 + random.nextInt(30_000),
                        random.nextInt(250),
                        30_000 + random.nextInt(30_000),
                        random.nextInt(1 << 20),
                        line,
                        random.nextInt(100),
                        random.nextInt(100_000),
                        statements[kind],
                        random.nextLong());
    }

    private static String hex(Random random, int bytes) {
        byte[] some = new byte[bytes];
        random.nextBytes(some);
        return java.util.HexFormat.of().formatHex(some);
    }

    private static String uuid(Random random) {
        return new java.util.UUID(random.nextLong(), random.nextLong()).toString();
    }

    private static String vault(Random random, int line) {
        String session = user(random).substring(3);
        return """
                {"time":"2026-11-23T03:10:%02d.%09dZ","type":"response","auth":{"client_token":"hmac-sha256:%s","accessor":"%s","display_name":"token-%s",\
                "policies":["daypass-grant-orders-support-read"],"token_policies":["daypass-grant-orders-support-read"],"policy_results":{"allowed":true,\
                "granting_policies":[{"name":"daypass-grant-orders-support-read","namespace_id":"root","type":"acl"}]},"metadata":{"agent":"agent:support-bot",\
                "grant":"orders-support-read","owner":"team-support","session":"%s"},"token_type":"service","token_ttl":600,"token_issue_time":"2026-11-23T03:09:59Z"},\
                "request":{"id":"%s","client_token":"hmac-sha256:%s","client_token_accessor":"%s","operation":"read","mount_point":"database/","mount_type":"database",\
                "mount_class":"secret","namespace":{"id":"root"},"path":"database/creds/orders-support-read","remote_address":"127.0.0.2","remote_port":%d,\
                "headers":{"x-daypass-session":["%s"]}},"response":{"mount_point":"database/","mount_type":"database","mount_class":"secret",\
                "secret":{"lease_id":"database/creds/orders-support-read/%s"},"data":{"password":"hmac-sha256:%s","username":"dp_%s"}}}""".formatted(
                        line / 1000 % 60,
                        random.nextInt(1_000_000_000),
                        hex(random, 32),
                        hex(random, 12),
                        session,
                        session,
                        uuid(random),
                        hex(random, 32),
                        hex(random, 12),
                        30_000 + random.nextInt(30_000),
                        session,
                        hex(random, 12),
                        hex(random, 32),
                        session);
    }

    private static byte[] event(List<String> lines, int payload) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var json = JSON.createGenerator(new GZIPOutputStream(out))) {
            json.writeStartObject();
            json.writeStringField("messageType", "DATA_MESSAGE");
            json.writeStringField("owner", "111122223333");
            json.writeStringField("logGroup", "/aws/rds/instance/app/postgresql");
            json.writeStringField("logStream", "app.0");
            json.writeArrayFieldStart("logEvents");
            for (int i = 0; i < lines.size(); i++) {
                json.writeStartObject();
                json.writeStringField("id", "3862341" + (1_000_000_000_000L * payload + i));
                json.writeNumberField("timestamp", NOW.toEpochMilli() + i);
                json.writeStringField("message", lines.get(i));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return ("{\"awslogs\":{\"data\":\"" + Base64.getEncoder().encodeToString(out.toByteArray()) + "\"}}")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Nanoseconds of CPU of this thread: on a shared machine the wall clock tells of the neighbours. */
    private static long nanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** The store is AWS's part: nothing is stored here. */
    private static final class NoStore implements LockedStore {
        @Override
        public boolean create(ObjectKey key, byte[] bytes, String contentType, Map<String, String> metadata) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<byte[]> only(ObjectKey key) {
            throw new UnsupportedOperationException();
        }
    }
}
