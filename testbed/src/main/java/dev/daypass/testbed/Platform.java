package dev.daypass.testbed;

import java.io.IOException;
import java.util.Locale;

/** What the machine runs, as the publishers of binaries call it. */
enum Platform {
    LINUX_X86_64("linux-x86_64", "postgres-linux-x86_64.txz"),
    LINUX_ARM_64("linux-arm_64", "postgres-linux-arm_64.txz"),
    DARWIN_X86_64("darwin-x86_64", "postgres-darwin-x86_64.txz"),
    DARWIN_ARM_64("darwin-arm_64", "postgres-darwin-arm_64.txz");

    private final String label;
    private final String postgresArchive;

    Platform(String label, String postgresArchive) {
        this.label = label;
        this.postgresArchive = postgresArchive;
    }

    static Platform current() throws IOException {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        boolean arm = processor.equals("aarch64") || processor.equals("arm64");
        boolean intel = processor.equals("amd64") || processor.equals("x86_64");
        if (system.equals("linux") && (arm || intel)) {
            return arm ? LINUX_ARM_64 : LINUX_X86_64;
        }
        if (system.startsWith("mac") && (arm || intel)) {
            return arm ? DARWIN_ARM_64 : DARWIN_X86_64;
        }
        throw new IOException(
                "the testbed runs on Linux and macOS, x86-64 and ARM; this is " + system + " on " + processor);
    }

    /** For the name of a cached directory. */
    String label() {
        return label;
    }

    /** The resource at the root of the class path that holds PostgreSQL. */
    String postgresArchive() {
        return postgresArchive;
    }
}
