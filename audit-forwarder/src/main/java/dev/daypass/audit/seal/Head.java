package dev.daypass.audit.seal;

import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import java.time.Instant;
import java.util.List;

/**
 * The newest seal of a source, kept where the evidence's administrator cannot write.
 *
 * @param source whose seals
 * @param place where
 * @param number of the seal
 * @param seal SHA-256 of the seal's whole object
 * @param to the end of its period
 * @param keys ids of the keys that may sign from the last head to this one, inclusive
 */
public record Head(Source source, Place place, long number, Sha256 seal, Instant to, List<String> keys) {
    public Head {
        keys = List.copyOf(keys);
    }
}
