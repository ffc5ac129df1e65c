package dev.daypass.audit.parse;

import dev.daypass.audit.line.Activity;
import dev.daypass.evidence.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The files of lines, by their names. */
enum Vectors {
    POSTGRESQL_JSONLOG("postgresql-18.6-jsonlog", Source.POSTGRESQL),
    POSTGRESQL_CSVLOG("postgresql-18.6-csvlog", Source.POSTGRESQL),
    POSTGRESQL_STDERR("postgresql-18.6-stderr", Source.POSTGRESQL),
    OPENBAO_AUDIT("openbao-2.7.2-audit", Source.VAULT_AUDIT),
    OPENBAO_SERVER("openbao-2.7.2-server", Source.VAULT_SERVER),
    MARIADB("mariadb-10.11-server_audit", Source.MARIADB),
    DAYPASS("daypass-events", Source.DAYPASS);

    private final String file;
    private final Source source;

    Vectors(String file, Source source) {
        this.file = file;
        this.source = source;
    }

    Source source() {
        return source;
    }

    String file() {
        return file;
    }

    List<String> lines() {
        return List.of(read(file + ".txt").strip().split("\n----\n"));
    }

    List<String> expected() {
        return read(file + ".expected").lines().toList();
    }

    /** Everything that an activity says, in a line; what is not there is {@code -}. */
    static String shown(Activity activity) {
        return String.join(
                " | ",
                activity.kind().code(),
                activity.outcome().name(),
                activity.time().toString(),
                shown(activity.user()),
                shown(activity.session().map(Object::toString)),
                shown(activity.from()),
                shown(activity.object()),
                shown(activity.database()),
                shown(activity.code()),
                activity.ids().toString(),
                shown(activity.statement()),
                shown(activity.detail()));
    }

    private static String shown(Optional<String> text) {
        return text.map(t -> t.replace("\n", "\\n").replace("\t", "\\t")).orElse("-");
    }

    private static String read(String name) {
        try (var in = Objects.requireNonNull(Vectors.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
