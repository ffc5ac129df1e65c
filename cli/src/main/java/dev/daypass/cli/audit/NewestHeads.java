package dev.daypass.cli.audit;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Finds the newest head of each source without listing all of them: one comes every minute, and they are kept for years. */
final class NewestHeads {
    private static final Pattern NUMBERED = Pattern.compile("([0-9]{12})\\.json");
    private static final String KEY = "%s%012d.json";
    private static final int MAX_HEAD = 64 * 1024;

    private final BucketVersions versions;

    NewestHeads(BucketVersions versions) {
        this.versions = versions;
    }

    /** The lines of a heads file. */
    List<String> read() throws Failure, IOException {
        var heads = new ArrayList<String>();
        for (var source : versions.folders("heads/")) {
            for (var region : versions.folders("heads/" + source + "/")) {
                for (var account : versions.folders("heads/" + source + "/" + region + "/")) {
                    String prefix = "heads/" + source + "/" + region + "/" + account + "/";
                    var newest = newest(prefix);
                    if (newest.isPresent()) {
                        heads.add(head(KEY.formatted(prefix, newest.getAsLong())));
                    }
                }
            }
        }
        if (heads.isEmpty()) {
            throw Failure.couldNot("the heads' bucket has no heads");
        }
        return heads;
    }

    private OptionalLong newest(String prefix) throws Failure {
        var first = atLeast(prefix, 0);
        if (first.isEmpty()) {
            return OptionalLong.empty();
        }
        long there = first.getAsLong();
        long step = 1;
        // Twice as far each time, until there is none any more; then between the two.
        long absent = -1;
        while (absent < 0) {
            var found = atLeast(prefix, there + step);
            if (found.isPresent()) {
                there = found.getAsLong();
                step *= 2;
            } else {
                absent = there + step;
            }
        }
        while (absent - there > 1) {
            long middle = there + (absent - there) / 2;
            var found = atLeast(prefix, middle);
            if (found.isPresent()) {
                there = found.getAsLong();
            } else {
                absent = middle;
            }
        }
        return OptionalLong.of(there);
    }

    /** The smallest number that is there and not below this one. */
    private OptionalLong atLeast(String prefix, long number) throws Failure {
        String after = number == 0 ? "" : KEY.formatted(prefix, number - 1);
        var key = versions.keyAfter(prefix, after);
        if (key.isEmpty()) {
            return OptionalLong.empty();
        }
        var name = NUMBERED.matcher(key.get().substring(prefix.length()));
        if (!name.matches()) {
            throw Failure.couldNot("the heads' bucket holds what is no head: " + Printable.of(key.get()));
        }
        return OptionalLong.of(Long.parseLong(name.group(1)));
    }

    private String head(String key) throws Failure, IOException {
        var found = new ArrayList<BucketVersions.Version>();
        versions.forEachKey(key, group -> {
            if (group.key().equals(key)) {
                group.earliest().ifPresent(found::add);
            }
        });
        if (found.isEmpty()) {
            throw Failure.couldNot("the newest head was deleted: " + Printable.of(key));
        }
        try (var in = versions.open(key, found.getFirst().versionId())) {
            byte[] bytes = in.readNBytes(MAX_HEAD);
            var json = new ObjectMapper().readTree(bytes);
            String text = new String(bytes, StandardCharsets.UTF_8);
            if (json != null && json.isObject() && text.indexOf('\n') < 0) {
                return text;
            }
        } catch (JacksonException e) {
            // said below
        }
        throw Failure.couldNot(Printable.of(key) + " is not a JSON object on one line");
    }
}
