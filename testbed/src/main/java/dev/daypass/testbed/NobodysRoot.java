package dev.daypass.testbed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * For servers that refuse to run as root. In a user namespace without a mapping root is nobody, yet still owns its files.
 */
final class NobodysRoot {
    private NobodysRoot() {}

    /** The command as it is, or, for root, in such a namespace. */
    static List<String> command(List<String> command) throws IOException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return command;
        }
        var unshare = Programs.find("unshare")
                .orElseThrow(() -> new IOException(command.getFirst()
                        + " does not run as root, and there is no unshare (util-linux): run as another user"));
        var wrapped = new ArrayList<>(List.of(unshare.toString(), "--user"));
        wrapped.addAll(command);
        return wrapped;
    }
}
