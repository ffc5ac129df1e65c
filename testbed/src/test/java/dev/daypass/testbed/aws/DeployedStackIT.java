package dev.daypass.testbed.aws;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.digest.Sha256;
import dev.daypass.testbed.Cache;
import dev.daypass.testbed.Progress;
import dev.daypass.testbed.Reaper;
import dev.daypass.testbed.aws.StackSettings.Broker;
import dev.daypass.testbed.aws.StackSettings.Vault;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.iam.model.Tag;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** The template as it is, with a probe in place of the functions: what its policies and routes let through. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeployedStackIT {
    private static final byte[] CONFIGURATION = "{}".getBytes(StandardCharsets.UTF_8);
    private static final String SECRET_PARAMETER = "/daypass/broker/secret-id";

    private final HttpClient http = HttpClient.newHttpClient();
    private Reaper reaper;
    private AwsEndpoint endpoint;
    private DeployedStack stack;

    @BeforeAll
    void deploy(@TempDir Path temporary) throws IOException, InterruptedException {
        reaper = Reaper.open();
        endpoint = AwsEndpoint.start(
                reaper, Cache.ofUser(System.getenv()), temporary.resolve("aws"), Progress.to(System.out));
        stack = DeployedStack.deploy(endpoint, settings("daypass", ProbeArchive.write(temporary)));
        stack.putBrokerSecret("not-a-secret");
        stack.putConfiguration(CONFIGURATION);
    }

    @AfterAll
    void end() {
        http.close();
        endpoint.close();
        reaper.close();
    }

    @ParameterizedTest
    @CsvSource({
        "POST,   /v1/sessions,                              VendHandler",
        "GET,    /v1/grants,                                VendHandler",
        "GET,    /.well-known/oauth-protected-resource,     VendHandler",
        "GET,    /v1/sessions/abc,                          SessionsHandler",
        "DELETE, /v1/sessions/abc,                          SessionsHandler",
        "POST,   /v1/sessions/abc/renew,                    SessionsHandler",
    })
    void everyRouteReachesItsFunctionWithoutAwsCredentials(String method, String path, String handler)
            throws Exception {
        var answer = send(method, path);
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.body().startsWith(handler + " "), answer.body());
        assertTrue(
                answer.body().endsWith(" " + stack.apiUrl()), "the function knows the API's address: " + answer.body());
    }

    @Test
    void whatIsNoRouteIsNotFound() throws Exception {
        assertEquals(404, send("GET", "/v1/endings").statusCode());
        assertEquals(404, send("PUT", "/v1/sessions").statusCode());
    }

    @Test
    void endingsByAttributeTakeAnAwsSignatureOfSomebodyWhoMay() throws Exception {
        assertEquals(403, send("POST", "/v1/endings").statusCode());
        assertEquals(403, sendSigned(stack.credentials(StackFunction.VEND)).statusCode());
        var administrator = endpoint.administrator().credentials().resolveCredentials();
        assertEquals(
                403,
                sendSigned(AwsBasicCredentials.create(administrator.accessKeyId(), "wrong"))
                        .statusCode());
        var answer = sendSigned(administrator);
        assertEquals(200, answer.statusCode(), answer.body());
        var seen = Files.readString(stack.log(StackFunction.SESSIONS));
        assertTrue(seen.contains("\"userArn\": \"" + endpoint.administratorArn() + "\""), seen);
    }

    @Test
    void requestsAtTheSameTimeRunInEnvironmentsOfTheirOwn() {
        var answers = List.of(1, 2, 3).stream()
                .map(i -> CompletableFuture.supplyAsync(() -> sendUnchecked("/v1/grants?probe=sleep")))
                .toList();
        var environments = new HashSet<String>();
        answers.forEach(answer -> environments.add(answer.join().body().split(" ", -1)[1]));
        assertEquals(3, environments.size());
    }

    @Test
    void aFunctionThatFailsIsNotTakenForAnAnswer() {
        var failure = assertThrows(
                IllegalStateException.class, () -> stack.invoke(StackFunction.SWEEP, "{\"a\": \"probe=throw\"}"));
        assertTrue(failure.toString().contains("as asked"), failure.toString());
    }

    @Test
    void vendCreatesAnIntentOnceAndCanNeitherReplaceNorReadNorDeleteIt() {
        try (var vend = endpoint.clients(stack.credentials(StackFunction.VEND))) {
            var key = "intents/once.json";
            create(vend, key);
            assertEquals(
                    412,
                    assertThrows(AwsServiceException.class, () -> create(vend, key))
                            .statusCode());
            assertRefused(() ->
                    vend.s3().putObject(o -> o.bucket(stack.bucket()).key(key), body()));
            assertRefused(() ->
                    vend.s3().putObject(o -> o.bucket(stack.bucket()).key("intents/other"), body()));
            assertRefused(
                    () -> vend.s3().deleteObject(o -> o.bucket(stack.bucket()).key(key)));
            assertRefused(() ->
                    vend.s3().getObjectAsBytes(o -> o.bucket(stack.bucket()).key(key)));
            assertRefused(() -> vend.s3().listObjectsV2(o -> o.bucket(stack.bucket())));
            assertRefused(() -> vend.s3()
                    .createMultipartUpload(o -> o.bucket(stack.bucket()).key("intents/parts")));
            assertRefused(() -> vend.s3()
                    .putObject(
                            o -> o.bucket(stack.bucket())
                                    .key("intents/kms")
                                    .ifNoneMatch("*")
                                    .serverSideEncryption(ServerSideEncryption.AWS_KMS),
                            body()));
            assertRefused(() -> vend.s3()
                    .putObject(
                            o -> o.bucket(stack.bucket())
                                    .key("intents/unlocked")
                                    .ifNoneMatch("*")
                                    .objectLockMode(ObjectLockMode.GOVERNANCE)
                                    .objectLockRetainUntilDate(Instant.now().plusSeconds(60)),
                            body()));
        }
    }

    @ParameterizedTest
    @EnumSource(StackFunction.class)
    void everyFunctionReadsTheConfigurationAndNoneWritesIt(StackFunction function) {
        try (var clients = endpoint.clients(stack.credentials(function))) {
            var key = "configurations/" + Sha256.of(CONFIGURATION).hex() + ".json";
            assertEquals(
                    "{}",
                    clients.s3()
                            .getObjectAsBytes(o -> o.bucket(stack.bucket()).key(key))
                            .asUtf8String());
            assertRefused(() -> create(clients, "configurations/forged.json"));
        }
    }

    @Test
    void vendWritesNoEndings() {
        try (var clients = endpoint.clients(stack.credentials(StackFunction.VEND))) {
            assertRefused(() -> create(clients, "endings/forged.json"));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = StackFunction.class,
            names = {"SESSIONS", "SWEEP"})
    void thoseWhoEndSessionsWriteEndingsAndNoIntents(StackFunction function) {
        try (var clients = endpoint.clients(stack.credentials(function))) {
            create(clients, "endings/" + function + ".json");
            assertRefused(() -> create(clients, "intents/" + function + ".json"));
        }
    }

    @Test
    void notEvenTheAdministratorForgesRelocksOrDeletesEvidence() {
        var key = "intents/kept.json";
        String version;
        try (var vend = endpoint.clients(stack.credentials(StackFunction.VEND))) {
            version = create(vend, key);
        }
        S3Client s3 = endpoint.administrator().s3();
        assertRefused(() -> create(endpoint.administrator(), "intents/forged.json"));
        assertRefused(() -> create(endpoint.administrator(), "endings/forged.json"));
        assertRefused(() -> s3.getObjectAsBytes(o -> o.bucket(stack.bucket()).key(key)));
        assertEquals(
                "{}",
                s3.getObjectAsBytes(o -> o.bucket(stack.bucket()).key(key).versionId(version))
                        .asUtf8String());
        assertEquals(
                ObjectLockRetentionMode.COMPLIANCE,
                s3.getObjectRetention(o -> o.bucket(stack.bucket()).key(key).versionId(version))
                        .retention()
                        .mode());
        assertRefused(() -> s3.deleteObject(o -> o.bucket(stack.bucket()).key(key)));
        assertRefused(() -> s3.putObjectRetention(o -> o.bucket(stack.bucket())
                .key(key)
                .versionId(version)
                .retention(r -> r.mode(ObjectLockRetentionMode.COMPLIANCE)
                        .retainUntilDate(Instant.now().plusSeconds(9_000_000)))));
        assertRefused(() -> s3.deleteObject(
                o -> o.bucket(stack.bucket()).key(key).versionId(version).bypassGovernanceRetention(true)));

        // and with the policy out of the way, the lock is still there
        var policy = s3.getBucketPolicy(b -> b.bucket(stack.bucket())).policy();
        s3.deleteBucketPolicy(b -> b.bucket(stack.bucket()));
        try {
            assertRefused(() -> s3.deleteObject(
                    o -> o.bucket(stack.bucket()).key(key).versionId(version).bypassGovernanceRetention(true)));
        } finally {
            s3.putBucketPolicy(b -> b.bucket(stack.bucket()).policy(policy));
        }
    }

    @Test
    void onlyTheNamedAdministratorChangesTheBucket() {
        try (var other = clientsOfNewRole("operator", Map.of())) {
            assertEquals(200, other.s3().listBuckets().sdkHttpResponse().statusCode());
            assertRefused(() -> other.s3().deleteBucketPolicy(b -> b.bucket(stack.bucket())));
            assertRefused(() ->
                    other.s3().putBucketPolicy(b -> b.bucket(stack.bucket()).policy("{}")));
            assertRefused(() -> other.s3()
                    .putObjectLockConfiguration(b ->
                            b.bucket(stack.bucket()).objectLockConfiguration(c -> c.objectLockEnabled("Enabled"))));
            assertRefused(() -> other.s3().deleteBucketLifecycle(b -> b.bucket(stack.bucket())));
        }
    }

    @Test
    void theEvidenceIsClosedToAgentsByNameAndByTag() {
        var key = "configurations/" + Sha256.of(CONFIGURATION).hex() + ".json";
        try (var named = clientsOfNewRole("agent-named", Map.of());
                var tagged = clientsOfNewRole("tagged", Map.of("daypass", "agent"));
                var other = clientsOfNewRole("other", Map.of("daypass", "reader"))) {
            assertRefused(() ->
                    named.s3().getObjectAsBytes(o -> o.bucket(stack.bucket()).key(key)));
            assertRefused(() ->
                    tagged.s3().getObjectAsBytes(o -> o.bucket(stack.bucket()).key(key)));
            assertEquals(
                    "{}",
                    other.s3()
                            .getObjectAsBytes(o -> o.bucket(stack.bucket()).key(key))
                            .asUtf8String());
        }
    }

    @ParameterizedTest
    @EnumSource(StackFunction.class)
    void noFunctionDeletesOrScansState(StackFunction function) {
        try (var clients = endpoint.clients(stack.credentials(function))) {
            var dynamoDb = clients.dynamoDb();
            var key = Map.of("pk", AttributeValue.fromS("x#" + function));
            dynamoDb.putItem(i -> i.tableName(stack.table()).item(key));
            assertRefused(
                    () -> dynamoDb.deleteItem(i -> i.tableName(stack.table()).key(key)));
            assertRefused(() -> dynamoDb.transactWriteItems(t -> t.transactItems(TransactWriteItem.builder()
                    .delete(d -> d.tableName(stack.table()).key(key))
                    .build())));
            assertRefused(() -> dynamoDb.scan(s -> s.tableName(stack.table())));
            assertTrue(
                    dynamoDb.getItem(i -> i.tableName(stack.table()).key(key)).hasItem());
        }
    }

    @Test
    void onlyThoseWhoEndSessionsReadTheBrokersSecretAndTheOpenSessions() {
        for (var function : StackFunction.values()) {
            try (var clients = endpoint.clients(stack.credentials(function))) {
                Executable read = () ->
                        clients.ssm().getParameter(p -> p.name(SECRET_PARAMETER).withDecryption(true));
                Executable query = () -> clients.dynamoDb()
                        .query(q -> q.tableName(stack.table())
                                .indexName("open")
                                .keyConditionExpression("openShard = :shard")
                                .expressionAttributeValues(Map.of(":shard", AttributeValue.fromS("0"))));
                if (function == StackFunction.VEND) {
                    assertRefused(read);
                    assertRefused(query);
                } else {
                    assertDoesNotThrow(read);
                    assertDoesNotThrow(query);
                    assertRefused(() -> clients.ssm().getParameter(p -> p.name("/daypass/other")));
                }
            }
        }
    }

    @Test
    void vendAsksSessionsAndNobodyElse() {
        try (var vend = endpoint.clients(stack.credentials(StackFunction.VEND));
                var sessions = endpoint.clients(stack.credentials(StackFunction.SESSIONS))) {
            assertEquals(
                    200,
                    vend.lambda()
                            .invoke(i -> i.functionName(stack.functionName(StackFunction.SESSIONS)))
                            .statusCode());
            assertRefused(() -> vend.lambda().invoke(i -> i.functionName(stack.functionName(StackFunction.SWEEP))));
            assertRefused(() -> sessions.lambda().invoke(i -> i.functionName(stack.functionName(StackFunction.VEND))));
        }
    }

    @Test
    void aHostWithTheFunctionsEnvironmentActsAsTheFunction(@TempDir Path temporary) throws Exception {
        var environment = stack.environment(StackFunction.VEND);
        assertEquals(stack.table(), environment.get("DAYPASS_TABLE"));
        var archive = ProbeArchive.write(temporary);
        try (var host = LambdaHost.start(
                reaper,
                new LambdaHost.Options(
                        LambdaHost.explode(archive, temporary.resolve("task")),
                        stack.handler(StackFunction.VEND),
                        environment,
                        temporary.resolve("host.log"),
                        false))) {
            var outcome = host.invoke("{}", Duration.ofSeconds(20));
            assertTrue(outcome.toString().contains(stack.apiUrl().toString()), outcome.toString());
        }
    }

    @Test
    void keysThatTheEmulatorTakesForRootAreRefused() {
        for (var key : List.of("test", AwsEndpoint.ACCOUNT_ID)) {
            try (var clients = endpoint.clients(AwsBasicCredentials.create(key, "test"))) {
                assertRefused(() -> clients.s3().listBuckets());
                assertRefused(() -> clients.iam().listUsers());
            }
        }
    }

    @Test
    void stoppingTheEndpointLeavesNoFunctionBehind(@TempDir Path temporary) throws Exception {
        var own = AwsEndpoint.start(reaper, Cache.ofUser(System.getenv()), temporary.resolve("aws"), Progress.silent());
        ProcessHandle function;
        try {
            var deployed = DeployedStack.deploy(own, settings("brief", ProbeArchive.write(temporary)));
            function = ProcessHandle.of(Long.parseLong(
                            deployed.invoke(StackFunction.SESSIONS, "{}").split(" ", -1)[5]))
                    .orElseThrow();
            assertTrue(function.isAlive());
        } finally {
            own.stop();
        }
        assertDoesNotThrow(() -> function.onExit().get(10, TimeUnit.SECONDS));
    }

    private StackSettings settings(String name, Path archive) {
        return new StackSettings(
                name,
                Path.of("..", "iac", "daypass.yaml"),
                archive,
                Path.of(System.getProperty("java.home")),
                Sha256.of(CONFIGURATION),
                new Vault(URI.create("http://127.0.0.1:8200"), Optional.of("127.0.0.2"), Optional.empty()),
                new Broker("role-id", SECRET_PARAMETER),
                List.of("arn:aws:iam::" + AwsEndpoint.ACCOUNT_ID + ":role/agent-*"),
                Map.of(),
                Optional.empty());
    }

    /** A role that may do everything, so that only the bucket's policy can refuse it. */
    private AwsClients clientsOfNewRole(String name, Map<String, String> tags) {
        var iam = endpoint.administrator().iam();
        iam.createRole(r -> r.roleName(name)
                .assumeRolePolicyDocument("{\"Version\": \"2012-10-17\", \"Statement\": []}")
                .tags(tags.entrySet().stream()
                        .map(t -> Tag.builder()
                                .key(t.getKey())
                                .value(t.getValue())
                                .build())
                        .toList()));
        iam.attachRolePolicy(r -> r.roleName(name).policyArn("arn:aws:iam::aws:policy/AdministratorAccess"));
        return endpoint.clients(endpoint.assumeRole(name));
    }

    private String create(AwsClients clients, String key) {
        return clients.s3()
                .putObject(o -> o.bucket(stack.bucket()).key(key).ifNoneMatch("*"), body())
                .versionId();
    }

    private static RequestBody body() {
        return RequestBody.fromBytes(CONFIGURATION);
    }

    /** By code, not by status: for DynamoDB and SSM it is 400 on AWS, and 403 from the endpoint for DynamoDB. */
    private static void assertRefused(Executable call) {
        var refusal = assertThrows(AwsServiceException.class, call);
        assertTrue(
                List.of("AccessDenied", "AccessDeniedException", "InvalidAccessKeyId", "InvalidClientTokenId")
                        .contains(refusal.awsErrorDetails().errorCode()),
                refusal.toString());
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(stack.apiUrl() + path))
                        .method(method, BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> sendUnchecked(String path) {
        try {
            return send("GET", path);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> sendSigned(AwsCredentials credentials) throws IOException, InterruptedException {
        var request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(URI.create(stack.apiUrl() + "/v1/endings"))
                .build();
        var signed = AwsV4HttpSigner.create()
                .sign(s -> s.identity(credentials)
                        .request(request)
                        .payload(ContentStreamProvider.fromUtf8String("{}"))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "execute-api")
                        .putProperty(
                                AwsV4HttpSigner.REGION_NAME, endpoint.region().id()))
                .request();
        var built = HttpRequest.newBuilder(signed.getUri()).POST(BodyPublishers.ofString("{}"));
        signed.forEachHeader((name, values) -> {
            if (!name.equalsIgnoreCase("host")) {
                values.forEach(value -> built.header(name, value));
            }
        });
        return http.send(built.build(), BodyHandlers.ofString());
    }
}
