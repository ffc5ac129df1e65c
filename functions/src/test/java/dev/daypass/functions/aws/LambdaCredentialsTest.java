package dev.daypass.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.functions.aws.LambdaCredentials.CredentialsException;
import dev.daypass.functions.net.HttpTransport;
import dev.daypass.functions.net.ScriptedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LambdaCredentialsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T01:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private final Map<String, String> environment = new HashMap<>();
    private ScriptedServer endpoint;
    private LambdaCredentials credentials;

    @BeforeEach
    void start() throws IOException {
        endpoint = new ScriptedServer();
        credentials = new LambdaCredentials(
                environment, new HttpTransport(HttpTransport.Options.within(Duration.ofSeconds(5))), movable());
    }

    @AfterEach
    void stop() throws IOException {
        endpoint.close();
    }

    @Test
    void theVariablesAreUsedAsTheyAreAtEachLook() throws Exception {
        environment.put("AWS_ACCESS_KEY_ID", "AKID1");
        environment.put("AWS_SECRET_ACCESS_KEY", "secret1");
        environment.put("AWS_SESSION_TOKEN", "token1");
        var first = credentials.now();
        environment.put("AWS_ACCESS_KEY_ID", "AKID2");
        environment.remove("AWS_SESSION_TOKEN");
        var second = credentials.now();

        assertEquals("AKID1", first.accessKeyId());
        assertEquals("secret1", first.revealSecretAccessKey());
        assertEquals(Optional.of("token1"), first.revealSessionToken());
        assertEquals("AKID2", second.accessKeyId());
        assertEquals(Optional.empty(), second.revealSessionToken());
    }

    @Test
    void theEndpointGoesBeforeTheVariablesAndIsAskedWithItsToken() throws Exception {
        environment.put("AWS_ACCESS_KEY_ID", "of-the-snapshot");
        environment.put("AWS_SECRET_ACCESS_KEY", "stale");
        restored();
        endpoint.then(200, "", answer("AKID1", NOW.plusSeconds(3600)));

        assertEquals("AKID1", credentials.now().accessKeyId());

        assertTrue(endpoint.requests().getFirst().startsWith("GET /v2/credentials/x HTTP/1.1\r\n"));
        assertTrue(endpoint.requests().getFirst().contains("\r\nAuthorization: the-token\r\n"));
    }

    @Test
    void theTokenIsReadFromItsFileWhereThereIsOne(@TempDir Path directory) throws Exception {
        restored();
        var file = Files.writeString(directory.resolve("token"), "from-the-file\n");
        environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file.toString());
        endpoint.then(200, "", answer("AKID1", NOW.plusSeconds(3600)));

        credentials.now();

        assertTrue(endpoint.requests().getFirst().contains("\r\nAuthorization: from-the-file\r\n"));
    }

    @Test
    void theyAreKeptUntilFiveMinutesBeforeTheirEnd() throws Exception {
        restored();
        endpoint.then(200, "", answer("AKID1", NOW.plusSeconds(3600)));
        endpoint.then(200, "", answer("AKID2", NOW.plusSeconds(7200)));
        credentials.now();

        now.set(NOW.plusSeconds(3300 - 1));
        assertEquals("AKID1", credentials.now().accessKeyId());
        now.set(NOW.plusSeconds(3300));
        assertEquals("AKID2", credentials.now().accessKeyId());
    }

    @Test
    void whatIsForgottenIsFetchedAnew() throws Exception {
        restored();
        endpoint.then(200, "", answer("AKID1", NOW.plusSeconds(3600)));
        endpoint.then(200, "", answer("AKID2", NOW.plusSeconds(3600)));
        credentials.now();

        credentials.forget();

        assertEquals("AKID2", credentials.now().accessKeyId());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"hush\"}",
                "{\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"hush\",\"Expiration\":\"soon\"}",
                "{\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"hush\",\"AccessKeyId\":\"b\"}",
                "hush"
            })
    void anAnswerThatIsNotUnderstoodIsRefusedAndNotRepeated(String answer) {
        restored();
        endpoint.then(200, "", answer);

        var failure = assertThrows(CredentialsException.class, credentials::now);

        assertEquals("no AWS credentials: the container endpoint's answer is not understood", failure.getMessage());
    }

    @Test
    void aRefusalIsTold() {
        restored();
        endpoint.then(403, "", "hush");

        var failure = assertThrows(CredentialsException.class, credentials::now);

        assertEquals("no AWS credentials: the container endpoint answered 403", failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://198.51.100.1/x", "http://169.254.169.254/x", "ftp://127.0.0.1/x", "no address"})
    void credentialsAreNotAskedForInTheClearAcrossANetwork(String address) {
        environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", address);

        assertThrows(CredentialsException.class, credentials::now);
    }

    @Test
    void withoutAnyItIsToldWhereTheyWereLookedFor() {
        var failure = assertThrows(CredentialsException.class, credentials::now);

        assertTrue(String.valueOf(failure.getMessage()).contains("AWS_CONTAINER_CREDENTIALS_FULL_URI"));
        assertTrue(String.valueOf(failure.getMessage()).contains("AWS_SECRET_ACCESS_KEY"));
    }

    @Test
    void theyPrintTheirIdOnly() {
        var text = new AwsCredentials("AKID1", "hush", Optional.of("hush")).toString();

        assertTrue(text.contains("AKID1"));
        assertFalse(text.contains("hush"));
    }

    private void restored() {
        environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", endpoint.uri() + "/v2/credentials/x");
        environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN", "the-token");
    }

    private static String answer(String key, Instant expires) {
        return "{\"AccessKeyId\":\"" + key + "\",\"SecretAccessKey\":\"hush\",\"Token\":\"t\",\"Expiration\":\""
                + expires + "\"}";
    }

    private Clock movable() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Instant instant() {
                return now.get();
            }
        };
    }
}
