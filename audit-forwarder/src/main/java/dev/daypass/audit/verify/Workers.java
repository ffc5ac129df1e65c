package dev.daypass.audit.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** A few threads that share lists of work, while the caller's thread tells how far they are. */
final class Workers implements AutoCloseable {
    private static final long TELL_MILLIS = 200;
    private static final ThreadLocal<byte[]> BUFFER = new ThreadLocal<>();

    private final int threads;
    private final Progress progress;
    private final ExecutorService pool;
    private final LongAdder objects = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    Workers(int threads, Progress progress) {
        this.threads = threads;
        this.progress = progress;
        this.pool = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("daypass-verify-", 1).factory());
    }

    /** This thread's own, whatever is in it. */
    static byte[] buffer(int size) {
        byte[] own = BUFFER.get();
        if (own == null || own.length != size) {
            own = new byte[size];
            BUFFER.set(own);
        }
        return own;
    }

    void bytes(long more) {
        bytes.add(more);
    }

    /** One object more, with bytes that were not told before. */
    void count(long more) {
        objects.increment();
        bytes.add(more);
    }

    /** Does the work on every item, in no order. The first failure ends it. */
    <T> void run(List<T> items, Work<T> work) throws IOException, InterruptedException {
        if (items.isEmpty()) {
            return;
        }
        var next = new AtomicInteger();
        var running = new ArrayList<Future<?>>();
        for (int i = 0; i < Math.min(threads, items.size()); i++) {
            running.add(pool.submit(() -> {
                try {
                    for (int at = next.getAndIncrement(); at < items.size(); at = next.getAndIncrement()) {
                        work.on(items.get(at));
                    }
                } finally {
                    // After a failure the others stop as well; after the last item it changes nothing.
                    next.set(items.size());
                }
                return null;
            }));
        }
        for (var future : running) {
            await(future);
        }
        progress.of(objects.sum(), bytes.sum());
    }

    private void await(Future<?> future) throws IOException, InterruptedException {
        while (true) {
            try {
                future.get(TELL_MILLIS, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                progress.of(objects.sum(), bytes.sum());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof IOException io) {
                    throw io;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }

    /** What is done with an item. */
    @FunctionalInterface
    interface Work<T> {
        void on(T item) throws IOException;
    }
}
