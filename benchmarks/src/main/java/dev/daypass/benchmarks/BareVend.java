package dev.daypass.benchmarks;

import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Intent;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.functions.evidence.EvidenceJson;
import dev.daypass.grant.GrantName;
import dev.daypass.session.Handle;
import dev.daypass.session.SessionId;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * What a vend asks of its peers and nothing else: the same requests, in the order that the path requires and side by side
 * where it does so, over connections that are open already, from bytes that were made and signed before the clock runs.
 * Only what depends on an earlier answer is put together while it runs. Nothing is verified, decided, parsed or recorded.
 *
 * <p>The state items lack the index's two attributes under their right names, so that no sweep takes them for sessions; the
 * session token is revoked after the measurement.
 */
final class BareVend {
    private final Map<String, String> environment;
    private final SecureRandom random;
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final ExecutorService sideBySide = Executors.newFixedThreadPool(2, task -> {
        var thread = new Thread(task, "bare");
        thread.setDaemon(true);
        return thread;
    });

    BareVend(Map<String, String> environment, SecureRandom random) {
        this.environment = environment;
        this.random = random;
    }

    /** @return nanoseconds from the first byte sent to the last byte received */
    long run(String token, Instant now) throws IOException {
        var intent = intent(token, now);
        var id = intent.session().text();
        var vaultAddress = URI.create(variable("DAYPASS_VAULT_ADDRESS"));
        byte[] put = put(intent);
        byte[] transaction = transaction(intent, now);
        byte[] update = update(intent, now);
        byte[] login = vault(
                vaultAddress,
                "POST /v1/auth/jwt-dev/login",
                intent,
                "",
                "{\"role\":\"" + Setting.GRANT + "--1\",\"jwt\":\"" + token + "\"}");
        String create = "{\"display_name\":\"" + id + "\",\"meta\":{\"session\":\"" + id + "\",\"agent\":\""
                + intent.agent() + "\",\"grant\":\"" + Setting.GRANT + "\",\"grant_digest\":\"" + intent.grantDigest()
                + "\"},\"ttl\":\"5s\",\"explicit_max_ttl\":\"19s\"}";
        try (var s3 = new Wire(endpoint("S3"), Optional.empty());
                var dynamo = new Wire(endpoint("DYNAMODB"), Optional.empty());
                var vault = new Wire(vaultAddress, Optional.of(variable("DAYPASS_VAULT_SOURCE_ADDRESS")))) {
            long start = System.nanoTime();
            var locking = sideBySide.submit(exchange(s3, put));
            var remembering = sideBySide.submit(exchange(dynamo, transaction));
            String loggedIn = vault.exchange(login);
            remembering.get();
            locking.get();
            String created = vault.exchange(vault(
                    vaultAddress,
                    "POST /v1/auth/token/create/" + Setting.GRANT,
                    intent,
                    member(loggedIn, "client_token"),
                    create));
            String session = member(created, "client_token");
            String credentials =
                    vault.exchange(vault(vaultAddress, "GET /v1/database/creds/" + Setting.GRANT, intent, session, ""));
            dynamo.exchange(update);
            long nanos = System.nanoTime() - start;
            if (!credentials.contains("dp_" + id)) {
                throw new IOException("the database's answer names another user");
            }
            vault.exchange(vault(vaultAddress, "POST /v1/auth/token/revoke-self", intent, session, "{}"));
            return nanos;
        } catch (InterruptedException | ExecutionException e) {
            throw new IOException(e);
        }
    }

    private static Callable<String> exchange(Wire wire, byte[] request) {
        return () -> wire.exchange(request);
    }

    private Intent intent(String token, Instant now) {
        return new Intent(
                SessionId.create(now, random),
                "http://127.0.0.1:40000",
                "agent:support-bot",
                "agent:support-bot",
                Optional.of("alice@example.com"),
                List.of(),
                Sha256.of(token.getBytes(StandardCharsets.UTF_8)),
                Optional.of("00000000-0000-0000-0000-000000000000"),
                new GrantName(Setting.GRANT),
                "1",
                Sha256.of(new byte[0]),
                Sha256.of(new byte[0]),
                "orders",
                List.of("public.orders: select all"),
                Optional.empty(),
                now,
                Duration.ofSeconds(5),
                now.plusSeconds(20),
                new Intent.Origin("127.0.0.1", Optional.of("testbed"), "00000000-0000-0000-0000-000000000000"));
    }

    private byte[] put(Intent intent) {
        var place = new ObjectKey.Place(variable("AWS_REGION"), variable("DAYPASS_ACCOUNT_ID"));
        byte[] body = EvidenceJson.intent(intent);
        var address = URI.create(endpoint("S3") + "/" + variable("DAYPASS_EVIDENCE_BUCKET") + "/"
                + ObjectKey.intent(place, intent.session()).text().replace("=", "%3D"));
        return signed(
                "s3",
                "PUT",
                address,
                Map.of(
                        "Content-Type",
                        "application/json",
                        "If-None-Match",
                        "*",
                        "x-amz-checksum-sha256",
                        Base64.getEncoder().encodeToString(Sha256.of(body).bytes())),
                body);
    }

    private byte[] transaction(Intent intent, Instant now) {
        String session = item(Map.ofEntries(
                Map.entry("pk", "session#" + intent.session()),
                Map.entry("status", "INTENDED"),
                Map.entry("handle", Handle.create(random).digest().toString()),
                Map.entry("expiresAt", now.plusSeconds(5).toString()),
                Map.entry("benchmarkShard", "0"),
                Map.entry("benchmarkDueAt", Long.toString(now.toEpochMilli())),
                Map.entry("session", intent.session().text()),
                Map.entry("issuer", intent.issuer()),
                Map.entry("subject", intent.subject()),
                Map.entry("agent", intent.agent()),
                Map.entry("owner", intent.owner().orElseThrow()),
                Map.entry("tokenDigest", intent.tokenDigest().toString()),
                Map.entry("tokenId", intent.tokenId().orElseThrow()),
                Map.entry("grant", intent.grant().text()),
                Map.entry("grantVersion", intent.grantVersion()),
                Map.entry("grantDigest", intent.grantDigest().toString()),
                Map.entry("configuration", intent.configuration().toString()),
                Map.entry("database", intent.database()),
                Map.entry("scope", intent.scope().getFirst()),
                Map.entry("createdAt", now.toString()),
                Map.entry("ttl", intent.ttl().toString()),
                Map.entry("window", intent.window().toString()),
                Map.entry("sourceAddress", "127.0.0.1"),
                Map.entry("userAgent", "testbed"),
                Map.entry("requestId", intent.origin().requestId())));
        String use = item(Map.of(
                "pk",
                "use#" + intent.tokenDigest().hex(),
                "heldBy",
                intent.session().text()));
        String table = variable("DAYPASS_TABLE");
        String condition = "\",\"ConditionExpression\":\"attribute_not_exists(pk)\",\"Item\":";
        return dynamo(
                "TransactWriteItems",
                "{\"ClientRequestToken\":\"" + intent.session() + "\",\"TransactItems\":[{\"Put\":{\"TableName\":\""
                        + table + condition + session + "}},{\"Put\":{\"TableName\":\"" + table + condition + use
                        + "}}]}");
    }

    private byte[] update(Intent intent, Instant now) {
        String values = item(Map.of(
                ":from",
                "INTENDED",
                ":to",
                "ACTIVE",
                ":lease",
                "database/creds/" + Setting.GRANT + "/000000000000000000000000",
                ":accessor",
                "000000000000000000000000",
                ":expires",
                now.plusSeconds(5).toString(),
                ":due",
                Long.toString(now.toEpochMilli())));
        return dynamo(
                "UpdateItem",
                "{\"TableName\":\"" + variable("DAYPASS_TABLE") + "\",\"Key\":"
                        + item(Map.of("pk", "session#" + intent.session()))
                        + ",\"UpdateExpression\":\"SET #status = :to, lease = :lease, accessor = :accessor,"
                        + " expiresAt = :expires, benchmarkDueAt = :due\",\"ConditionExpression\":\"#status = :from\","
                        + "\"ExpressionAttributeNames\":{\"#status\":\"status\"},\"ExpressionAttributeValues\":"
                        + values
                        + ",\"ReturnValues\":\"ALL_NEW\",\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\"}");
    }

    private static String item(Map<String, String> texts) {
        var json = new StringBuilder("{");
        texts.forEach((name, text) -> json.append(json.length() > 1 ? "," : "")
                .append('"')
                .append(name)
                .append("\":{\"S\":\"")
                .append(text)
                .append("\"}"));
        return json.append('}').toString();
    }

    private byte[] dynamo(String operation, String body) {
        return signed(
                "dynamodb",
                "POST",
                URI.create(endpoint("DYNAMODB") + "/"),
                Map.of("Content-Type", "application/x-amz-json-1.0", "X-Amz-Target", "DynamoDB_20120810." + operation),
                body.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] signed(String service, String method, URI address, Map<String, String> headers, byte[] body) {
        var request =
                SdkHttpRequest.builder().method(SdkHttpMethod.fromValue(method)).uri(address);
        headers.forEach(request::putHeader);
        var identity = AwsSessionCredentialsIdentity.create(
                variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"), variable("AWS_SESSION_TOKEN"));
        var result = signer.sign(r -> r.identity(identity)
                .request(request.build())
                .payload(ContentStreamProvider.fromByteArrayUnsafe(body))
                .putProperty(HttpSigner.SIGNING_CLOCK, java.time.Clock.systemUTC())
                .putProperty(AwsV4HttpSigner.REGION_NAME, variable("AWS_REGION"))
                .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, service)
                .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, !service.equals("s3"))
                .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, !service.equals("s3"))
                .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, true));
        var all = new HashMap<String, String>();
        result.request().headers().forEach((name, values) -> all.put(name, values.getFirst()));
        return bytes(method + " " + address.getRawPath(), address, all, body);
    }

    private static byte[] vault(URI address, String line, Intent intent, String token, String body) {
        var headers = new HashMap<>(Map.of(
                "Content-Type",
                "application/json",
                "X-Vault-Request",
                "true",
                "X-Daypass-Session",
                intent.session().text()));
        if (!token.isEmpty()) {
            headers.put("X-Vault-Token", token);
        }
        return bytes(line, address, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(String line, URI address, Map<String, String> headers, byte[] body) {
        var head = new StringBuilder(line).append(" HTTP/1.1\r\nHost: ").append(address.getRawAuthority());
        headers.forEach((name, value) -> {
            if (!name.equalsIgnoreCase("Host") && !name.equalsIgnoreCase("Content-Length")) {
                head.append("\r\n").append(name).append(": ").append(value);
            }
        });
        head.append("\r\nContent-Length: ").append(body.length).append("\r\n\r\n");
        var out = new ByteArrayOutputStream();
        out.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
        out.writeBytes(body);
        return out.toByteArray();
    }

    private static String member(String answer, String name) throws IOException {
        int at = answer.indexOf("\"" + name + "\":\"");
        if (at < 0) {
            throw new IOException("no " + name + " in an answer of Vault's");
        }
        int from = at + name.length() + 4;
        return answer.substring(from, answer.indexOf('"', from));
    }

    private URI endpoint(String service) {
        var own = environment.getOrDefault("AWS_ENDPOINT_URL_" + service, "");
        return URI.create(own.isEmpty() ? variable("AWS_ENDPOINT_URL") : own);
    }

    private String variable(String name) {
        var value = environment.get(name);
        if (value == null) {
            throw new IllegalStateException(name + " is not set");
        }
        return value;
    }

    /** One open connection: writes a request, reads the answer as it comes. */
    static final class Wire implements AutoCloseable {
        private final Socket socket;

        Wire(URI address, Optional<String> from) throws IOException {
            socket = new Socket();
            socket.setTcpNoDelay(true);
            if (from.isPresent()) {
                socket.bind(new InetSocketAddress(InetAddress.getByName(from.get()), 0));
            }
            socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), 2000);
            socket.setSoTimeout(10_000);
        }

        String exchange(byte[] request) throws IOException {
            socket.getOutputStream().write(request);
            var in = socket.getInputStream();
            var buffer = new byte[16 * 1024];
            var answer = new StringBuilder();
            while (!isComplete(answer)) {
                int read = in.read(buffer);
                if (read < 0) {
                    throw new EOFException("a peer closed its connection");
                }
                answer.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
            }
            if (!answer.substring(0, 10).equals("HTTP/1.1 2")) {
                throw new IOException("a peer answered " + answer);
            }
            return answer.toString();
        }

        private static boolean isComplete(StringBuilder answer) {
            int end = answer.indexOf("\r\n\r\n");
            if (end < 0) {
                return false;
            }
            var head = answer.substring(0, end).toLowerCase(java.util.Locale.ROOT);
            if (head.contains("transfer-encoding: chunked")) {
                return answer.indexOf("\r\n0\r\n\r\n", end) >= 0;
            }
            int at = head.indexOf("content-length:");
            if (at < 0) {
                return true;
            }
            int until = head.indexOf('\r', at);
            var length =
                    head.substring(at + 15, until < 0 ? head.length() : until).strip();
            return answer.length() >= end + 4 + Integer.parseInt(length);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
