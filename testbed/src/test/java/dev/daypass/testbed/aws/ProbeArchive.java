package dev.daypass.testbed.aws;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * An archive like the functions', whose handlers say what they were given (of a delivery from a log group: what is in it) and do
 * what the event asks for: {@code sleep}, {@code hang}, {@code throw}, {@code exit}, and {@code flaky}, which throws twice.
 */
final class ProbeArchive {
    private static final List<String> HANDLERS = List.of(
            "functions.http.VendHandler",
            "functions.http.SessionsHandler",
            "functions.sweep.SweepHandler",
            "functions.http.BrokenHandler",
            "audit.intake.DaypassHandler",
            "audit.intake.VaultAuditHandler",
            "audit.intake.VaultServerHandler",
            "audit.intake.PostgresqlHandler",
            "audit.intake.MariadbHandler",
            "audit.seal.SealHandler",
            "audit.reconcile.ReconcileHandler");

    private static final String SOURCE = """
            package dev.daypass.PACKAGE;

            import com.amazonaws.services.lambda.runtime.Context;
            import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
            import java.io.*;
            import java.nio.charset.StandardCharsets;
            import java.util.*;
            import java.util.regex.*;
            import java.util.zip.GZIPInputStream;

            public class NAME implements RequestStreamHandler {
                static final Pattern DELIVERY = Pattern.compile("[{].awslogs.: *[{].data.: *.([A-Za-z0-9+/=]*).[}][}]");
                static final String ENVIRONMENT = UUID.randomUUID().toString();

                public NAME() {
                    if ("NAME".startsWith("Broken")) throw new IllegalStateException("no such setting");
                }

                public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
                    String event = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                    Matcher delivery = DELIVERY.matcher(event);
                    if (delivery.matches()) {
                        byte[] data = Base64.getDecoder().decode(delivery.group(1));
                        event = new String(new GZIPInputStream(new ByteArrayInputStream(data)).readAllBytes(), StandardCharsets.UTF_8);
                    }
                    System.out.println("NAME got " + event);
                    if (event.contains("probe=sleep")) rest(700);
                    if (event.contains("probe=hang")) rest(60_000);
                    if (event.contains("probe=throw")) throw new IllegalArgumentException("as asked");
                    if (event.contains("probe=flaky") && attempt(event) < 3) throw new IllegalArgumentException("not yet");
                    if (event.contains("probe=exit")) Runtime.getRuntime().halt(3);
                    String body = "NAME " + ENVIRONMENT + " " + ProcessHandle.current().pid() + " "
                            + System.getenv("DAYPASS_RESOURCE");
                    out.write(("{\\"statusCode\\": 200, \\"body\\": \\"" + body + "\\"}").getBytes(StandardCharsets.UTF_8));
                }

                /** Counted in a file: another attempt may be in another environment. */
                private static int attempt(String event) throws IOException {
                    File file = new File(System.getProperty("java.io.tmpdir"), "probe-" + UUID.nameUUIDFromBytes(event.getBytes(StandardCharsets.UTF_8)));
                    try (FileOutputStream out = new FileOutputStream(file, true)) {
                        out.write(1);
                    }
                    file.deleteOnExit();
                    return (int) file.length();
                }

                private static void rest(long millis) {
                    try {
                        Thread.sleep(millis);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
            }
            """;

    private ProbeArchive() {}

    static Path write(Path directory) throws IOException {
        var classes = Files.createDirectories(directory.resolve("classes"));
        compile(classes);
        var archive = directory.resolve("probe.zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            put(zip, "bootstrap", Files.readAllBytes(Path.of("..", "parent", "packaging", "bootstrap")));
            put(zip, "lib/probe.jar", jar(classes));
            for (var jar : runtimeClient()) {
                put(zip, "lib/" + jar.getName(), Files.readAllBytes(jar.toPath()));
                try (var content = new ZipFile(jar)) {
                    for (var entry : content.stream()
                            .filter(e -> e.getName().matches("jni/libaws-lambda-jni\\.linux-.*"))
                            .toList()) {
                        try (var in = content.getInputStream(entry)) {
                            put(zip, entry.getName(), in.readAllBytes());
                        }
                    }
                }
            }
        }
        return archive;
    }

    private static void compile(Path classes) {
        var sources = new ArrayList<JavaFileObject>();
        for (var handler : HANDLERS) {
            var name = handler.substring(handler.lastIndexOf('.') + 1);
            var text = SOURCE.replace("PACKAGE", handler.substring(0, handler.lastIndexOf('.')))
                    .replace("NAME", name);
            sources.add(
                    new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
                        @Override
                        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                            return text;
                        }
                    });
        }
        boolean compiled = ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, null, List.of("-d", classes.toString(), "-proc:none"), null, sources)
                .call();
        if (!compiled) {
            throw new IllegalStateException("the probe does not compile");
        }
    }

    private static byte[] jar(Path classes) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes);
                var files = Files.walk(classes)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                put(zip, classes.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return bytes.toByteArray();
    }

    private static List<File> runtimeClient() {
        return List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1)).stream()
                .map(File::new)
                .filter(file -> file.getName().startsWith("aws-lambda-java-")
                        || file.getName().startsWith("utils-lite-"))
                .toList();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }
}
