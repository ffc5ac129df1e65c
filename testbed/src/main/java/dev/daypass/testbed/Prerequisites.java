package dev.daypass.testbed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What must be on the machine, looked for before anything else happens, so that a person installs it all at once. */
public final class Prerequisites {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Prerequisites() {}

    /**
     * Looks for all that is needed.
     *
     * @throws MissingException naming everything that is not there and how to get it
     */
    public static void require(Set<Need> needs) throws IOException, InterruptedException, MissingException {
        var missing = missing(needs);
        if (!missing.isEmpty()) {
            throw new MissingException(missing);
        }
    }

    /** What is not there, each with how to get it. */
    static List<String> missing(Set<Need> needs) throws IOException, InterruptedException {
        List<String> missing = new ArrayList<>();
        for (var need : Need.values()) {
            if (needs.contains(need)) {
                check(need).ifPresent(reason -> missing.add(reason + "\n    " + need.remedy));
            }
        }
        return missing;
    }

    private static Optional<String> check(Need need) throws IOException, InterruptedException {
        return switch (need) {
            case JDK_25 -> checkJdk();
            case PYTHON -> checkPython();
            case OWN_SESSIONS ->
                missingIf(
                        Programs.find("setsid").isEmpty() && !Files.isExecutable(Path.of("/usr/bin/perl")),
                        "a program that starts others in a session of their own: neither setsid nor perl is there");
            case POSTGRES_AS_THIS_USER -> checkUserNamespace();
            case MARIADB ->
                missingIf(
                        !MariaDbBinaries.areAvailable(Cache.ofUser(System.getenv())),
                        "MariaDB with its audit plug-in: neither installed, nor fetched before, nor known to apt-get");
            case SECOND_LOOPBACK_ADDRESS -> checkSecondAddress();
            case PSQL -> missingIf(Programs.find("psql").isEmpty(), "psql, PostgreSQL's shell: not on the PATH");
        };
    }

    private static Optional<String> checkJdk() {
        var javac = Path.of(System.getProperty("java.home"), "bin", "javac");
        int feature = Runtime.version().feature();
        return missingIf(
                feature < 25 || !Files.isExecutable(javac),
                "JDK 25: this is Java " + feature + (Files.isExecutable(javac) ? "" : " without a compiler"));
    }

    private static Optional<String> checkPython() throws IOException, InterruptedException {
        String wanted = "python3, 3.10 or newer, with venv and pip: ";
        var python = Programs.find("python3");
        if (python.isEmpty()) {
            return Optional.of(wanted + "not on the PATH");
        }
        // Debian's python3 has venv without python3-venv, yet no ensurepip: then no environment can be made.
        var said = Programs.run(
                List.of(
                        python.get().toString(),
                        "-c",
                        "import sys; assert sys.version_info >= (3, 10), sys.version; import ensurepip, pip, venv"),
                LIMIT);
        var last = said.output().strip().lines().reduce("", (before, line) -> line);
        return missingIf(!said.succeeded(), wanted + python.get() + " says " + last);
    }

    private static Optional<String> checkUserNamespace() throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.empty();
        }
        var unshare = Programs.find("unshare");
        boolean works = unshare.isPresent()
                && Programs.run(List.of(unshare.get().toString(), "--user", "true"), LIMIT)
                        .succeeded();
        return missingIf(!works, "a way to run databases, which refuse to run as root: unshare --user does not work");
    }

    private static Optional<String> checkSecondAddress() throws IOException {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), 0));
            return Optional.empty();
        } catch (java.net.SocketException e) {
            return Optional.of("127.0.0.2, the address that the functions speak to OpenBao from: not on this machine");
        }
    }

    private static Optional<String> missingIf(boolean missing, String what) {
        return missing ? Optional.of(what) : Optional.empty();
    }

    /** Something that the peers, or those who use them, cannot do without. */
    public enum Need {
        /** For the functions and the build. */
        JDK_25("install a JDK 25 and set JAVA_HOME to it"),
        /** For OpenBao's binary and the local AWS endpoint. */
        PYTHON("Debian, Ubuntu: apt-get install python3 python3-venv python3-pip; macOS: brew install python"),
        /** For ending children with all that they have started. */
        OWN_SESSIONS("Debian, Ubuntu: apt-get install util-linux"),
        /** For PostgreSQL and MariaDB when this is root. */
        POSTGRES_AS_THIS_USER("run as another user; or install util-linux and allow user namespaces"),
        /** For sessions on a second kind of database. */
        MARIADB("Debian, Ubuntu: apt-get update, or apt-get install mariadb-server; macOS: brew install mariadb"),
        /** For telling functions from agents on one machine. */
        SECOND_LOOPBACK_ADDRESS(
                "macOS: sudo ifconfig lo0 alias 127.0.0.2 up; Linux has it when the loopback interface is up"),
        /** For trying a session by hand. */
        PSQL("Debian, Ubuntu: apt-get install postgresql-client; macOS: brew install libpq");

        private final String remedy;

        Need(String remedy) {
            this.remedy = remedy;
        }
    }

    /** Says all that is missing, in a message for a person. */
    public static final class MissingException extends Exception {
        private static final long serialVersionUID = 1L;

        MissingException(List<String> missing) {
            super("This machine lacks what is needed:\n  " + String.join("\n  ", missing));
        }
    }
}
