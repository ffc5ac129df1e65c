package dev.daypass.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CacheTest {
    @TempDir
    private Path temporary;

    @Test
    void oneOfManyFillsAndAllGetTheSame() throws Exception {
        var cache = new Cache(temporary);
        var fills = new AtomicInteger();
        List<Future<Path>> got = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                got.add(threads.submit(() -> cache.directory("tool", "1.0", directory -> {
                    fills.incrementAndGet();
                    Thread.sleep(50);
                    Files.writeString(directory.resolve("file"), "whole");
                })));
            }
        }
        for (var one : got) {
            assertEquals("whole", Files.readString(one.get().resolve("file")));
        }
        assertEquals(1, fills.get());
    }

    @Test
    void aFillerThatFailsLeavesNothingAndTheNextOneFills() throws Exception {
        var cache = new Cache(temporary);
        assertThrows(
                IOException.class,
                () -> cache.directory("tool", "1.0", directory -> {
                    Files.writeString(directory.resolve("file"), "half");
                    throw new IOException("the network went away");
                }));
        var directory = cache.directory("tool", "1.0", empty -> {
            try (var entries = Files.list(empty)) {
                assertEquals(0, entries.count());
            }
            Files.writeString(empty.resolve("file"), "whole");
        });
        assertEquals("whole", Files.readString(directory.resolve("file")));
    }

    @Test
    void whatSomebodyWhoDiedHasHalfFilledIsRemoved() throws Exception {
        var half = Files.createDirectories(temporary.resolve("tool/.1.0.part-123"));
        new Cache(temporary).directory("tool", "1.0", directory -> {});
        assertTrue(Files.notExists(half));
    }

    @Test
    void aNameThatLeavesTheCacheIsRefused() {
        var cache = new Cache(temporary);
        assertThrows(IllegalArgumentException.class, () -> cache.directory("..", "1.0", directory -> {}));
        assertThrows(IllegalArgumentException.class, () -> cache.directory("tool", "../1.0", directory -> {}));
    }

    @Test
    void theUsersOwnChoiceComesFirstThenTheDesktopsThenHome() {
        assertEquals(
                Path.of("/own"),
                Cache.ofUser(Map.of("DAYPASS_CACHE", "/own", "XDG_CACHE_HOME", "/xdg"))
                        .root());
        assertEquals(
                Path.of("/xdg/daypass"),
                Cache.ofUser(Map.of("XDG_CACHE_HOME", "/xdg")).root());
        var home = Path.of(System.getProperty("user.home"), ".cache", "daypass");
        assertEquals(home, Cache.ofUser(Map.of()).root());
        assertEquals(home, Cache.ofUser(Map.of("XDG_CACHE_HOME", "relative")).root());
    }
}
