package dev.daypass.cli.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The few requests of S3, SQS, Lambda, CloudWatch Logs and KMS that the commands make, as AWS's API references describe them.
 * Anything else is answered with 501. It does not look at signatures: that an auditor's rights are enough is for the acceptance
 * tests against an endpoint that enforces policies.
 */
final class StubAws implements AutoCloseable {
    static final Instant WRITTEN = Instant.parse("2026-11-23T03:00:00Z");
    static final Instant RETAINED = Instant.parse("2027-12-28T03:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();
    /** So small that every listing has several pages. */
    private static final int PAGE = 3;

    private final HttpServer server;
    private final List<Stored> stored = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Set<String> failing = ConcurrentHashMap.newKeySet();
    private final Deque<ObjectNode> queue = new ArrayDeque<>();
    private final Set<String> hidden = new HashSet<>();
    private final Map<String, String> subscriptions = new HashMap<>();
    private final Map<String, String> functionErrors = new ConcurrentHashMap<>();
    private byte[] publicKey = new byte[0];
    private String keySpec = "ECC_NIST_P256";

    /** One version or delete marker. */
    private record Stored(
            String bucket, String key, String versionId, byte @Nullable [] bytes, int age, boolean locked) {}

    StubAws() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Another version of a key, newer than those before it; returns its identifier. */
    String put(String bucket, String key, byte[] bytes) {
        return add(bucket, key, bytes, true);
    }

    void putUnlocked(String bucket, String key, byte[] bytes) {
        add(bucket, key, bytes, false);
    }

    void deleteMarker(String bucket, String key) {
        add(bucket, key, null, false);
    }

    /** Reading this key answers with 500 from now on, or no longer. */
    void failing(String key, boolean fails) {
        if (fails) {
            failing.add(key);
        } else {
            failing.remove(key);
        }
    }

    void queued(String id, String body) {
        queue.add(JSON.createObjectNode()
                .put("MessageId", id)
                .put("ReceiptHandle", "receipt-" + id)
                .put("Body", body));
    }

    void subscribed(String logGroup, String function) {
        subscriptions.put(logGroup, function);
    }

    void functionFails(String function, String error) {
        functionErrors.put(function, error);
    }

    void publicKey(byte[] spki, String spec) {
        publicKey = spki;
        keySpec = spec;
    }

    /** What was asked, in order: a method or an action, and what it was about. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    long count(String prefix) {
        return requests.stream().filter(request -> request.startsWith(prefix)).count();
    }

    void forget() {
        requests.clear();
    }

    List<String> queuedIds() {
        return queue.stream().map(message -> message.path("MessageId").asText()).toList();
    }

    private String add(String bucket, String key, byte @Nullable [] bytes, boolean locked) {
        String versionId = "v" + stored.size();
        stored.add(new Stored(bucket, key, versionId, bytes, stored.size(), locked));
        return versionId;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            String path = exchange.getRequestURI().getRawPath();
            if (target != null) {
                json(exchange, target, JSON.readTree(body));
            } else if (path.startsWith("/2015-03-31/functions/")) {
                function(exchange, decoded(path.split("/", -1)[3]), body);
            } else {
                s3(exchange, path);
            }
        } catch (RuntimeException e) {
            reply(exchange, 501, e.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    // ---- S3

    private void s3(HttpExchange exchange, String path) throws IOException {
        var query = query(exchange.getRequestURI().getRawQuery());
        int slash = path.indexOf('/', 1);
        String bucket = decoded(slash < 0 ? path.substring(1) : path.substring(1, slash));
        String key = slash < 0 ? "" : decoded(path.substring(slash + 1));
        String method = exchange.getRequestMethod();
        if (key.isEmpty() && method.equals("GET") && query.containsKey("versions")) {
            requests.add("LIST " + query.getOrDefault("prefix", ""));
            reply(exchange, 200, list(bucket, query).getBytes(StandardCharsets.UTF_8));
            return;
        }
        // Only by version: an auditor has no right to read otherwise.
        String versionId = query.get("versionId");
        if (versionId == null || !(method.equals("GET") || method.equals("HEAD"))) {
            reply(exchange, 501, new byte[0]);
            return;
        }
        String what = query.containsKey("retention") ? "RETENTION" : method;
        requests.add(what + " " + key);
        if (failing.contains(key)) {
            reply(exchange, 500, "<Error><Code>InternalError</Code></Error>".getBytes(StandardCharsets.UTF_8));
            return;
        }
        var version = stored.stream()
                .filter(one -> one.bucket().equals(bucket)
                        && one.key().equals(key)
                        && one.versionId().equals(versionId))
                .findFirst()
                .orElseThrow();
        if (what.equals("RETENTION")) {
            String none = "<Error><Code>NoSuchObjectLockConfiguration</Code><Message>none</Message></Error>";
            reply(exchange, 404, none.getBytes(StandardCharsets.UTF_8));
            return;
        }
        if (version.locked()) {
            exchange.getResponseHeaders().set("x-amz-object-lock-mode", "COMPLIANCE");
            exchange.getResponseHeaders().set("x-amz-object-lock-retain-until-date", RETAINED.toString());
        }
        byte[] bytes = Objects.requireNonNull(version.bytes());
        if (method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
            exchange.sendResponseHeaders(200, -1);
        } else {
            reply(exchange, 200, bytes);
        }
    }

    /** ListObjectVersions. Markers name the last entry of the page before; entries come in order of keys, newest version first. */
    private String list(String bucket, Map<String, String> query) {
        String prefix = query.getOrDefault("prefix", "");
        String delimiter = query.getOrDefault("delimiter", "");
        String keyMarker = query.getOrDefault("key-marker", "");
        String versionMarker = query.getOrDefault("version-id-marker", "");
        int page = Math.min(PAGE, Integer.parseInt(query.getOrDefault("max-keys", "1000")));
        var entries = stored.stream()
                .filter(one -> one.bucket().equals(bucket) && one.key().startsWith(prefix))
                .sorted(Comparator.comparing(
                                (Stored one) -> one.key().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned)
                        .thenComparing(Comparator.comparingInt(Stored::age).reversed()))
                .toList();
        var out = new StringBuilder("<ListVersionsResult><EncodingType>url</EncodingType>");
        if (!delimiter.isEmpty()) {
            var folders = new LinkedHashSet<String>();
            for (var entry : entries) {
                int end = entry.key().indexOf(delimiter, prefix.length());
                if (end >= 0) {
                    folders.add(entry.key().substring(0, end + 1));
                }
            }
            folders.forEach(folder -> out.append("<CommonPrefixes><Prefix>")
                    .append(encoded(folder))
                    .append("</Prefix></CommonPrefixes>"));
            return out.append("<IsTruncated>false</IsTruncated></ListVersionsResult>")
                    .toString();
        }
        var latest = new HashSet<String>();
        var rest = new ArrayList<Stored>();
        boolean passedVersion = versionMarker.isEmpty();
        for (var entry : entries) {
            int order = Arrays.compareUnsigned(
                    entry.key().getBytes(StandardCharsets.UTF_8), keyMarker.getBytes(StandardCharsets.UTF_8));
            if (order > 0 || order == 0 && passedVersion && !versionMarker.isEmpty()) {
                rest.add(entry);
            } else if (order == 0 && entry.versionId().equals(versionMarker)) {
                passedVersion = true;
            }
        }
        var newest = new LinkedHashMap<String, String>();
        entries.forEach(entry -> newest.putIfAbsent(entry.key(), entry.versionId()));
        latest.addAll(newest.values());
        var given = rest.subList(0, Math.min(page, rest.size()));
        for (var entry : given) {
            byte[] bytes = entry.bytes();
            String name = bytes == null ? "DeleteMarker" : "Version";
            out.append('<')
                    .append(name)
                    .append("><Key>")
                    .append(encoded(entry.key()))
                    .append("</Key><VersionId>");
            out.append(entry.versionId()).append("</VersionId><IsLatest>").append(latest.contains(entry.versionId()));
            out.append("</IsLatest><LastModified>")
                    .append(WRITTEN.plusSeconds(entry.age()))
                    .append("</LastModified>");
            if (bytes != null) {
                out.append("<Size>").append(bytes.length).append("</Size>");
            }
            out.append("</").append(name).append('>');
        }
        boolean truncated = given.size() < rest.size();
        out.append("<IsTruncated>").append(truncated).append("</IsTruncated>");
        if (truncated) {
            out.append("<NextKeyMarker>").append(encoded(given.getLast().key())).append("</NextKeyMarker>");
            out.append("<NextVersionIdMarker>")
                    .append(given.getLast().versionId())
                    .append("</NextVersionIdMarker>");
        }
        return out.append("</ListVersionsResult>").toString();
    }

    // ---- the services that speak JSON

    private void json(HttpExchange exchange, String target, JsonNode body) throws IOException {
        String action = target.substring(target.indexOf('.') + 1);
        var answer = JSON.createObjectNode();
        switch (action) {
            case "ReceiveMessage" -> {
                requests.add(action);
                var messages = answer.putArray("Messages");
                queue.stream()
                        .filter(message -> hidden.add(message.path("MessageId").asText()))
                        .findFirst()
                        .ifPresent(message -> messages.add(message.deepCopy()
                                .put("MD5OfBody", md5(message.path("Body").asText()))));
            }
            case "DeleteMessage" -> {
                requests.add(action + " " + body.path("ReceiptHandle").asText());
                queue.removeIf(message -> message.path("ReceiptHandle").equals(body.path("ReceiptHandle")));
            }
            case "ChangeMessageVisibility" ->
                requests.add(action + " " + body.path("ReceiptHandle").asText() + " "
                        + body.path("VisibilityTimeout").asText());
            case "DescribeSubscriptionFilters" -> {
                String group = body.path("logGroupName").asText();
                requests.add(action + " " + group);
                var filters = answer.putArray("subscriptionFilters");
                var function = subscriptions.get(group);
                if (function != null) {
                    filters.addObject().put("destinationArn", function);
                }
            }
            case "GetPublicKey" -> {
                requests.add(action + " " + body.path("KeyId").asText());
                answer.put("PublicKey", Base64.getEncoder().encodeToString(publicKey));
                answer.put("KeySpec", keySpec);
                answer.put("KeyUsage", "SIGN_VERIFY");
            }
            default -> {
                reply(exchange, 501, new byte[0]);
                return;
            }
        }
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        reply(exchange, 200, answer.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void function(HttpExchange exchange, String name, byte[] body) throws IOException {
        requests.add("INVOKE " + name + " " + new String(body, StandardCharsets.UTF_8));
        var error = functionErrors.get(name);
        if (error != null) {
            exchange.getResponseHeaders().set("X-Amz-Function-Error", error);
        }
        reply(exchange, 200, "{}".getBytes(StandardCharsets.UTF_8));
    }

    private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    private static Map<String, String> query(@Nullable String raw) {
        var query = new HashMap<String, String>();
        for (var pair : (raw == null ? "" : raw).split("&", -1)) {
            int equals = pair.indexOf('=');
            query.put(
                    decoded(equals < 0 ? pair : pair.substring(0, equals)),
                    equals < 0 ? "" : decoded(pair.substring(equals + 1)));
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
