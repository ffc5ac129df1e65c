package dev.daypass.benchmarks;

import dev.daypass.cli.local.LocalDaypass;
import dev.daypass.testbed.Reaper;
import dev.daypass.testbed.aws.HttpEvent;
import dev.daypass.testbed.aws.LambdaHost;
import dev.daypass.testbed.aws.StackFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** The local installation, and beside it task roots to start functions from. */
final class Setting {
    /** Its sessions end within seconds, so that live roles do not pile up and slow PostgreSQL down. */
    static final String GRANT = "orders-glance";

    private final LocalDaypass daypass;
    private final Reaper reaper;
    private final Path directory;
    private final Path vend;
    private final Path hello;

    Setting(LocalDaypass daypass, Reaper reaper) throws IOException {
        this.daypass = daypass;
        this.reaper = reaper;
        this.directory = reaper.directory("benchmarks");
        var archive = Path.of(System.getProperty("daypass.root"), "functions/target/daypass-functions.zip");
        this.vend = LambdaHost.explode(archive, directory.resolve("vend"));
        this.hello = hello();
    }

    LocalDaypass daypass() {
        return daypass;
    }

    Reaper reaper() {
        return reaper;
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    /** Packaged as the vend is: bootstrap, the runtime client and its native library, and the function's own jar. */
    private Path hello() throws IOException {
        var root = directory.resolve("hello");
        Files.createDirectories(root.resolve("lib"));
        Files.copy(
                vend.resolve("bootstrap"), root.resolve("bootstrap"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        Files.createSymbolicLink(root.resolve("jni"), vend.resolve("jni"));
        try (var jars = Files.list(vend.resolve("lib"))) {
            for (var jar : jars.filter(j -> isRuntimeClient(j.getFileName().toString()))
                    .toList()) {
                Files.copy(jar, root.resolve("lib").resolve(jar.getFileName().toString()));
            }
        }
        jar(root.resolve("lib/hello.jar"), HelloHandler.class);
        return root;
    }

    private static boolean isRuntimeClient(String jar) {
        return jar.startsWith("aws-lambda-") || jar.startsWith("utils-lite-");
    }

    private static void jar(Path target, Class<?>... classes) throws IOException {
        try (var jar = new JarOutputStream(Files.newOutputStream(target))) {
            for (var type : classes) {
                var name = type.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new JarEntry(name));
                try (var in = type.getClassLoader().getResourceAsStream(name)) {
                    if (in == null) {
                        throw new IOException(name + " is not on the class path");
                    }
                    in.transferTo(jar);
                }
                jar.closeEntry();
            }
        }
    }

    /** The vend once more, beside it a handler that times it from within. */
    Path warmRoot() throws IOException {
        var root = LambdaHost.explode(
                Path.of(System.getProperty("daypass.root"), "functions/target/daypass-functions.zip"),
                directory.resolve("warm"));
        jar(root.resolve("lib/zz-benchmarks.jar"), WarmVendHandler.class, BareVend.class, BareVend.Wire.class);
        return root;
    }

    LambdaHost.Options hello(String cache) {
        return options(hello, HelloHandler.class.getName(), Map.of(), cache, false);
    }

    LambdaHost.Options vend(String cache, boolean snapStart) {
        return options(vend, daypass.stack().handler(StackFunction.VEND), vendVariables(), cache, snapStart);
    }

    Map<String, String> vendVariables() {
        return daypass.stack().environment(StackFunction.VEND);
    }

    LambdaHost.Options options(
            Path root, String handler, Map<String, String> environment, String cache, boolean snapStart) {
        Map<String, String> variables = new TreeMap<>(environment);
        if (!cache.isEmpty()) {
            variables.put("DAYPASS_AOT_CACHE", file(cache).toString());
        }
        return new LambdaHost.Options(root, handler, variables, file("functions.log"), snapStart);
    }

    /** A request for a session, with a token that was not used before. */
    String vendEvent() {
        return HttpEvent.of("POST /v1/sessions", "/v1/sessions", Instant.now())
                .header("authorization", "Bearer " + daypass.token())
                .body("{\"grant\":\"" + GRANT + "\"}")
                .json();
    }

    String getEvent(String path) {
        return HttpEvent.of("GET " + path, path, Instant.now())
                .header("authorization", "Bearer " + daypass.token())
                .json();
    }
}
