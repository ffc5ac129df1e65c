package dev.daypass.functions.aws;

import dev.daypass.functions.aws.Attempts.Verdict;
import dev.daypass.functions.aws.SignedRequests.Unsigned;
import dev.daypass.functions.net.HttpReply;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** Calls one other function, by its name in this account and region. Safe for threads. */
public final class LambdaInvoker {
    private static final int MAX_ANSWER_BYTES = 256 * 1024;

    private final SignedRequests requests;
    private final Options options;

    public LambdaInvoker(SignedRequests requests, Options options) {
        this.requests = requests;
        this.options = options;
    }

    /**
     * @param function its name, without account, region or version
     * @param peer whom a failure is told of
     * @param attempts at most so many, each only if the one before was certainly not carried out
     * @param firstPause before the second; doubled for each further one
     * @param timeout of each attempt; the other function's own work is in it
     */
    public record Options(String function, Peer peer, int attempts, Duration firstPause, Duration timeout) {
        public Options {
            boolean good = !function.isEmpty()
                    && function.length() <= 64
                    && function.chars()
                            .allMatch(c -> c >= 'a' && c <= 'z'
                                    || c >= 'A' && c <= 'Z'
                                    || c >= '0' && c <= '9'
                                    || c == '-'
                                    || c == '_');
            if (!good) {
                throw new IllegalArgumentException("not a function's name: expected 1 to 64 of a-z, A-Z, 0-9, - and _");
            }
        }

        /** Three attempts of this long each, for the function that ends sessions. */
        public static Options sessions(String function, Duration timeout) {
            return new Options(function, Peer.SESSIONS, 3, Duration.ofMillis(50), timeout);
        }
    }

    /**
     * Calls it and waits for its answer.
     *
     * @return what it answered
     * @throws PeerException UNKNOWN if it was called and failed, or did not answer; else REFUSED or NOT_DONE
     */
    public byte[] call(byte[] event) throws PeerException {
        String what = "calling " + options.function();
        var reply = invoke(what, event, "RequestResponse");
        // Lambda API Reference, "Invoke": 200 with this header is the function's own failure, after who knows what.
        if (reply.status() == 200 && reply.header("X-Amz-Function-Error").isPresent()) {
            throw new PeerException(options.peer(), Outcome.UNKNOWN, what + ": it failed; its log says why");
        }
        if (reply.status() == 200) {
            return reply.body();
        }
        throw refused(what, reply);
    }

    /** Has it called soon: Lambda's queue has the event on return, and tries again if the function fails. */
    public void queue(byte[] event) throws PeerException {
        String what = "queueing a call of " + options.function();
        var reply = invoke(what, event, "Event");
        if (reply.status() != 202) {
            throw refused(what, reply);
        }
    }

    private HttpReply invoke(String what, byte[] event, String type) throws PeerException {
        var address = URI.create(requests.endpoints().of(AwsService.LAMBDA) + "/2015-03-31/functions/"
                + options.function() + "/invocations");
        var headers = Map.of("Content-Type", "application/json", "X-Amz-Invocation-Type", type);
        var request = new Unsigned("POST", address, headers, event);
        var attempts = new Attempts(
                options.peer(),
                what,
                new Attempts.Options(options.attempts(), options.firstPause(), options.timeout(), false));
        return attempts.answer(
                timeout -> requests.send(AwsService.LAMBDA, request, timeout, MAX_ANSWER_BYTES), LambdaInvoker::judge);
    }

    private static Verdict judge(HttpReply reply) {
        // 429: no room for the call, which was not made. What fails with 5xx may have begun.
        return reply.status() == 429 ? Verdict.AGAIN : Verdict.ANSWER;
    }

    private PeerException refused(String what, HttpReply reply) {
        return new PeerException(
                options.peer(),
                reply.status() >= 500 ? Outcome.UNKNOWN : Outcome.REFUSED,
                what + ": Lambda answered " + reply.status()
                        + (reply.status() == 403 ? "; lambda:InvokeFunction is not allowed" : ""));
    }
}
