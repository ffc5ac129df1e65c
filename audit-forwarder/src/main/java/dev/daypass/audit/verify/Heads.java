package dev.daypass.audit.verify;

import dev.daypass.audit.seal.FormatException;
import dev.daypass.audit.seal.Head;
import dev.daypass.audit.seal.HeadJson;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Heads that were kept elsewhere: of each source the newest, and older ones if there are any. Immutable.
 *
 * <p>A head says which keys may sign from the head before it up to its own number. Where the head before it is not here, it
 * is known to speak of its own number only.
 */
public final class Heads {
    private final Map<Chain, NavigableMap<Long, Head>> heads;

    private Heads(Map<Chain, NavigableMap<Long, Head>> heads) {
        this.heads = heads;
    }

    /** @throws FormatException if there is none, or two of the same number and source */
    public static Heads of(List<Head> heads) throws FormatException {
        var all = new HashMap<Chain, NavigableMap<Long, Head>>();
        for (var head : heads) {
            var chain = all.computeIfAbsent(new Chain(head.source(), head.place()), c -> new TreeMap<>());
            if (chain.put(head.number(), head) != null) {
                throw new FormatException("two heads of " + head.source().code() + " have the same number");
            }
        }
        if (all.isEmpty()) {
            throw new FormatException("no head");
        }
        return new Heads(all);
    }

    /**
     * A heads file: one head a line.
     *
     * @throws FormatException if a line is not a head; the reason names the line
     */
    public static Heads read(byte[] ndjson) throws FormatException {
        var heads = new ArrayList<Head>();
        int number = 0;
        int start = 0;
        while (start < ndjson.length) {
            int end = start;
            while (end < ndjson.length && ndjson[end] != '\n') {
                end++;
            }
            number++;
            var line = new String(ndjson, start, end - start, StandardCharsets.ISO_8859_1);
            if (!line.isBlank()) {
                try {
                    heads.add(HeadJson.read(line.getBytes(StandardCharsets.ISO_8859_1)));
                } catch (FormatException e) {
                    throw new FormatException("heads, line " + number + ": " + e.reason());
                }
            }
            start = end + 1;
        }
        return of(heads);
    }

    Set<Chain> chains() {
        return heads.keySet();
    }

    Optional<Head> newest(Chain chain) {
        return Optional.ofNullable(heads.get(chain)).map(c -> c.lastEntry().getValue());
    }

    Optional<Head> at(Chain chain, long number) {
        return Optional.ofNullable(heads.get(chain)).map(c -> c.get(number));
    }

    /** The head that says which keys may sign this seal, if one is known to. */
    Optional<Head> governing(Chain chain, long number) {
        var own = heads.get(chain);
        if (own == null) {
            return Optional.empty();
        }
        var next = own.ceilingEntry(number);
        return next != null && (next.getKey() == number || own.lowerKey(number) != null)
                ? Optional.of(next.getValue())
                : Optional.empty();
    }

    /** Whose seals make one chain. */
    record Chain(Source source, Place place) {}
}
