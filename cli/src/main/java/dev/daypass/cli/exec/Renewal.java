package dev.daypass.cli.exec;

import dev.daypass.cli.api.BearerToken;
import dev.daypass.cli.api.DaypassApi;
import dev.daypass.cli.api.Vended;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Keeps a session's lease alive in the background until its window, and says beforehand when it is going to end. It
 * compares the broker's instants with this machine's clock: a clock that is wrong by more than the margin that
 * {@code renewBefore} leaves renews too late.
 */
final class Renewal {
    /** Between two tries while the endpoint does not answer, and at least between two renewals. */
    private static final Duration PAUSE = Duration.ofSeconds(2);

    /** Whether leases are to be renewed at all. */
    enum Wish {
        RENEW,
        LET_IT_END
    }

    private final DaypassApi api;
    private final Vended vended;
    private final Optional<Duration> ttl;
    private final Wish wish;
    private final Surroundings surroundings;
    private final Thread thread;

    private Renewal(DaypassApi api, Vended vended, Optional<Duration> ttl, Wish wish, Surroundings surroundings) {
        this.api = api;
        this.vended = vended;
        this.ttl = ttl;
        this.wish = wish;
        this.surroundings = surroundings;
        this.thread = Thread.ofPlatform().daemon().name("renewal").unstarted(this::run);
    }

    static Renewal start(DaypassApi api, Vended vended, Optional<Duration> ttl, Wish wish, Surroundings surroundings) {
        var renewal = new Renewal(api, vended, ttl, wish, surroundings);
        renewal.thread.start();
        return renewal;
    }

    /** Waits for a renewal that is under way, so that it does not cross the session's ending. */
    void stop() {
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            keepAlive();
        } catch (InterruptedException e) {
            // The child has ended.
        }
    }

    private void keepAlive() throws InterruptedException {
        Clock clock = surroundings.clock();
        Instant expiresAt = vended.expiresAt();
        // Where nothing is renewed, the margin is for the warning alone.
        var margin = vended.renewBefore()
                .map(at -> Duration.between(at, vended.expiresAt()))
                .orElseGet(() -> Duration.between(clock.instant(), vended.expiresAt())
                        .multipliedBy(3)
                        .dividedBy(10));
        while (true) {
            sleepUntil(renewAt(clock.instant(), expiresAt, margin), clock);
            if (vended.renewBefore().isEmpty()) {
                warn(expiresAt, "its grant allows no renewal.");
                return;
            }
            if (wish == Wish.LET_IT_END) {
                warn(expiresAt, "it is not renewed (--no-renew).");
                return;
            }
            if (!expiresAt.isBefore(vended.window())) {
                warn(expiresAt, "its window is over then, and nothing can be renewed past it.");
                return;
            }
            Optional<Instant> moved = renew(expiresAt, clock);
            if (moved.isEmpty()) {
                return;
            }
            expiresAt = moved.get();
        }
    }

    /** A tenth of the wait before the margin begins, and never sooner than half of a lease. */
    private static Instant renewAt(Instant now, Instant expiresAt, Duration margin) {
        var left = Duration.between(now, expiresAt);
        var wait = left.minus(margin).multipliedBy(9).dividedBy(10);
        var half = left.dividedBy(2);
        return now.plus(wait.compareTo(half) > 0 || margin.isNegative() ? wait : half);
    }

    /** The lease's new end; empty when it cannot be renewed any more, which was told. */
    private Optional<Instant> renew(Instant expiresAt, Clock clock) throws InterruptedException {
        boolean told = false;
        while (true) {
            try {
                var view = api.renew(BearerToken.of(vended.handle()), vended.session(), ttl);
                if (told) {
                    surroundings.tell("session " + vended.session() + " is renewed again.");
                }
                return view.expiresAt();
            } catch (Failure e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (!e.retryable()) {
                    warn(expiresAt, "it cannot be renewed: " + e.text());
                    return Optional.empty();
                }
                if (!clock.instant().isBefore(expiresAt)) {
                    surroundings.tell("session " + vended.session() + " ended at " + expiresAt
                            + " since it could not be renewed: " + e.text());
                    return Optional.empty();
                }
                if (!told) {
                    warn(expiresAt, "it could not be renewed, and is tried again until then: " + e.text());
                    told = true;
                }
            }
            Thread.sleep(PAUSE);
        }
    }

    private void warn(Instant end, String why) {
        surroundings.tell("session " + vended.session() + " ends at " + end + ": " + why);
    }

    private static void sleepUntil(Instant instant, Clock clock) throws InterruptedException {
        var wait = Duration.between(clock.instant(), instant);
        Thread.sleep(wait.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : wait);
    }
}
