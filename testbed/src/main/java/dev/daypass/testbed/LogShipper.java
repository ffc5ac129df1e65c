package dev.daypass.testbed;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

/**
 * What a log agent does on a server: reads files as they grow, and puts their lines into CloudWatch Logs, five times a second. It
 * keeps its place in memory only: a new shipper ships everything again, as new log events. An unfinished line waits for its end,
 * or for {@link #close}.
 *
 * <p>A log event has the time with which its line begins, if that is a time in UTC (see {@link LineTime}) of the last 23 hours. Other
 * lines have the time of the line before in their batch, or of the first that has one, or else the time of shipping. In a batch
 * time never goes back, since PutLogEvents demands that.
 *
 * <p>What the service does not take is sent again until it does, and the file is not read on meanwhile. A file that became
 * shorter is read from its beginning. Thread-safe; it has one thread of its own, which {@link #close} ends.
 */
public final class LogShipper implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(200);
    private static final Duration LAST_WORDS = Duration.ofSeconds(10);

    private final CloudWatchLogsClient logs;
    private final Clock clock;
    private final List<Tail> tails = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("daypass-log-shipper").unstarted(this::run);
    private boolean closing;
    private @Nullable Exception lastFailure;

    private LogShipper(CloudWatchLogsClient logs, Clock clock) {
        this.logs = logs;
        this.clock = clock;
    }

    /**
     * Begins to ship these files, each from its beginning; a file may appear later. Groups and streams are made where they are
     * missing. The client stays the caller's, and has to outlive this.
     */
    public static LogShipper start(CloudWatchLogsClient logs, List<Route> routes) {
        var shipper = new LogShipper(logs, Clock.systemUTC());
        routes.forEach(shipper::add);
        shipper.thread.start();
        return shipper;
    }

    /**
     * Ships one more file.
     *
     * @throws IllegalArgumentException if another route leads to the same stream: their order would be nobody's
     */
    public void add(Route route) {
        lock.lock();
        try {
            if (tails.stream()
                    .anyMatch(tail -> tail.route.group.equals(route.group) && tail.route.stream.equals(route.stream))) {
                throw new IllegalArgumentException(route.stream + " in " + route.group + " has a file already");
            }
            tails.add(new Tail(route));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until every line that is in the files now has been accepted by PutLogEvents.
     *
     * @throws TimeoutException naming the files that are not done by then, and the last failure
     */
    public void awaitShipped(Duration limit) throws InterruptedException, TimeoutException {
        long nanos = limit.toNanos();
        var targets = new ArrayList<Target>();
        for (var tail : tails) {
            targets.add(new Target(tail, endOfLastLine(tail.route.file)));
        }
        lock.lockInterruptibly();
        try {
            while (true) {
                targets.removeIf(target -> target.tail.accepted >= target.offset);
                if (targets.isEmpty()) {
                    return;
                }
                if (nanos <= 0 || !thread.isAlive()) {
                    throw notShipped(targets);
                }
                // No longer at once: the thread may end without a word.
                long part = Math.min(nanos, PERIOD.toNanos());
                nanos -= part - changed.awaitNanos(part);
            }
        } finally {
            lock.unlock();
        }
    }

    /** What has been shipped so far. */
    public Counts counts() {
        lock.lock();
        try {
            return tails.stream().map(tail -> tail.counts).reduce(Counts.NONE, Counts::plus);
        } finally {
            lock.unlock();
        }
    }

    /** Ships what is in the files, unfinished lines included, as far as the service takes it within ten seconds, and stops. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = Thread.interrupted();
        try {
            if (!thread.join(LAST_WORDS)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            thread.interrupt();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean last = false;
        while (!last) {
            for (var tail : tails) {
                ship(tail, false);
            }
            lock.lock();
            try {
                if (!closing) {
                    changed.awaitNanos(PERIOD.toNanos());
                }
                last = closing;
            } catch (InterruptedException e) {
                return;
            } finally {
                lock.unlock();
            }
        }
        for (var tail : tails) {
            ship(tail, true);
        }
    }

    /** Until nothing is left to read now, or the service refuses. */
    private void ship(Tail tail, boolean last) {
        try {
            while (true) {
                var batch = tail.nextBatch(clock, last);
                if (batch == null) {
                    return;
                }
                if (!batch.events().isEmpty()) {
                    put(tail.route, batch);
                }
                lock.lock();
                try {
                    tail.taken(batch);
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        } catch (IOException | SdkException e) {
            // The batch, or the place in the file, is kept: the next pass tries again.
            lock.lock();
            try {
                lastFailure = e;
            } finally {
                lock.unlock();
            }
        }
    }

    private void put(Route route, LogBatch batch) {
        try {
            logs.putLogEvents(
                    p -> p.logGroupName(route.group).logStreamName(route.stream).logEvents(batch.events()));
        } catch (ResourceNotFoundException e) {
            ignoringExisting(() -> logs.createLogGroup(g -> g.logGroupName(route.group)));
            ignoringExisting(
                    () -> logs.createLogStream(s -> s.logGroupName(route.group).logStreamName(route.stream)));
            logs.putLogEvents(
                    p -> p.logGroupName(route.group).logStreamName(route.stream).logEvents(batch.events()));
        }
    }

    private static void ignoringExisting(Runnable creation) {
        try {
            creation.run();
        } catch (ResourceAlreadyExistsException e) {
            // That is what is wanted.
        }
    }

    private TimeoutException notShipped(List<Target> targets) {
        var late = targets.stream()
                .map(target ->
                        target.tail.route.file + " (" + target.tail.accepted + " of " + target.offset + " bytes)")
                .toList();
        var failure = lastFailure;
        var exception = new TimeoutException("not shipped: " + late);
        if (failure != null) {
            exception.initCause(failure);
        }
        return exception;
    }

    /** Where the last finished line ends; 0 in a file that is not there. */
    private static long endOfLastLine(Path path) {
        try (var file = new RandomAccessFile(path.toFile(), "r")) {
            var block = new byte[8192];
            for (long end = file.length(); end > 0; ) {
                int length = (int) Math.min(block.length, end);
                file.seek(end - length);
                file.readFully(block, 0, length);
                for (int i = length - 1; i >= 0; i--) {
                    if (block[i] == '\n') {
                        return end - length + i + 1;
                    }
                }
                end -= length;
            }
            return 0;
        } catch (java.io.FileNotFoundException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Target(Tail tail, long offset) {}

    /**
     * Where a file's lines go.
     *
     * @param group the log group's name
     * @param stream the stream's name, of this file alone
     */
    public record Route(Path file, String group, String stream, Framing framing) {}

    /** How a record of a file begins, and so where the one before ends. */
    public static final class Framing {
        /** Every line is a record. */
        public static final Framing LINE = new Framing(null);

        private final @Nullable Pattern beginning;

        private Framing(@Nullable Pattern beginning) {
            this.beginning = beginning;
        }

        /**
         * A line at whose beginning this is found begins a record; other lines go on with the one before. The last record of the
         * file is complete when nothing was added to it for half a second.
         */
        public static Framing beginningWith(Pattern beginning) {
            return new Framing(beginning);
        }

        boolean isLine() {
            return beginning == null;
        }

        boolean begins(CharSequence line) {
            return beginning == null || beginning.matcher(line).lookingAt();
        }

        @Override
        public String toString() {
            return beginning == null ? "LINE" : "beginning with " + beginning;
        }
    }

    /**
     * What has been shipped.
     *
     * @param events log events that were accepted
     * @param replaced records with bytes that are no UTF-8; each such byte sequence arrived as U+FFFD
     * @param cut records longer than a log event may be, which became several
     * @param empty empty lines, which cannot be log events and were left out
     * @param restarted files that became shorter and were read again
     */
    public record Counts(long events, long replaced, long cut, long empty, long restarted) {
        static final Counts NONE = new Counts(0, 0, 0, 0, 0);

        Counts plus(Counts other) {
            return new Counts(
                    events + other.events,
                    replaced + other.replaced,
                    cut + other.cut,
                    empty + other.empty,
                    restarted + other.restarted);
        }
    }

    /** One file, read by the shipper's thread alone; its counts are guarded by the shipper's lock. */
    private static final class Tail {
        private static final int BLOCK = 1 << 20;

        private final Route route;
        private final RecordReader records;
        private @Nullable LogBatch refused;
        private long read;
        private volatile long accepted;
        private Counts counts = Counts.NONE;

        private Tail(Route route) {
            this.route = route;
            this.records = new RecordReader(route.framing);
        }

        /** What was not taken before, or else what follows; null if that is nothing yet. */
        @Nullable LogBatch nextBatch(Clock clock, boolean last) throws IOException {
            if (refused != null) {
                return refused;
            }
            // As long as what was read fills no batch, and there is more.
            while (!records.hasFullBatch() && readBlock()) {}
            refused = records.batch(clock.instant(), last);
            return refused;
        }

        void taken(LogBatch batch) {
            refused = null;
            if (batch.end() > accepted) {
                accepted = batch.end();
            }
            counts = counts.plus(batch.counts());
        }

        private boolean readBlock() throws IOException {
            try (var channel = Files.newByteChannel(route.file, StandardOpenOption.READ)) {
                if (channel.size() < read) {
                    records.restart();
                    read = 0;
                    accepted = 0;
                }
                channel.position(read);
                var block = ByteBuffer.allocate((int) Math.min(BLOCK, Math.max(1, channel.size() - read)));
                int length = channel.read(block);
                if (length <= 0) {
                    return false;
                }
                records.add(block.array(), length);
                read += length;
                return true;
            } catch (NoSuchFileException e) {
                return false;
            }
        }
    }
}
