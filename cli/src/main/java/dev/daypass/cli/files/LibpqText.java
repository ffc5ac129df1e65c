package dev.daypass.cli.files;

import dev.daypass.cli.api.Vended;
import dev.daypass.cli.console.Failure;
import dev.daypass.session.SessionUser;

/** The two texts that libpq reads: a password file's line and a service file's section. */
final class LibpqText {
    private LibpqText() {}

    /** PostgreSQL documentation, "The Password File": hostname:port:database:username:password. */
    static String passwordLine(Vended vended) throws Failure {
        var place = vended.place();
        return String.join(
                        ":",
                        escaped("host", place.host()),
                        Integer.toString(place.port()),
                        escaped("database", place.database()),
                        escaped("user", vended.user().name()),
                        escaped("password", vended.password().reveal()))
                + "\n";
    }

    /** PostgreSQL documentation, "The Connection Service File": an INI section; a value goes to the line's end. */
    static String service(String name, SessionUser user, Vended.Place place) throws Failure {
        return "[" + name + "]\nhost=" + unescaped("host", place.host()) + "\nport=" + place.port() + "\ndbname="
                + unescaped("database", place.database()) + "\nuser=" + user.name() + "\nsslmode="
                + unescaped("tls.mode", place.sslmode()) + "\n";
    }

    /** In the password file a colon and a backslash are written behind a backslash. */
    private static String escaped(String member, String value) throws Failure {
        refuseControls(member, value);
        return value.replace("\\", "\\\\").replace(":", "\\:");
    }

    /** The service file knows no escape, and drops spaces at a value's end. */
    private static String unescaped(String member, String value) throws Failure {
        refuseControls(member, value);
        if (!value.equals(value.strip())) {
            throw Failure.couldNot(
                    "the answer's " + member + " has spaces around it, which a libpq service file" + " cannot hold.");
        }
        return value;
    }

    private static void refuseControls(String member, String value) throws Failure {
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw Failure.couldNot(
                    "the answer's " + member + " has a control character, which libpq's files cannot hold.");
        }
    }
}
