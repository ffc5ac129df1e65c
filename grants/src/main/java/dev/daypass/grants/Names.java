package dev.daypass.grants;

import java.util.Optional;
import java.util.regex.Pattern;

/** The texts that documents and their derived outputs share. */
final class Names {
    /** Letters, digits, hyphens between them: safe in a Vault path, a policy's name and a database role. */
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(?:-[a-z0-9]+)*");

    /**
     * PostgreSQL "SQL Syntax", 4.1.1: at most 63 bytes, letters, digits, underscores and dollar signs; MariaDB "Identifier Names" takes
     * all of these without quotes as well. A name that needs quotes for its letters is in no document: what reaches SQL cannot end a
     * quoted name, on any engine. Reserved words and capitals are fine, since every name is quoted.
     */
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_$]{0,62}");

    private static final int LONGEST_NAME = 40;

    private Names() {}

    static Form<String> name() {
        return Form.text(
                "a name: 1 to " + LONGEST_NAME + " of a-z, 0-9 and single hyphens, beginning with a letter",
                text -> text.length() <= LONGEST_NAME && NAME.matcher(text).matches()
                        ? Optional.of(text)
                        : Optional.empty());
    }

    static boolean isIdentifier(String text) {
        return IDENTIFIER.matcher(text).matches();
    }

    static Form<String> identifier() {
        return Form.text(
                "a name of at most 63 letters, digits, _ and $, not beginning with a digit",
                text -> isIdentifier(text) ? Optional.of(text) : Optional.empty());
    }

    /**
     * A claim's name. Vault takes one that begins with a slash for a JSON pointer, the functions take it as it stands:
     * refused, so that both check the same claim.
     */
    static Form<String> claim() {
        return Form.text(
                "a claim's name: 1 to 128 printable characters, not beginning with /",
                text -> text.isEmpty() || text.startsWith("/") || !isPrintable(text, 128)
                        ? Optional.empty()
                        : Optional.of(text));
    }

    /** A claim's value. Vault compares with {@code *} as a wildcard (see {@link VaultGrant}), so no value may hold one. */
    static Form<String> claimValue() {
        return Form.text(
                "a claim's exact value: 1 to 256 printable characters without *",
                text -> text.isEmpty() || text.contains("*") || !isPrintable(text, 256)
                        ? Optional.empty()
                        : Optional.of(text));
    }

    /** The identifier in double quotes, for SQL. */
    static String quoted(String identifier) {
        return "\"" + identifier.replace("\"", "\"\"") + "\"";
    }

    /** The text in single quotes, for SQL with standard_conforming_strings on. */
    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static boolean isPrintable(String text, int longest) {
        return text.length() <= longest && text.chars().noneMatch(Character::isISOControl);
    }
}
