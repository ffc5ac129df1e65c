package dev.daypass.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * MariaDB's server and its audit plug-in: those that are installed, or else Debian's or Ubuntu's own packages, fetched with apt-get
 * from wherever the machine gets its packages, and unpacked without being installed.
 *
 * @param libraries what the loader does not find on the machine
 */
record MariaDbBinaries(Path server, Path scripts, Path messages, Path plugins, Optional<Path> libraries) {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String SERVER_PACKAGE = "mariadb-server-core";

    /** Its plug-ins are in this one, server_audit among them. */
    private static final String PLUGIN_PACKAGE = "mariadb-server";

    private static final Pattern DEPENDENCY = Pattern.compile("\\s*\\|?Depends: ([a-z0-9][a-z0-9.+-]+)");
    private static final Pattern NOT_FOUND = Pattern.compile("\\s*(\\S+) => not found");
    private static final Pattern LIBRARY = Pattern.compile("lib.+\\.so\\.[0-9.]+");
    private static final Pattern CANDIDATE = Pattern.compile("\\s*Candidate: (\\d\\S*)");
    private static final Pattern SETTING = Pattern.compile("(plugin-dir|lc-messages-dir)\\s+(/\\S+)");

    /** Whether there is a server, or a way to get one. */
    static boolean areAvailable(Cache cache) throws IOException, InterruptedException {
        return installed().isPresent()
                || cached(cache).isPresent()
                || candidate().isPresent();
    }

    /** Those of the machine, or from the cache; fetched at the first call. */
    static MariaDbBinaries find(Cache cache, Progress progress) throws IOException, InterruptedException {
        var installed = installed();
        if (installed.isPresent()) {
            return installed.get();
        }
        var cached = cached(cache);
        if (cached.isPresent()) {
            return unpacked(cached.get());
        }
        var version = candidate()
                .orElseThrow(() -> new IOException("MariaDB is neither installed nor to be had with apt-get: "
                        + "install mariadb-server, or run apt-get update if this is Debian or Ubuntu"));
        return unpacked(cache.directory("mariadb", key(version), directory -> {
            progress.say("fetching MariaDB " + version + " from the machine's package source (once)");
            fetch(directory);
        }));
    }

    /** For the process that runs the server: nothing else is inherited. */
    Map<String, String> environment() {
        var environment = new TreeMap<>(Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C", "TZ", "UTC"));
        libraries.ifPresent(path -> environment.put("LD_LIBRARY_PATH", path.toString()));
        return environment;
    }

    private static Optional<MariaDbBinaries> installed() throws IOException, InterruptedException {
        var server = Programs.find("mariadbd")
                .or(() -> Optional.of(Path.of("/usr/sbin/mariadbd")).filter(Files::isExecutable));
        if (server.isEmpty()) {
            return Optional.empty();
        }
        var help = Programs.run(List.of(server.get().toString(), "--no-defaults", "--verbose", "--help"), LIMIT);
        var settings = new TreeMap<String, Path>();
        help.output()
                .lines()
                .map(SETTING::matcher)
                .filter(matcher -> matcher.matches())
                .forEach(matcher -> settings.put(matcher.group(1), Path.of(matcher.group(2))));
        var plugins = settings.get("plugin-dir");
        var messages = settings.get("lc-messages-dir");
        if (plugins == null || messages == null || Files.notExists(plugins.resolve("server_audit.so"))) {
            return Optional.empty();
        }
        return Stream.of(messages, messages.resolveSibling("mariadb"), messages.resolveSibling("mysql"))
                .filter(directory -> hasScripts(directory))
                .findFirst()
                .map(scripts -> new MariaDbBinaries(server.get(), scripts, messages, plugins, Optional.empty()));
    }

    private static MariaDbBinaries unpacked(Path directory) throws IOException {
        var share = directory.resolve("usr/share");
        var scripts = Stream.of(share.resolve("mysql"), share.resolve("mariadb"))
                .filter(MariaDbBinaries::hasScripts)
                .findFirst()
                .orElseThrow(() -> new IOException("no scripts for the system tables under " + share));
        var plugin = found(directory, "server_audit.so")
                .orElseThrow(() -> new IOException(PLUGIN_PACKAGE + " holds no server_audit.so"));
        return new MariaDbBinaries(
                directory.resolve("usr/sbin/mariadbd"),
                scripts,
                scripts,
                plugin.resolveSibling("."),
                Optional.of(directory.resolve("libraries")));
    }

    private static boolean hasScripts(Path directory) {
        return Files.isRegularFile(script(directory, "system_tables.sql"));
    }

    /** The name of a script: with {@code mariadb_} since version 11, with {@code mysql_} before. */
    static Path script(Path directory, String name) {
        var modern = directory.resolve("mariadb_" + name);
        return Files.isRegularFile(modern) ? modern : directory.resolve("mysql_" + name);
    }

    private static Optional<Path> found(Path directory, String name) throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(file -> file.endsWith(name)).findFirst();
        }
    }

    private static String key(String version) throws IOException {
        return version.replaceAll("[^A-Za-z0-9.+-]", "_") + "-"
                + Platform.current().label();
    }

    /** Any version: what once worked here does so without a network. */
    private static Optional<Path> cached(Cache cache) throws IOException {
        var parent = cache.root().resolve("mariadb");
        if (!Files.isDirectory(parent)) {
            return Optional.empty();
        }
        try (var entries = Files.list(parent)) {
            return entries.filter(entry -> !String.valueOf(entry.getFileName()).startsWith("."))
                    .filter(entry -> Files.isExecutable(entry.resolve("usr/sbin/mariadbd")))
                    .max(Path::compareTo);
        }
    }

    /** The version that apt-get would fetch. */
    private static Optional<String> candidate() throws IOException, InterruptedException {
        if (Stream.of("apt-get", "apt-cache", "dpkg", "ldd")
                .anyMatch(program -> Programs.find(program).isEmpty())) {
            return Optional.empty();
        }
        return Programs.run(List.of("apt-cache", "policy", SERVER_PACKAGE), LIMIT)
                .output()
                .lines()
                .map(CANDIDATE::matcher)
                .filter(matcher -> matcher.matches())
                .map(matcher -> matcher.group(1))
                .findFirst();
    }

    private static void fetch(Path directory) throws IOException, InterruptedException {
        AptPackages.unpack(directory, List.of(), List.of(SERVER_PACKAGE, PLUGIN_PACKAGE));
        var dependencies = new TreeSet<String>();
        for (var line : AptPackages.run(directory, List.of("apt-cache", "depends", SERVER_PACKAGE))
                .lines()
                .toList()) {
            var matcher = DEPENDENCY.matcher(line);
            if (matcher.matches()) {
                dependencies.add(matcher.group(1));
            }
        }
        var libraries = Files.createDirectory(directory.resolve("libraries"));
        // A library that is found now may need another.
        for (int round = 0; round < 4; round++) {
            var packages = new TreeSet<String>();
            for (var missing : missing(directory, libraries)) {
                var name = missing.substring(0, Math.max(missing.indexOf(".so"), 0));
                packages.add(dependencies.stream()
                        .filter(dependency -> !name.isEmpty() && dependency.startsWith(name))
                        .findFirst()
                        .orElseThrow(() -> new IOException("MariaDB needs " + missing
                                + ", and none of its packages is called like that; install mariadb-server")));
            }
            if (packages.isEmpty()) {
                return;
            }
            AptPackages.unpack(directory, List.of(), List.copyOf(packages));
            try (var files = Files.walk(directory)) {
                for (var library : files.filter(file -> LIBRARY.matcher(String.valueOf(file.getFileName()))
                                .matches())
                        .filter(file -> !file.startsWith(libraries))
                        .toList()) {
                    var link = libraries.resolve(String.valueOf(library.getFileName()));
                    if (Files.notExists(link)) {
                        Files.createSymbolicLink(link, libraries.relativize(library));
                    }
                }
            }
        }
        throw new IOException("MariaDB's libraries are not found: " + missing(directory, libraries));
    }

    private static List<String> missing(Path directory, Path libraries) throws IOException, InterruptedException {
        var missing = new ArrayList<String>();
        var said = AptPackages.run(
                directory,
                List.of(
                        "env",
                        "LD_LIBRARY_PATH=" + libraries,
                        "ldd",
                        directory.resolve("usr/sbin/mariadbd").toString()));
        for (var line : said.lines().toList()) {
            var matcher = NOT_FOUND.matcher(line);
            if (matcher.matches()) {
                missing.add(matcher.group(1));
            }
        }
        return missing;
    }
}
