package dev.daypass.acceptance.attempts;

import dev.daypass.acceptance.attempts.Attempt.Majors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads {@code attempts/<engine>/<technique>.sql}. A file is prose in comments, then attempts:
 *
 * <pre>
 * -- attempt: an alias of a masked column
 * -- expect: masked 411111******1111
 * -- needs: function            only for grants that have this
 * -- servers: 15+               or -14, or 15-17
 * -- session: new               spoils the session for others
 * SELECT pan AS number
 *   FROM payments;
 * \connect postgres [name=value …]
 * \on second
 * </pre>
 *
 * A statement begins in the first column; the lines that continue it are indented. After a {@code COPY … FROM STDIN} come its
 * lines, up to one that is {@code \.}. In SQL, {@code {me}}, {@code {password}}, {@code {group}}, {@code {other}}, {@code {pid}}
 * and {@code {guess:name}} stand for what {@link AttemptRunner} knows. Anything else in the first column is an error.
 */
public final class AttemptFiles {
    private static final Pattern FIELD = Pattern.compile("-- (attempt|expect|needs|servers|session): (.+)");
    private static final Pattern SERVERS = Pattern.compile("([0-9]*)(\\+|-)([0-9]*)");
    private static final Pattern PROPERTY = Pattern.compile("([A-Za-z]+)=(\\S+)");
    private static final Pattern COPY_IN = Pattern.compile("(?is)copy\\b.*\\bfrom\\s+stdin\\b.*");

    private final String file;
    private final List<String> lines;
    private final List<Attempt> attempts = new ArrayList<>();
    private final Set<String> titles = new HashSet<>();
    private int next;

    private AttemptFiles(String file, List<String> lines) {
        this.file = file;
        this.lines = lines;
    }

    /** Every attempt of an engine, file by file. */
    public static List<Attempt> of(String engine) throws IOException {
        try {
            var folder = Path.of(Objects.requireNonNull(
                            AttemptFiles.class.getResource("/attempts/" + engine), "no attempts for " + engine)
                    .toURI());
            try (var files = Files.list(folder)) {
                var attempts = new ArrayList<Attempt>();
                for (var path : files.sorted().toList()) {
                    String name = path.getFileName().toString();
                    if (!name.endsWith(".sql")) {
                        throw new IllegalArgumentException(name + ": expected only files called <technique>.sql");
                    }
                    attempts.addAll(parse(name.substring(0, name.length() - 4), Files.readAllLines(path)));
                }
                return attempts;
            }
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws IllegalArgumentException naming file and line, if a line is none of those above */
    static List<Attempt> parse(String file, List<String> lines) {
        var reader = new AttemptFiles(file, lines);
        reader.skipProse();
        while (reader.next < lines.size()) {
            reader.attempts.add(reader.attempt());
        }
        return reader.attempts;
    }

    private void skipProse() {
        while (next < lines.size() && !FIELD.matcher(lines.get(next)).matches()) {
            if (!lines.get(next).isBlank() && !lines.get(next).startsWith("--")) {
                throw refused(next, "SQL before the first attempt");
            }
            next++;
        }
    }

    private Attempt attempt() {
        int begin = next;
        Map<String, String> fields = new LinkedHashMap<>();
        for (var field = FIELD.matcher(lines.get(next)); field.matches(); field = FIELD.matcher(lines.get(next))) {
            if (fields.putIfAbsent(field.group(1), field.group(2).strip()) != null) {
                throw refused(next, "said twice: " + field.group(1));
            }
            if (++next == lines.size()) {
                break;
            }
        }
        var title = Optional.ofNullable(fields.get("attempt")).orElseThrow(() -> refused(begin, "no title"));
        if (!titles.add(title)) {
            throw refused(begin, "there is another attempt called so");
        }
        var expectation = Optional.ofNullable(fields.get("expect"))
                .flatMap(Expectation::parse)
                .orElseThrow(() -> refused(begin, "expected -- expect: " + Expectation.Forms.ACCEPTED_FORMS));
        var steps = new ArrayList<Step>();
        while (next < lines.size() && !FIELD.matcher(lines.get(next)).matches()) {
            var line = lines.get(next);
            if (line.isBlank() || line.startsWith("--")) {
                next++;
            } else {
                steps.add(step(line));
            }
        }
        if (steps.isEmpty()) {
            throw refused(begin, "nothing is tried");
        }
        var session = fields.getOrDefault("session", "");
        if (!session.isEmpty() && !session.equals("new")) {
            throw refused(begin, "expected -- session: new");
        }
        return new Attempt(
                file,
                begin + 1,
                title,
                Set.of(
                        fields.getOrDefault("needs", "").isEmpty()
                                ? new String[0]
                                : fields.getOrDefault("needs", "").split(" ")),
                Optional.ofNullable(fields.get("servers"))
                        .map(text -> majors(begin, text))
                        .orElse(Majors.ALL),
                !session.isEmpty(),
                expectation,
                steps);
    }

    private Step step(String line) {
        int at = next;
        if (Character.isWhitespace(line.charAt(0))) {
            throw refused(at, "a line that continues nothing");
        }
        next++;
        if (line.startsWith("\\connect ")) {
            var words = List.of(line.substring(9).strip().split("\\s+"));
            return new Step.Connect(at + 1, words.getFirst(), properties(at, words.subList(1, words.size())));
        }
        if (line.startsWith("\\on ")) {
            return new Step.On(at + 1, line.substring(4).strip());
        }
        if (line.startsWith("\\")) {
            throw refused(at, "expected \\connect or \\on");
        }
        var sql = new StringBuilder(line);
        while (next < lines.size()
                && !lines.get(next).isEmpty()
                && Character.isWhitespace(lines.get(next).charAt(0))) {
            sql.append('\n').append(lines.get(next));
            next++;
        }
        String text = sql.toString().strip();
        String bare = text.endsWith(";") ? text.substring(0, text.length() - 1) : text;
        return new Step.Statement(
                at + 1, bare, COPY_IN.matcher(bare).matches() ? Optional.of(data(at)) : Optional.empty());
    }

    private String data(int at) {
        int end = lines.subList(next, lines.size()).indexOf("\\.");
        if (end < 0) {
            throw refused(at, "expected COPY's lines up to \\.");
        }
        var data = lines.subList(next, next + end).stream()
                .map(line -> line + "\n")
                .collect(Collectors.joining());
        next += end + 1;
        return data;
    }

    private Map<String, String> properties(int at, List<String> words) {
        var properties = new LinkedHashMap<String, String>();
        for (var word : words) {
            var property = PROPERTY.matcher(word);
            if (!property.matches()) {
                throw refused(at, "expected name=value, got " + word);
            }
            // A space would begin the next word.
            properties.put(property.group(1), property.group(2).replace("%20", " "));
        }
        return properties;
    }

    private Majors majors(int at, String text) {
        var servers = SERVERS.matcher(text);
        if (!servers.matches()
                || (servers.group(2).equals("+") && !servers.group(3).isEmpty())) {
            throw refused(at, "expected -- servers: 15+, -14 or 15-17");
        }
        return new Majors(
                servers.group(1).isEmpty() ? 0 : Integer.parseInt(servers.group(1)),
                servers.group(3).isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(servers.group(3)));
    }

    private IllegalArgumentException refused(int at, String why) {
        return new IllegalArgumentException(file + ".sql:" + (at + 1) + ": " + why);
    }
}
