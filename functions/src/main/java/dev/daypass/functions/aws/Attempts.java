package dev.daypass.functions.aws;

import dev.daypass.functions.aws.LambdaCredentials.CredentialsException;
import dev.daypass.functions.net.HttpReply;
import dev.daypass.functions.net.NoAnswerException;
import dev.daypass.functions.net.NotSentException;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Asks a peer again, a bounded number of times, and remembers whether an earlier attempt may have been carried out. */
final class Attempts {
    private final Peer peer;
    private final String what;
    private final Options options;
    private int made;
    private boolean mayBeDone;

    /**
     * @param what names the deed for an operator, such as {@code writing intents/…}
     */
    Attempts(Peer peer, String what, Options options) {
        this.peer = peer;
        this.what = what;
        this.options = options;
    }

    /**
     * @param attempts at most so many, the first included
     * @param firstPause before the second attempt; doubled for each further one, and shortened by chance down to half, so
     *     that many functions do not come back together
     * @param timeout of each attempt
     * @param afterDoubt whether to ask again when an attempt may have been carried out
     */
    record Options(int attempts, Duration firstPause, Duration timeout, boolean afterDoubt) {
        Options {
            if (attempts < 1 || firstPause.isNegative() || timeout.toMillis() < 1) {
                throw new IllegalArgumentException("attempts and their timeout must be positive");
            }
        }
    }

    /** One attempt's request. */
    @FunctionalInterface
    interface Request {
        HttpReply send(Duration timeout) throws CredentialsException, NotSentException, NoAnswerException;
    }

    /** What an answer says. */
    enum Verdict {
        /** It is for the caller to read. */
        ANSWER,
        /** It was not done; the same request may be made again. */
        AGAIN,
        /** It may have been done; the same request may be made again. */
        PERHAPS_AGAIN
    }

    /** How an answer is judged. */
    @FunctionalInterface
    interface Judge {
        Verdict of(HttpReply reply) throws PeerException;
    }

    /** Whether an attempt before the one that was answered may have been carried out. */
    boolean mayBeDoneAlready() {
        return mayBeDone;
    }

    /**
     * @throws PeerException NOT_DONE or UNKNOWN when every attempt failed; whatever the judge throws
     */
    HttpReply answer(Request request, Judge judge) throws PeerException {
        while (true) {
            made++;
            boolean doubtful;
            String reason;
            try {
                var reply = request.send(options.timeout());
                var verdict = judge.of(reply);
                if (verdict == Verdict.ANSWER) {
                    return reply;
                }
                doubtful = verdict == Verdict.PERHAPS_AGAIN;
                reason = "answered " + reply.status();
            } catch (CredentialsException e) {
                throw new PeerException(
                        peer, mayBeDone ? Outcome.UNKNOWN : Outcome.NOT_DONE, what + ": " + e.getMessage());
            } catch (NotSentException e) {
                doubtful = false;
                reason = "could not be reached";
            } catch (NoAnswerException e) {
                doubtful = true;
                reason = "gave no answer";
            }
            mayBeDone |= doubtful;
            if (made >= options.attempts() || mayBeDone && !options.afterDoubt()) {
                throw new PeerException(
                        peer,
                        mayBeDone ? Outcome.UNKNOWN : Outcome.NOT_DONE,
                        what + ": the peer " + reason + ", " + made + " time" + (made == 1 ? "" : "s"));
            }
            pause();
        }
    }

    private void pause() throws PeerException {
        long longest = options.firstPause().toMillis() << (made - 1);
        if (longest < 1) {
            return;
        }
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(longest / 2, longest) + 1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PeerException(
                    peer, mayBeDone ? Outcome.UNKNOWN : Outcome.NOT_DONE, what + ": interrupted between attempts");
        }
    }
}
