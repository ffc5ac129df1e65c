package dev.daypass.testbed.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Source;
import dev.daypass.testbed.Cache;
import dev.daypass.testbed.LogShipper;
import dev.daypass.testbed.LogShipper.Framing;
import dev.daypass.testbed.LogShipper.Route;
import dev.daypass.testbed.Progress;
import dev.daypass.testbed.Reaper;
import dev.daypass.testbed.aws.StackSettings.Broker;
import dev.daypass.testbed.aws.StackSettings.Recording;
import dev.daypass.testbed.aws.StackSettings.Vault;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.kms.model.MessageType;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;

/** The template with its record, with a probe in place of the functions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordDeploymentIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Map<Source, String> GROUPS = Map.of(
            Source.VAULT_AUDIT, "/peers/vault-audit",
            Source.VAULT_SERVER, "/peers/vault-server",
            Source.POSTGRESQL, "/peers/postgresql",
            Source.MARIADB, "/peers/mariadb");

    private Reaper reaper;
    private AwsEndpoint endpoint;
    private DeployedStack stack;
    private Path probe;

    @BeforeAll
    void deploy(@TempDir Path temporary) throws IOException, InterruptedException {
        reaper = Reaper.open();
        endpoint = AwsEndpoint.start(
                reaper, Cache.ofUser(System.getenv()), temporary.resolve("aws"), Progress.to(System.out));
        probe = ProbeArchive.write(temporary);
        stack = DeployedStack.deploy(endpoint, settings("daypass", GROUPS));
    }

    @AfterAll
    void end() {
        endpoint.close();
        reaper.close();
    }

    @Test
    void everyFunctionIsThere() {
        assertEquals(
                Stream.concat(Stream.of(StackFunction.values()), Stream.of(RecordFunction.values()))
                        .toList(),
                stack.functions());
    }

    @Test
    void whatIsInALogGroupReachesTheForwarderOfItsSource(@TempDir Path directory) throws Exception {
        for (var entry : GROUPS.entrySet()) {
            var forwarder = EnumSet.allOf(RecordFunction.class).stream()
                    .filter(function -> function.source().equals(Optional.of(entry.getKey())))
                    .findFirst()
                    .orElseThrow();
            var file = Files.writeString(directory.resolve(entry.getKey().code()), "of " + entry.getKey() + "\n");
            try (var shipper = LogShipper.start(
                    endpoint.administrator().logs(),
                    List.of(new Route(file, entry.getValue(), "stream", Framing.LINE)))) {
                shipper.awaitShipped(LIMIT);
            }
            awaitText(stack.log(forwarder), "\"message\": \"of " + entry.getKey() + "\"");
            assertTrue(Files.readString(stack.log(forwarder)).contains("\"logGroup\": \"" + entry.getValue() + "\""));
        }
    }

    @Test
    void whatAFunctionPrintsReachesItsLogGroupOnceAndDaypassesForwarder() throws Exception {
        stack.invoke(StackFunction.SESSIONS, "{\"a\": \"a mark\"}");
        try (var shipper = LogShipper.start(
                endpoint.administrator().logs(),
                Stream.of(StackFunction.values()).map(stack::route).toList())) {
            shipper.awaitShipped(LIMIT);
            var shipped = endpoint
                    .administrator()
                    .logs()
                    .filterLogEventsPaginator(f -> f.logGroupName(stack.logGroup(StackFunction.SESSIONS)))
                    .events()
                    .stream()
                    .map(FilteredLogEvent::message)
                    .filter(message -> message.contains("a mark"))
                    .toList();
            assertEquals(List.of("SessionsHandler got {\"a\": \"a mark\"}"), shipped);
            awaitText(stack.log(RecordFunction.DAYPASS_FORWARDER), "a mark");
        }
    }

    @Test
    void onlyTheSealerSignsAndOnlyADigest() {
        var digest = SdkBytes.fromByteArray(
                Sha256.of("x".getBytes(StandardCharsets.UTF_8)).bytes());
        try (var sealer = endpoint.clients(stack.credentials(RecordFunction.SEAL));
                var reconciler = endpoint.clients(stack.credentials(RecordFunction.RECONCILE))) {
            var signed = sealer.kms()
                    .sign(s -> s.keyId(stack.sealKeyArn())
                            .message(digest)
                            .messageType(MessageType.DIGEST)
                            .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256));
            assertTrue(signed.signature().asByteArray().length > 64);
            assertRefused(() -> reconciler
                    .kms()
                    .sign(s -> s.keyId(stack.sealKeyArn())
                            .message(digest)
                            .messageType(MessageType.DIGEST)
                            .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256)));
            assertRefused(() -> sealer.kms()
                    .sign(s -> s.keyId(stack.sealKeyArn())
                            .message(digest)
                            .messageType(MessageType.RAW)
                            .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256)));
        }
    }

    @Test
    void onlyTheSealerKeepsHeadsAndTheyAreLocked() {
        var key = "heads/source=daypass/region=eu-central-1/accountId=" + AwsEndpoint.ACCOUNT_ID + "/000000000001.json";
        try (var sealer = endpoint.clients(stack.credentials(RecordFunction.SEAL));
                var reconciler = endpoint.clients(stack.credentials(RecordFunction.RECONCILE))) {
            assertRefused(() -> put(reconciler, key));
            assertRefused(() -> put(endpoint.administrator(), key));
            var version = put(sealer, key);
            assertEquals(
                    412,
                    assertThrows(AwsServiceException.class, () -> put(sealer, key))
                            .statusCode());
            assertEquals(
                    ObjectLockRetentionMode.COMPLIANCE,
                    endpoint.administrator()
                            .s3()
                            .getObjectRetention(
                                    o -> o.bucket(stack.headBucket()).key(key).versionId(version))
                            .retention()
                            .mode());
        }
    }

    @Test
    void theRecordsKeyIsThirtyTwoBytesAndOnlyItsFunctionsReadIt() {
        for (var function : List.of(RecordFunction.POSTGRESQL_FORWARDER, RecordFunction.RECONCILE)) {
            try (var clients = endpoint.clients(stack.credentials(function))) {
                var key = clients.ssm()
                        .getParameter(p -> p.name(stack.recordKeyParameter()).withDecryption(true))
                        .parameter()
                        .value();
                assertEquals(32, Base64.getDecoder().decode(key).length);
            }
        }
        for (var function : List.of(StackFunction.VEND, RecordFunction.SEAL)) {
            try (var clients = endpoint.clients(stack.credentials(function))) {
                assertRefused(() -> clients.ssm()
                        .getParameter(p -> p.name(stack.recordKeyParameter()).withDecryption(true)));
            }
        }
    }

    @Test
    void aPayloadThatNoForwarderTakesIsADeadLetter(@TempDir Path directory) throws Exception {
        var file = Files.writeString(directory.resolve("bad"), "probe=throw\n");
        try (var shipper = LogShipper.start(
                endpoint.administrator().logs(), List.of(new Route(file, "/peers/mariadb", "bad", Framing.LINE)))) {
            shipper.awaitShipped(LIMIT);
        }
        var letters = endpoint.administrator()
                .sqs()
                .receiveMessage(
                        r -> r.queueUrl(stack.deadLetters().toString()).waitTimeSeconds((int) LIMIT.toSeconds()))
                .messages();
        var log = Files.readString(endpoint.log());
        assertEquals(1, letters.size(), () -> log.substring(Math.max(0, log.length() - 2000)));
        assertTrue(letters.getFirst().body().startsWith("{\"awslogs\""));
    }

    @Test
    void aSourceWithoutALogGroupHasNoForwarder() throws Exception {
        var small = DeployedStack.deploy(endpoint, settings("small", Map.of(Source.POSTGRESQL, "/small/postgresql")));
        assertTrue(small.functions().contains(RecordFunction.POSTGRESQL_FORWARDER));
        assertTrue(!small.functions().contains(RecordFunction.MARIADB_FORWARDER));
    }

    private StackSettings settings(String name, Map<Source, String> groups) {
        return new StackSettings(
                        name,
                        Path.of("..", "iac", "daypass.yaml"),
                        probe,
                        Path.of(System.getProperty("java.home")),
                        Sha256.of(new byte[0]),
                        new Vault(URI.create("http://127.0.0.1:8200"), Optional.of("127.0.0.2"), Optional.empty()),
                        new Broker("role-id", "/daypass/broker/secret-id"),
                        List.of(),
                        Map.of(),
                        Optional.empty())
                .with(new Recording(probe, Path.of("..", "iac", "head.yaml"), groups));
    }

    private String put(AwsClients clients, String key) {
        return clients.s3()
                .putObject(o -> o.bucket(stack.headBucket()).key(key).ifNoneMatch("*"), RequestBody.fromString("{}"))
                .versionId();
    }

    private static void awaitText(Path log, String text) throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!Files.exists(log) || !Files.readString(log).contains(text)) {
            assertTrue(System.nanoTime() < end, () -> "not in " + log + ": " + text);
            Thread.sleep(50);
        }
    }

    private static void assertRefused(org.junit.jupiter.api.function.Executable call) {
        var refusal = assertThrows(AwsServiceException.class, call);
        assertTrue(
                List.of("AccessDenied", "AccessDeniedException")
                        .contains(refusal.awsErrorDetails().errorCode()),
                refusal.toString());
    }
}
