package dev.daypass.acceptance.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** The same thing done by many threads at the same moment. */
final class Together {
    private Together() {}

    /** What each of them got. */
    static <T> List<T> times(int threads, IntFunction<Callable<T>> work) throws Exception {
        var barrier = new CyclicBarrier(threads);
        try (var executor = Executors.newFixedThreadPool(threads)) {
            var futures = new ArrayList<Future<T>>();
            for (int i = 0; i < threads; i++) {
                var mine = work.apply(i);
                futures.add(executor.submit(() -> {
                    barrier.await();
                    return mine.call();
                }));
            }
            var results = new ArrayList<T>();
            for (var future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }
}
