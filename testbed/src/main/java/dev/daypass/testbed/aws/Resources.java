package dev.daypass.testbed.aws;

import java.io.IOException;
import java.io.InputStream;

/** The files beside this package's classes. */
final class Resources {
    private Resources() {}

    static byte[] bytes(String name) throws IOException {
        try (InputStream in = Resources.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is missing from the class path");
            }
            return in.readAllBytes();
        }
    }
}
