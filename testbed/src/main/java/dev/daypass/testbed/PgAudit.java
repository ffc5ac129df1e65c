package dev.daypass.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * pgaudit for PostgreSQL 18. Debian has it in its next release only: the package is fetched from there, from the mirror that this
 * Debian uses, with lists of its own, and unpacked without being installed. It needs nothing of that release.
 *
 * @param libraries for {@code dynamic_library_path}
 * @param share for {@code extension_control_path}
 */
record PgAudit(Path libraries, Path share) {
    private static final String RELEASE = "forky";
    private static final String PACKAGE = "postgresql-18-pgaudit";
    /** Debian's own, of its present and its next release. Where it is not, apt-get's usual ones have to do. */
    private static final Path KEYRING = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");

    private static final Pattern TARGET = Pattern.compile("(https?://\\S+)\\|Debian\\|main");

    /** From the cache, or fetched once; empty, with a word to whoever waits, where it cannot be had. */
    static Optional<PgAudit> find(Cache cache, Progress progress) throws InterruptedException {
        try {
            var platform = Platform.current();
            if (Stream.of("apt-get", "dpkg")
                    .anyMatch(program -> Programs.find(program).isEmpty())) {
                throw new IOException("this is no Debian");
            }
            var directory = cache.directory("pgaudit", "18-" + RELEASE + "-" + platform.label(), target -> {
                progress.say("fetching pgaudit from Debian's next release (once)");
                fetch(target);
            });
            var pgAudit = new PgAudit(
                    directory.resolve("usr/lib/postgresql/18/lib"), directory.resolve("usr/share/postgresql/18"));
            if (Files.notExists(pgAudit.libraries.resolve("pgaudit.so"))) {
                throw new IOException(PACKAGE + " holds no pgaudit.so");
            }
            return Optional.of(pgAudit);
        } catch (IOException e) {
            progress.say("going on without pgaudit, which cannot be had here: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            return Optional.empty();
        }
    }

    private static void fetch(Path directory) throws IOException, InterruptedException {
        var apt = Files.createDirectory(directory.resolve("apt"));
        Files.createDirectories(apt.resolve("lists/partial"));
        Files.createDirectories(apt.resolve("cache/archives/partial"));
        var source = AptPackages.run(
                        apt,
                        List.of(
                                "apt-get",
                                "indextargets",
                                "--format",
                                "$(SITE)|$(ORIGIN)|$(COMPONENT)",
                                "Created-By: Packages"))
                .lines()
                .map(TARGET::matcher)
                .filter(matcher -> matcher.matches() && !matcher.group(1).contains("security"))
                .map(matcher -> "deb "
                        + (Files.exists(KEYRING) ? "[signed-by=" + KEYRING + "] " : "")
                        + matcher.group(1) + " " + RELEASE + " main\n")
                .findFirst()
                .orElseThrow(() -> new IOException("no mirror of Debian is among the machine's package sources"));
        var list = Files.writeString(apt.resolve("sources.list"), source);
        var options = List.of(
                "-oDir::Etc::sourcelist=" + list,
                "-oDir::Etc::sourceparts=/dev/null",
                "-oDir::State::lists=" + apt.resolve("lists"),
                "-oDir::Cache=" + apt.resolve("cache"),
                "-oAcquire::Languages=none",
                "-oAcquire::Retries=0",
                "-oAcquire::http::Timeout=20",
                "-oAPT::Update::Error-Mode=any");
        var update = Stream.concat(Stream.of("apt-get", "update", "--quiet"), options.stream());
        AptPackages.run(apt, update.toList());
        AptPackages.unpack(directory, options, List.of(PACKAGE));
        // The lists are large, and of use once.
        Directories.delete(apt);
    }

    /** For postgresql.conf. */
    List<String> settings() {
        return List.of(
                "shared_preload_libraries = 'pgaudit'",
                "dynamic_library_path = '" + libraries + ":$libdir'",
                "extension_control_path = '" + share + ":$system'",
                "pgaudit.log = 'all'",
                "pgaudit.log_catalog = off",
                "pgaudit.log_relation = on",
                "pgaudit.log_parameter = on",
                // Each statement would be there twice.
                "log_statement = 'none'");
    }
}
