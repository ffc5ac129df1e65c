package dev.daypass.functions.aws;

import com.fasterxml.jackson.core.JsonFactory;
import dev.daypass.functions.aws.Attempts.Verdict;
import dev.daypass.functions.json.StrictJsonException;
import dev.daypass.functions.net.HttpReply;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** One SecureString of the SSM parameter store. It is fetched at each call and kept nowhere. Safe for threads. */
public final class SsmSecret {
    private static final JsonFactory JSON = new JsonFactory();

    private final JsonApi api;
    private final Options options;

    public SsmSecret(SignedRequests requests, Options options) {
        this.api = new JsonApi(requests, AwsService.SSM, "AmazonSSM", "application/x-amz-json-1.1");
        this.options = options;
    }

    /**
     * @param parameter the parameter's name
     * @param peer on whose behalf it is fetched: whom a failure is told of
     * @param attempts at most so many
     * @param firstPause before the second; doubled for each further one
     * @param timeout of each attempt
     */
    public record Options(String parameter, Peer peer, int attempts, Duration firstPause, Duration timeout) {
        public Options {
            if (parameter.isEmpty()) {
                throw new IllegalArgumentException("the parameter needs a name");
            }
        }

        /** Three attempts of two seconds each, on behalf of Vault. */
        public static Options forVault(String parameter) {
            return new Options(parameter, Peer.VAULT, 3, Duration.ofMillis(50), Duration.ofSeconds(2));
        }
    }

    /**
     * The secret as it is now.
     *
     * @throws PeerException of the options' peer; REFUSED if there is none, it is no SecureString, or we may not read it
     */
    public Secret fetch() throws PeerException {
        String what = "reading the parameter " + options.parameter();
        var attempts = new Attempts(
                options.peer(),
                what,
                new Attempts.Options(options.attempts(), options.firstPause(), options.timeout(), true));
        byte[] body = body();
        HttpReply reply;
        try {
            reply = attempts.answer(timeout -> api.call("GetParameter", body, timeout), SsmSecret::judge);
        } catch (PeerException e) {
            // A read that got no answer has changed nothing.
            throw new PeerException(options.peer(), Outcome.NOT_DONE, e.getMessage());
        }
        if (reply.status() != 200) {
            String name = JsonApi.error(reply);
            String reason = switch (name) {
                case "ParameterNotFound",
                        "AccessDeniedException",
                        "InvalidKeyId",
                        "ExpiredTokenException",
                        "InvalidSignatureException",
                        "UnrecognizedClientException" -> name;
                default -> "another error";
            };
            throw new PeerException(
                    options.peer(),
                    Outcome.REFUSED,
                    what + ": SSM refused ssm:GetParameter with " + reply.status() + ", " + reason);
        }
        try {
            var parameter = JsonApi.read(reply).object("Parameter");
            if (parameter.isPresent()
                    && parameter.get().text("Type").orElse("").equals("SecureString")
                    && parameter.get().text("Value").filter(v -> !v.isEmpty()).isPresent()) {
                return new Secret(parameter.get().text("Value").get());
            }
        } catch (StrictJsonException e) {
            // Told below: the message could quote the secret.
        }
        throw new PeerException(options.peer(), Outcome.REFUSED, what + ": it is not a SecureString with a value");
    }

    private byte[] body() {
        var out = new ByteArrayOutputStream(128);
        try (var json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("Name", options.parameter());
            json.writeBooleanField("WithDecryption", true);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static Verdict judge(HttpReply reply) {
        boolean again = reply.status() >= 500
                || reply.status() != 200 && JsonApi.error(reply).equals("ThrottlingException");
        return again ? Verdict.AGAIN : Verdict.ANSWER;
    }
}
