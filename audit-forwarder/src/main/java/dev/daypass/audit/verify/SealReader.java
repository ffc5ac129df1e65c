package dev.daypass.audit.verify;

import dev.daypass.audit.seal.Envelope;
import dev.daypass.audit.seal.FormatException;
import dev.daypass.audit.seal.PublicKeys;
import dev.daypass.audit.seal.PublicKeys.Signed;
import dev.daypass.audit.seal.SealJson;
import dev.daypass.audit.seal.SealJson.Statement;
import dev.daypass.audit.verify.Heads.Chain;
import dev.daypass.digest.Sha256;
import java.io.IOException;
import java.util.Optional;

/** Reads one seal and says whether it can be believed by itself, before it is compared with others. Thread-safe. */
final class SealReader {
    /** A period's seal with a hundred thousand objects has some 50 MB; nothing longer is read into memory. */
    static final int LONGEST = 64 << 20;

    private final Evidence evidence;
    private final PublicKeys keys;
    private final Optional<Heads> heads;

    SealReader(Evidence evidence, PublicKeys keys, Optional<Heads> heads) {
        this.evidence = evidence;
        this.keys = keys;
        this.heads = heads;
    }

    Read read(Unit unit, Chain chain, long number, Held held) throws IOException {
        byte[] bytes;
        try (var in = evidence.open(held.key(), held.versionId())) {
            bytes = in.readNBytes(LONGEST + 1);
        }
        if (bytes.length > LONGEST) {
            return unreadable(number, bytes, "more than " + LONGEST + " bytes");
        }
        try {
            var envelope = Envelope.parse(bytes);
            var signed = envelope.verify(keys);
            if (signed == Signed.UNKNOWN_KEY) {
                return new Unsound(
                        number, bytes.length, Code.SEAL_KEY_UNKNOWN, "one of " + keys.ids(), envelope.keyId());
            }
            if (signed == Signed.BAD) {
                return new Unsound(
                        number,
                        bytes.length,
                        Code.SEAL_SIGNATURE,
                        "a signature by " + envelope.keyId(),
                        "one that is not good");
            }
            var allowed = heads.flatMap(h -> h.governing(chain, number));
            if (allowed.isPresent() && !allowed.get().keys().contains(envelope.keyId())) {
                return new Unsound(
                        number,
                        bytes.length,
                        Code.SEAL_KEY_UNKNOWN,
                        "one of " + allowed.get().keys() + ", as head "
                                + allowed.get().number() + " allows",
                        envelope.keyId());
            }
            var statement = SealJson.read(envelope.payload());
            var seal = statement.seal();
            if (seal.source() != chain.source() || !seal.place().equals(chain.place()) || seal.number() != number) {
                return unreadable(
                        number,
                        bytes,
                        "seal " + seal.number() + " of " + seal.source().code() + " in "
                                + seal.place().region() + ", " + seal.place().accountId());
            }
            for (var object : seal.objects()) {
                if (!unit.owns(seal.place(), object.key())) {
                    return unreadable(number, bytes, "a seal that names " + object.key());
                }
            }
            return new Sound(number, bytes.length, held.key(), Sha256.of(bytes), statement);
        } catch (FormatException e) {
            return unreadable(number, bytes, e.reason());
        }
    }

    private static Read unreadable(long number, byte[] bytes, String found) {
        return new Unsound(
                number, bytes.length, Code.SEAL_UNREADABLE, "seal " + number + " of this source and place", found);
    }

    /** A seal that was read. */
    sealed interface Read {
        long number();

        int size();
    }

    /**
     * A seal that a key which may sign did sign, and that says what its key says.
     *
     * @param hash of the whole object
     */
    record Sound(long number, int size, String key, Sha256 hash, Statement statement) implements Read {}

    /** A seal of which nothing is believed. */
    record Unsound(long number, int size, Code code, String expected, String found) implements Read {}
}
