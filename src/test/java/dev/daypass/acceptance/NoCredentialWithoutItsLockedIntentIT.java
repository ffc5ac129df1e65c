package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.daypass.cli.local.FaultyVend;
import dev.daypass.cli.local.LocalDaypass;
import dev.daypass.testbed.aws.StackFunction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.S3Exception;

@ExtendWith(RunningDaypass.class)
@DisplayName("1. No credential is returned unless its intent is locked first")
class NoCredentialWithoutItsLockedIntentIT {
    private final LocalDaypass daypass;
    private final Api api;

    NoCredentialWithoutItsLockedIntentIT(LocalDaypass daypass) {
        this.daypass = daypass;
        this.api = new Api(daypass.api());
    }

    @Test
    void theIntentWasLockedBeforeVaultWasAskedForTheUser() throws Exception {
        var vended = api.vend(daypass.token(), "orders-support-read");
        assertEquals(201, vended.status(), vended.body().toString());
        var head = daypass.evidenceHead("intents", vended.text("session"));
        assertEquals(ObjectLockMode.COMPLIANCE, head.objectLockMode());
        assertTrue(head.objectLockRetainUntilDate().isAfter(Instant.now()));

        Instant asked = credentialRequest(vended.text("session"));
        // S3 gives the time of the PUT in whole seconds.
        assertFalse(
                head.lastModified().isAfter(asked.truncatedTo(ChronoUnit.SECONDS)),
                "locked at " + head.lastModified() + ", asked at " + asked);
    }

    @Test
    void whileTheLockedStoreHesitatesVaultIsNotAskedForTheUser() throws Exception {
        try (var vend = FaultyVend.start(daypass)) {
            vend.evidence().delay(line -> line.startsWith("PUT "), Duration.ofMillis(1500));
            Instant before = Instant.now();
            var answer = vend.request(daypass.token(), "orders-support-read").orElseThrow();
            assertEquals(201, answer.status(), answer.body().toString());
            Instant asked = credentialRequest(answer.body().path("session").asText());
            assertFalse(asked.isBefore(before.plusMillis(1500)), "asked at " + asked + ", begun at " + before);
        }
    }

    @Test
    void theIntentSaysWhatTheAnswerSays() throws Exception {
        var vended = api.vend(daypass.token(), "orders-support-read");
        JsonNode intent = Api.JSON.readTree(daypass.evidence("intents", vended.text("session")));
        assertEquals(vended.text("user"), intent.path("user").asText());
        assertEquals(vended.text("window"), intent.path("window").asText());
        assertEquals(
                vended.body().path("grant").path("digest").asText(),
                intent.path("grantDigest").asText());
        assertEquals("TICKET-7", intent.path("purpose").asText());
        assertTrue(
                new String(
                                daypass.evidence("configurations/"
                                        + intent.path("configuration").asText().substring("sha256:".length())
                                        + ".json"),
                                StandardCharsets.UTF_8)
                        .contains("orders-support-read"),
                "the text in force is in the evidence");
    }

    @Test
    void theVendsOwnRoleCanNeitherOverwriteNorDeleteNorReadAnIntent() {
        var vended = api.vend(daypass.token(), "orders-support-read");
        var key = daypass.evidenceKey("intents", vended.text("session"));
        String bucket = daypass.evidenceBucket();
        String version = daypass.evidenceVersion(key);
        try (S3Client vend = daypass.s3As(StackFunction.VEND)) {
            var forged = RequestBody.fromString("{}");
            assertEquals(
                    412,
                    status(() -> vend.putObject(r -> r.bucket(bucket).key(key).ifNoneMatch("*"), forged)));
            assertEquals(403, status(() -> vend.putObject(r -> r.bucket(bucket).key(key), forged)));
            assertEquals(
                    403, status(() -> vend.deleteObject(r -> r.bucket(bucket).key(key))));
            assertEquals(
                    403,
                    status(() ->
                            vend.deleteObject(r -> r.bucket(bucket).key(key).versionId(version))));
            assertEquals(
                    403,
                    status(() -> vend.getObject(r -> r.bucket(bucket).key(key).versionId(version))));
        }
    }

    /** Two things stand against it, the lock and the bucket's policy; the suite of the AWS adapters tries the lock alone. */
    @Test
    void notEvenTheAdministratorCanDeleteALockedIntent() {
        var vended = api.vend(daypass.token(), "orders-support-read");
        var key = daypass.evidenceKey("intents", vended.text("session"));
        String bucket = daypass.evidenceBucket();
        var s3 = daypass.administratorS3();
        String version = daypass.evidenceVersion(key);
        assertEquals(
                403, status(() -> s3.deleteObject(r -> r.bucket(bucket).key(key).versionId(version))));
    }

    private Instant credentialRequest(String session) throws Exception {
        for (var line : daypass.vaultAudit().lines().toList()) {
            var entry = Api.JSON.readTree(line);
            var header = entry.path("request")
                    .path("headers")
                    .path("x-daypass-session")
                    .path(0);
            if (entry.path("type").asText().equals("request")
                    && header.asText().equals(session)
                    && entry.path("request").path("path").asText().startsWith("database/creds/")) {
                return Instant.parse(entry.path("time").asText());
            }
        }
        throw new AssertionError("Vault's audit device has no request for the user of session " + session);
    }

    private static int status(Runnable call) {
        return assertThrows(S3Exception.class, call::run).statusCode();
    }
}
