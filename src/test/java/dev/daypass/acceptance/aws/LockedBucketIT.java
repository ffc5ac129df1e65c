package dev.daypass.acceptance.aws;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.functions.aws.S3EvidenceStore;
import dev.daypass.functions.evidence.EvidenceStore;
import dev.daypass.functions.evidence.EvidenceStore.Put;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import dev.daypass.session.SessionId;
import dev.daypass.testbed.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What the locked store promises, through {@link S3EvidenceStore} and a real endpoint. */
@ExtendWith(OnAws.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LockedBucketIT {
    private static final String BUCKET = "adapter-evidence";
    private static final ObjectKey.Place PLACE = new ObjectKey.Place("eu-central-1", "111122223333");
    private static final int WRITERS = 20;
    private static final int ROUNDS = 5;

    private AwsPeer aws;
    private S3Client s3;
    private AwsCredentials writer;
    private EvidenceStore store;

    @BeforeAll
    void lockABucket(AwsPeer peer) {
        aws = peer;
        s3 = peer.s3();
        s3.createBucket(b -> b.bucket(BUCKET).objectLockEnabledForBucket(true));
        s3.putObjectLockConfiguration(c -> c.bucket(BUCKET)
                .objectLockConfiguration(l -> l.objectLockEnabled("Enabled")
                        .rule(r -> r.defaultRetention(
                                d -> d.mode(ObjectLockRetentionMode.COMPLIANCE).days(1)))));
        writer = peer.allowed("s3:PutObject", "s3:GetObject");
        store = new S3EvidenceStore(peer.requests(writer), S3EvidenceStore.Options.of(BUCKET));
    }

    @Test
    void anObjectIsStoredWithItsBytesAndItsChecksum() throws PeerException {
        var key = newKey();
        byte[] body = bytes("{\"what\":\"Zürich\"}");

        assertEquals(Put.CREATED, store.create(key, body));

        assertArrayEquals(
                body, s3.getObjectAsBytes(g -> g.bucket(BUCKET).key(key.text())).asByteArray());
        var head = s3.headObject(h -> h.bucket(BUCKET).key(key.text()).checksumMode(ChecksumMode.ENABLED));
        assertEquals(Base64.getEncoder().encodeToString(Sha256.of(body).bytes()), head.checksumSHA256());
    }

    @Test
    void aSecondObjectOfTheSameNameIsNotWritten() throws PeerException {
        var key = newKey();
        assertEquals(Put.CREATED, store.create(key, bytes("first")));

        assertEquals(Put.ALREADY_THERE, store.create(key, bytes("second")));

        assertEquals(
                "first",
                s3.getObjectAsBytes(g -> g.bucket(BUCKET).key(key.text())).asUtf8String());
    }

    @Test
    void ofTwentyWritersAtOnceExactlyOneCreatesTheObject() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            var key = newKey();
            var results = Together.<Put>times(WRITERS, i -> () -> store.create(key, bytes("writer " + i)));

            assertEquals(1, Collections.frequency(results, Put.CREATED), "in round " + round);
            String winner = "writer " + results.indexOf(Put.CREATED);
            assertEquals(
                    winner,
                    s3.getObjectAsBytes(g -> g.bucket(BUCKET).key(key.text())).asUtf8String());
            assertEquals(
                    1,
                    s3.listObjectVersions(v -> v.bucket(BUCKET).prefix(key.text()))
                            .versions()
                            .size());
        }
    }

    @Test
    void theBucketsDefaultRetentionIsOnEveryObjectThatIsWritten() throws PeerException {
        var key = newKey();
        store.create(key, bytes("kept"));

        var head = s3.headObject(h -> h.bucket(BUCKET).key(key.text()));

        assertEquals(ObjectLockMode.COMPLIANCE, head.objectLockMode());
        var left = Duration.between(Instant.now(), head.objectLockRetainUntilDate());
        assertTrue(
                left.compareTo(Duration.ofHours(23)) > 0 && left.compareTo(Duration.ofHours(25)) < 0, left::toString);
    }

    @Test
    void aWrittenVersionCannotBeDeletedEvenByTheAdministrator() throws PeerException {
        var key = newKey();
        store.create(key, bytes("kept"));
        String version = s3.headObject(h -> h.bucket(BUCKET).key(key.text())).versionId();

        var refusal = assertThrows(
                S3Exception.class,
                () -> s3.deleteObject(d -> d.bucket(BUCKET).key(key.text()).versionId(version)));

        assertEquals(403, refusal.statusCode());
        assertEquals(
                "kept",
                s3.getObjectAsBytes(g -> g.bucket(BUCKET).key(key.text()).versionId(version))
                        .asUtf8String());
    }

    @Test
    void bytesThatDoNotMatchTheirChecksumAreNotStored() {
        var key = newKey();
        String other =
                Base64.getEncoder().encodeToString(Sha256.of(bytes("other")).bytes());

        var refusal = assertThrows(
                S3Exception.class,
                () -> s3.putObject(
                        p -> p.bucket(BUCKET).key(key.text()).checksumSHA256(other),
                        RequestBody.fromBytes(bytes("these"))));

        assertEquals(400, refusal.statusCode());
        assertThrows(
                NoSuchKeyException.class,
                () -> s3.headObject(h -> h.bucket(BUCKET).key(key.text())));
    }

    @Test
    void anObjectWhoseAnswerWasLostIsOurs() throws Exception {
        try (var proxy = proxy()) {
            var key = newKey();
            // The first answer is lost; what comes after it passes.
            proxy.onAnswer(line -> line.startsWith("PUT "), () -> passOn(proxy));

            assertEquals(Put.CREATED, throughProxy(proxy).create(key, bytes("once")));

            assertEquals(
                    1,
                    s3.listObjectVersions(v -> v.bucket(BUCKET).prefix(key.text()))
                            .versions()
                            .size());
        }
    }

    @Test
    void aStoreThatNeverAnswersIsUnknown() throws Exception {
        try (var proxy = proxy()) {
            proxy.swallow(line -> line.startsWith("PUT "));

            var failure =
                    assertThrows(PeerException.class, () -> throughProxy(proxy).create(newKey(), bytes("never")));

            assertEquals(Peer.EVIDENCE, failure.peer());
            assertEquals(Outcome.UNKNOWN, failure.outcome());
        }
    }

    @Test
    void aStoreThatIsNotThereHasDoneNothing() throws Exception {
        try (var proxy = proxy()) {
            proxy.refuse();

            var failure =
                    assertThrows(PeerException.class, () -> throughProxy(proxy).create(newKey(), bytes("never")));

            assertEquals(Outcome.NOT_DONE, failure.outcome());
        }
    }

    @Test
    void aConfigurationIsReadByItsDigest() throws PeerException {
        byte[] text = bytes("{\"format\":\"x\"}");
        var digest = Sha256.of(text);
        s3.putObject(p -> p.bucket(BUCKET).key(ObjectKey.configuration(digest).text()), RequestBody.fromBytes(text));

        assertArrayEquals(text, store.configuration(digest));
    }

    @Test
    void aConfigurationWithOtherBytesThanItsNameSaysIsRefused() {
        var digest = Sha256.of(bytes("{\"format\":\"named\"}"));
        s3.putObject(
                p -> p.bucket(BUCKET).key(ObjectKey.configuration(digest).text()),
                RequestBody.fromBytes(bytes("{\"format\":\"other\"}")));

        var refusal = assertThrows(PeerException.class, () -> store.configuration(digest));

        assertEquals(Outcome.REFUSED, refusal.outcome());
        assertTrue(refusal.getMessage().contains("its bytes have the digest"), refusal::getMessage);
    }

    @Test
    void aConfigurationThatIsNotThereIsRefused() {
        var refusal = assertThrows(PeerException.class, () -> store.configuration(Sha256.of(bytes("nowhere"))));

        assertEquals(Outcome.REFUSED, refusal.outcome());
    }

    @Test
    void aWriterWithoutTheRightIsToldWhichOne() {
        aws.mustBeAbleTo(AwsPeer.Ability.ENFORCES_POLICIES, "a writer without the right is told which one");
        var reader = new S3EvidenceStore(aws.requests(aws.allowed("s3:GetObject")), S3EvidenceStore.Options.of(BUCKET));

        var refusal = assertThrows(PeerException.class, () -> reader.create(newKey(), bytes("no")));

        assertEquals(Outcome.REFUSED, refusal.outcome());
        assertTrue(refusal.getMessage().contains("s3:PutObject with 403, AccessDenied"), refusal::getMessage);
    }

    @Test
    void aSignatureMadeWithAnotherSecretIsRefused() {
        aws.mustBeAbleTo(AwsPeer.Ability.CHECKS_SIGNATURES, "a signature made with another secret is refused");
        var forged = AwsBasicCredentials.create(writer.accessKeyId(), "x".repeat(40));
        var forger = new S3EvidenceStore(aws.requests(forged), S3EvidenceStore.Options.of(BUCKET));
        var key = newKey();

        var refusal = assertThrows(PeerException.class, () -> forger.create(key, bytes("no")));

        assertEquals(Outcome.REFUSED, refusal.outcome());
        assertTrue(refusal.getMessage().contains("SignatureDoesNotMatch"), refusal::getMessage);
        assertFalse(refusal.getMessage().contains("xxxx"));
        assertThrows(
                NoSuchKeyException.class,
                () -> s3.headObject(h -> h.bucket(BUCKET).key(key.text())));
    }

    private EvidenceStore throughProxy(FaultProxy proxy) {
        var options = new S3EvidenceStore.Options(BUCKET, 2, Duration.ofMillis(10), Duration.ofMillis(500));
        return new S3EvidenceStore(
                aws.requests(writer, URI.create(proxy.httpAddress()), Duration.ofSeconds(10)), options);
    }

    private FaultProxy proxy() throws IOException {
        return FaultProxy.before(
                new InetSocketAddress(aws.uri().getHost(), aws.uri().getPort()), Optional.empty());
    }

    static void passOn(FaultProxy proxy) {
        try {
            proxy.pass();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectKey newKey() {
        return ObjectKey.intent(PLACE, SessionId.create(Instant.now(), new SecureRandom()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
