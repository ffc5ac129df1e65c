package dev.daypass.cli.files;

import dev.daypass.cli.api.Vended;
import dev.daypass.cli.console.Failure;

/** The option file that MariaDB's clients read (MariaDB documentation, "Configuring MariaDB with Option Files"). */
final class OptionFileText {
    private OptionFileText() {}

    static String of(Vended vended) throws Failure {
        var place = vended.place();
        // Without TLS it has to be said: clients since 11.4 insist on a certificate that they can check.
        String tls = place.sslmode().equals("disable") ? "skip-ssl\n" : "ssl\nssl-verify-server-cert\n";
        return "[client]\nprotocol=tcp\nhost=" + quoted("host", place.host()) + "\nport=" + place.port() + "\nuser="
                + quoted("user", vended.user().name()) + "\npassword="
                + quoted("password", vended.password().reveal()) + "\n" + tls
                // Not every client knows it, and one that does not stops at an unknown word in its own section.
                + "\n[mysql]\ndatabase=" + quoted("database", place.database()) + "\n";
    }

    /** In quotes a number sign begins no comment; a backslash is written behind another one, and a quote cannot be. */
    private static String quoted(String member, String value) throws Failure {
        if (value.chars().anyMatch(Character::isISOControl) || value.indexOf('"') >= 0) {
            throw Failure.couldNot("the answer's " + member
                    + " has a control character or a double quote, which a MariaDB option file cannot hold.");
        }
        return '"' + value.replace("\\", "\\\\") + '"';
    }
}
