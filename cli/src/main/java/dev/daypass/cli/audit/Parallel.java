package dev.daypass.cli.audit;

import dev.daypass.cli.console.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Work on many objects at once: each waits for the network most of the time. */
final class Parallel {
    private static final int THREADS = 16;

    private Parallel() {}

    /** What is done with each. */
    interface Task<T> {
        void run(T item) throws Failure, IOException;
    }

    /** What is made of each. */
    interface Function<T, R> {
        R apply(T item) throws Failure, IOException;
    }

    /** Does it for each; the first failure ends it all. */
    static <T> void forEach(Collection<T> items, Task<T> task) throws Failure, IOException {
        map(items, item -> {
            task.run(item);
            return Boolean.TRUE;
        });
    }

    /** The results in the order of the items; the first failure ends it all. */
    static <T, R> List<R> map(Collection<T> items, Function<T, R> function) throws Failure, IOException {
        if (items.isEmpty()) {
            return List.of();
        }
        var executor = Executors.newFixedThreadPool(Math.min(THREADS, items.size()), work -> {
            var thread = new Thread(work, "audit");
            thread.setDaemon(true);
            return thread;
        });
        try {
            var futures = new ArrayList<Future<R>>();
            for (var item : items) {
                futures.add(executor.submit(() -> function.apply(item)));
            }
            var results = new ArrayList<R>();
            for (var future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Failure failure -> throw failure;
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.couldNot("interrupted");
        } finally {
            executor.shutdownNow();
        }
    }
}
