package dev.daypass.acceptance.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daypass.functions.aws.LambdaInvoker;
import dev.daypass.functions.aws.SignedRequests;
import dev.daypass.functions.aws.SsmSecret;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/** The parameter store and the other function, through {@link SsmSecret}, {@link LambdaInvoker} and a real endpoint. */
@ExtendWith(OnAws.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignedCallsIT {
    private static final String FUNCTION = "adapter-echo";
    private static final String SECRET = "s3cr3t-id";
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private AwsPeer aws;

    @BeforeAll
    void makePeers(AwsPeer peer) throws IOException {
        aws = peer;
        var ssm = peer.ssm();
        ssm.putParameter(
                p -> p.name("/adapter/secret").type(ParameterType.SECURE_STRING).value(SECRET));
        ssm.putParameter(
                p -> p.name("/adapter/plain").type(ParameterType.STRING).value("plain"));
        var lambda = peer.lambda();
        byte[] code = zip("index.py", """
                import json
                def handler(event, context):
                    if event.get("fail"):
                        raise ValueError(event["fail"])
                    return {"echo": event}
                """);
        String role = peer.functionRole(FUNCTION);
        lambda.createFunction(f -> f.functionName(FUNCTION)
                .runtime("python3.12")
                .handler("index.handler")
                .role(role)
                .code(c -> c.zipFile(SdkBytes.fromByteArray(code))));
        lambda.waiter().waitUntilFunctionActiveV2(f -> f.functionName(FUNCTION));
    }

    @Test
    void aSecureStringIsFetchedDecryptedAndNeverPrinted() throws PeerException {
        var secret = secret("/adapter/secret", aws.requests(aws.allowed("ssm:GetParameter")))
                .fetch();

        assertEquals(SECRET, secret.reveal());
        assertFalse(secret.toString().contains(SECRET));
    }

    @Test
    void aPlainStringIsNotTakenForASecret() {
        var refusal = assertThrows(
                PeerException.class,
                () -> secret("/adapter/plain", aws.requests(aws.allowed("ssm:GetParameter")))
                        .fetch());

        assertEquals(Outcome.REFUSED, refusal.outcome());
        assertTrue(refusal.getMessage().contains("not a SecureString"), refusal::getMessage);
    }

    @Test
    void aParameterThatIsNotThereIsRefusedByName() {
        var refusal = assertThrows(
                PeerException.class,
                () -> secret("/adapter/none", aws.requests(aws.allowed("ssm:GetParameter")))
                        .fetch());

        assertEquals(Peer.VAULT, refusal.peer());
        assertEquals(Outcome.REFUSED, refusal.outcome());
        assertTrue(refusal.getMessage().contains("/adapter/none"), refusal::getMessage);
        assertTrue(refusal.getMessage().contains("ParameterNotFound"), refusal::getMessage);
    }

    @Test
    void aFunctionWithoutTheRightReadsNoSecret() {
        aws.mustBeAbleTo(AwsPeer.Ability.ENFORCES_POLICIES, "a function without the right reads no secret");

        var refusal = assertThrows(
                PeerException.class,
                () -> secret("/adapter/secret", aws.requests(aws.allowed("ssm:PutParameter")))
                        .fetch());

        assertEquals(Outcome.REFUSED, refusal.outcome());
    }

    @Test
    void aSecretIsNotReadWithASignatureMadeWithAnotherSecretKey() {
        aws.mustBeAbleTo(
                AwsPeer.Ability.CHECKS_SIGNATURES,
                "a secret is not read with a signature made with another secret key");
        var known = aws.allowed("ssm:GetParameter");
        var forged = AwsBasicCredentials.create(known.accessKeyId(), "x".repeat(40));

        var refusal = assertThrows(
                PeerException.class,
                () -> secret("/adapter/secret", aws.requests(forged)).fetch());

        assertEquals(Outcome.REFUSED, refusal.outcome());
    }

    @Test
    void anotherFunctionsAnswerComesBack() throws Exception {
        var answer = invoker(FUNCTION, "lambda:InvokeFunction").call(bytes("{\"end\":\"Zürich\"}"));

        assertEquals(
                "Zürich", new ObjectMapper().readTree(answer).at("/echo/end").textValue());
    }

    @Test
    void anotherFunctionsFailureIsUnknownAndItsWordsAreNotRepeated() {
        var failure = assertThrows(
                PeerException.class,
                () -> invoker(FUNCTION, "lambda:InvokeFunction").call(bytes("{\"fail\":\"its own words\"}")));

        assertEquals(Peer.SESSIONS, failure.peer());
        assertEquals(Outcome.UNKNOWN, failure.outcome());
        assertFalse(failure.getMessage().contains("its own words"), failure::getMessage);
    }

    @Test
    void anEventIsQueued() throws PeerException {
        invoker(FUNCTION, "lambda:InvokeFunction").queue(bytes("{\"end\":\"soon\"}"));
    }

    @Test
    void aFunctionThatIsNotThereIsRefused() {
        var refusal = assertThrows(
                PeerException.class,
                () -> invoker("adapter-nobody", "lambda:InvokeFunction").call(bytes("{}")));

        assertEquals(Outcome.REFUSED, refusal.outcome());
    }

    @Test
    void aCallerWithoutTheRightIsRefused() {
        aws.mustBeAbleTo(AwsPeer.Ability.ENFORCES_POLICIES, "a caller without the right invokes no function");

        var refusal = assertThrows(
                PeerException.class,
                () -> invoker(FUNCTION, "lambda:GetFunction").call(bytes("{}")));

        assertEquals(Outcome.REFUSED, refusal.outcome());
        assertTrue(refusal.getMessage().contains("lambda:InvokeFunction"), refusal::getMessage);
    }

    private SsmSecret secret(String name, SignedRequests requests) {
        return new SsmSecret(requests, SsmSecret.Options.forVault(name));
    }

    private LambdaInvoker invoker(String function, String allowed) {
        return new LambdaInvoker(
                aws.requests(aws.allowed(allowed), aws.uri(), WITHIN),
                LambdaInvoker.Options.sessions(function, WITHIN));
    }

    private static byte[] zip(String name, String text) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(bytes(text));
            zip.closeEntry();
        }
        return out.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
