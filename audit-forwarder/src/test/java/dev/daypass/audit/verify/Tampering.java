package dev.daypass.audit.verify;

import static dev.daypass.audit.verify.SampleCopy.COPIED;
import static dev.daypass.audit.verify.SampleCopy.FIRST_KEY;
import static dev.daypass.audit.verify.SampleCopy.FOREIGN_KEY;
import static dev.daypass.audit.verify.SampleCopy.MINUTES;
import static dev.daypass.audit.verify.SampleCopy.PLACE;
import static dev.daypass.audit.verify.SampleCopy.ROTATED_AT;
import static dev.daypass.audit.verify.SampleCopy.SEALED;
import static dev.daypass.audit.verify.SampleCopy.START;
import static dev.daypass.audit.verify.SampleCopy.WITH_OBJECTS;
import static dev.daypass.audit.verify.SampleCopy.at;
import static dev.daypass.audit.verify.SampleCopy.bytes;
import static dev.daypass.audit.verify.SampleCopy.event;
import static dev.daypass.audit.verify.SampleCopy.sealKey;
import static dev.daypass.audit.verify.SampleCopy.signer;
import static dev.daypass.audit.verify.SampleCopy.zstd;

import dev.daypass.audit.seal.Envelope;
import dev.daypass.audit.seal.Head;
import dev.daypass.audit.seal.Seal;
import dev.daypass.audit.seal.Seal.SealedObject;
import dev.daypass.audit.seal.SealJson;
import dev.daypass.audit.seal.Signer;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.Source;
import dev.daypass.session.SessionId;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Every kind of tampering, each at several places, and the defects that name it: all of them and no other. */
final class Tampering {
    /**
     * One tampering at one place.
     *
     * @param kind what was done
     * @param place where
     * @param copy the spoiled copy
     * @param contents whether it shows only to whoever looks into the objects
     * @param expected each defect as its code, a space and its object
     */
    record Case(String kind, String place, SampleCopy copy, boolean contents, Set<String> expected) {
        @Override
        public String toString() {
            return kind + ", " + place;
        }
    }

    /** Spoils the copy and says what is to be found. */
    private interface AtObject {
        Set<String> spoil(SampleCopy copy, Source source, String key);
    }

    private interface AtSeal {
        Set<String> spoil(SampleCopy copy, Source source, int n);
    }

    private final List<Case> cases = new ArrayList<>();

    /** All of them, made anew. */
    static List<Case> all() {
        var table = new Tampering();
        table.objects();
        table.insertions();
        table.seals();
        table.signedFaults();
        table.tails();
        table.completeness();
        table.contents();
        table.plainDownloads();
        table.together();
        return table.cases;
    }

    private void objects() {
        object("a byte of an object altered", (copy, source, key) -> {
            byte[] b = copy.file(key).clone();
            b[b.length / 2] ^= 1;
            copy.put(key, b);
            return Set.of("object_altered " + key);
        });
        object("an object cut short", (copy, source, key) -> {
            copy.put(key, Arrays.copyOf(copy.file(key), copy.file(key).length - 1));
            return Set.of("object_altered " + key);
        });
        object("a byte appended to an object", (copy, source, key) -> {
            copy.put(key, Arrays.copyOf(copy.file(key), copy.file(key).length + 1));
            return Set.of("object_altered " + key);
        });
        object("an object emptied", (copy, source, key) -> {
            copy.put(key, new byte[0]);
            return Set.of("object_altered " + key);
        });
        object("an object replaced by another one's bytes", (copy, source, key) -> {
            var keys = copy.sealed(source);
            copy.put(key, copy.file(keys.get((keys.indexOf(key) + 1) % keys.size())));
            return Set.of("object_altered " + key);
        });
        object("two objects exchanged", (copy, source, key) -> {
            var keys = copy.sealed(source);
            String other = keys.get((keys.indexOf(key) + 1) % keys.size());
            byte[] bytes = copy.file(key);
            copy.put(key, copy.file(other));
            copy.put(other, bytes);
            return Set.of("object_altered " + key, "object_altered " + other);
        });
        object("an object removed", (copy, source, key) -> {
            copy.remove(key);
            return Set.of("object_missing " + key);
        });
        object("an object removed, its line left in the listing", (copy, source, key) -> {
            copy.files.remove(key);
            return Set.of("object_missing " + key);
        });
        object("an object replaced by a symbolic link to the same bytes", (copy, source, key) -> {
            copy.links.add(key);
            return Set.of("object_missing " + key);
        });
        object("an object renamed", (copy, source, key) -> {
            String other = anotherKey(source, at(2), "renamed");
            copy.files.put(other, copy.file(key));
            copy.files.remove(key);
            copy.line(key, line -> line.key(other));
            return Set.of("object_missing " + key, "object_extra " + other);
        });
        object("a later version put over an object", (copy, source, key) -> {
            var line = copy.line(key);
            copy.lines.add(0, line.version("later").modified(COPIED));
            return Set.of("versions_many " + key);
        });
        object("an earlier version forged under an object", (copy, source, key) -> {
            var line = copy.line(key);
            copy.lines.add(line.version("earlier").modified(line.lastModified().minusSeconds(1)));
            return Set.of("versions_many " + key, "version_other " + key);
        });
        object("a delete marker put on an object", (copy, source, key) -> {
            copy.lines.add(0, copy.line(key).marker());
            return Set.of("delete_marker " + key);
        });
        object("an object deleted behind a marker", (copy, source, key) -> {
            var marker = copy.line(key).marker();
            copy.remove(key);
            copy.lines.add(marker);
            return Set.of("delete_marker " + key, "object_missing " + key);
        });
        object("an object without a lock", (copy, source, key) -> {
            copy.line(key, line -> line.lock(Optional.empty(), Optional.empty()));
            return Set.of("lock_missing " + key);
        });
        object("an object locked in GOVERNANCE", (copy, source, key) -> {
            copy.line(key, line -> line.lock(Optional.of("GOVERNANCE"), line.retainUntil()));
            return Set.of("lock_missing " + key);
        });
        object("an object locked without a date", (copy, source, key) -> {
            copy.line(key, line -> line.lock(line.lockMode(), Optional.empty()));
            return Set.of("lock_missing " + key);
        });
        object("an object locked for a day too few", (copy, source, key) -> {
            copy.line(
                    key,
                    line -> line.lock(
                            line.lockMode(), Optional.of(line.lastModified().plus(Duration.ofDays(364)))));
            return Set.of("lock_short " + key);
        });
        object("another version in the listing", (copy, source, key) -> {
            copy.line(key, line -> line.version("forged"));
            return Set.of("version_other " + key);
        });
        object("an object struck from the listing", (copy, source, key) -> {
            copy.lines.removeIf(line -> line.key().equals(key));
            return Set.of("version_other " + key);
        });
        object("another size in the listing", (copy, source, key) -> {
            copy.line(key, line -> line.size(line.size() + 1));
            return Set.of("object_altered " + key);
        });
    }

    private void insertions() {
        for (var source : SEALED) {
            for (int minute : new int[] {1, 6, 11}) {
                one("an object inserted where was listed", source.code() + " minute " + minute, copy -> {
                    String key = anotherKey(source, at(minute), "inserted");
                    copy.insert(key, bytes("{}"), at(minute).plusSeconds(10));
                    return Set.of("object_extra " + key);
                });
                one("bytes that no listing names", source.code() + " minute " + minute, copy -> {
                    String key = anotherKey(source, at(minute), "unlisted");
                    copy.files.put(key, bytes("{}"));
                    return Set.of("object_extra " + key);
                });
            }
        }
        for (String key : List.of(
                "notes.txt",
                "events/notes.txt",
                "aaa/" + sealKey(Source.POSTGRESQL, 1),
                "zzz",
                "configurations/" + "g".repeat(64) + ".json",
                "events/source=oracle/region=eu-central-1/accountId=111122223333/eventDay=20261122/235400-"
                        + "0".repeat(64) + ".ndjson.zst",
                "events/source=intents/region=eu-central-1/accountId=111122223333/eventDay=20261122/235400-"
                        + "0".repeat(64) + ".ndjson.zst",
                "events/source=postgresql/region=eu-central-1/accountId=111122223333/eventDay=20261322/235400-"
                        + "0".repeat(64) + ".ndjson.zst",
                "events/source=postgresql/region=eu-central-1/accountId=111122223333/eventDay=20261122/235460-"
                        + "0".repeat(64) + ".ndjson.zst",
                "seals/source=postgresql/region=eu-central-1/accountId=111122223333/17.json",
                "seals/source=postgresql/region=eu-central-1/accountId=111122223333/000000000000.json",
                ObjectKey.head(Source.POSTGRESQL, PLACE, 1).text())) {
            one("an object under a key that nobody writes", key, copy -> {
                copy.insert(key, bytes("{}"), at(3));
                return Set.of("object_extra " + key);
            });
        }
        for (String key : List.of("../outside", "/etc/passwd", "events/../../outside", "..", "seals/./x", "")) {
            one("a listing that leads outside", key, copy -> {
                copy.lines.add(copy.line(sealKey(Source.POSTGRESQL, 1)).key(key));
                return Set.of("object_extra " + key);
            });
        }
    }

    private void seals() {
        seal(
                "a seal's payload altered",
                (copy, source, n) -> spoilSeal(copy, source, n, "seal_signature", text -> {
                    int at = text.indexOf("\"payload\":\"") + 200;
                    return text.substring(0, at) + (text.charAt(at) == 'A' ? 'B' : 'A') + text.substring(at + 1);
                }));
        seal(
                "a seal's signature altered",
                (copy, source, n) -> spoilSeal(copy, source, n, "seal_signature", text -> {
                    int at = text.indexOf("\"sig\":\"") + 30;
                    return text.substring(0, at) + (text.charAt(at) == 'A' ? 'B' : 'A') + text.substring(at + 1);
                }));
        seal(
                "a seal's key id altered",
                (copy, source, n) -> spoilSeal(copy, source, n, "seal_key_unknown", text -> {
                    int at = text.indexOf("\"keyid\":\"sha256:") + 20;
                    return text.substring(0, at) + (text.charAt(at) == '0' ? '1' : '0') + text.substring(at + 1);
                }));
        seal(
                "a seal cut short",
                (copy, source, n) ->
                        spoilSeal(copy, source, n, "seal_unreadable", text -> text.substring(0, text.length() - 1)));
        seal(
                "a line's end appended to a seal",
                (copy, source, n) -> spoilSeal(copy, source, n, "seal_unreadable", text -> text + "\n"));
        seal(
                "a space put into a seal",
                (copy, source, n) ->
                        spoilSeal(copy, source, n, "seal_unreadable", text -> text.replace(":[{", ": [{")));
        seal("a seal emptied", (copy, source, n) -> spoilSeal(copy, source, n, "seal_unreadable", text -> ""));
        seal("a seal signed by a foreign key", (copy, source, n) -> {
            copy.put(sealKey(source, n), Envelope.sign(statement(copy, source, n), FOREIGN_KEY));
            return Set.of("seal_key_unknown " + sealKey(source, n));
        });
        seal("a seal signed by a foreign key under the right one's name", (copy, source, n) -> {
            copy.put(
                    sealKey(source, n),
                    Envelope.sign(
                            statement(copy, source, n), disguised(signer(n).keyId())));
            return Set.of("seal_signature " + sealKey(source, n));
        });
        seal("a seal's counters changed and signed by a foreign key under the right one's name", (copy, source, n) -> {
            String changed = new String(statement(copy, source, n), StandardCharsets.UTF_8)
                    .replaceFirst(
                            "\"records\":\\d+,\"redacted\":(\\d+),\"unparsed\":(\\d+)}}",
                            "\"records\":1,\"redacted\":$1,\"unparsed\":$2}}");
            copy.put(
                    sealKey(source, n),
                    Envelope.sign(bytes(changed), disguised(signer(n).keyId())));
            return Set.of("seal_signature " + sealKey(source, n));
        });
        seal("two seals exchanged", (copy, source, n) -> {
            int other = n == copy.seals(source) ? n - 1 : n + 1;
            byte[] bytes = copy.file(sealKey(source, n));
            copy.put(sealKey(source, n), copy.file(sealKey(source, other)));
            copy.put(sealKey(source, other), bytes);
            return Set.of("seal_unreadable " + sealKey(source, n), "seal_unreadable " + sealKey(source, other));
        });
        seal("a seal replaced by that of another source", (copy, source, n) -> {
            var other = source == Source.MARIADB ? Source.INTENTS : Source.MARIADB;
            copy.put(sealKey(source, n), copy.file(sealKey(other, n)));
            return Set.of("seal_unreadable " + sealKey(source, n));
        });
        seal("a seal doubled under another number", (copy, source, n) -> {
            String other = sealKey(source, MINUTES + 1 + (n - 1) * 7);
            copy.insert(other, copy.file(sealKey(source, n)), COPIED);
            return Set.of("seal_unreadable " + other);
        });
        seal("a seal removed", (copy, source, n) -> {
            copy.remove(sealKey(source, n));
            return Set.of((n == copy.seals(source) ? "tail_cut " : "seal_gap ") + sealKey(source, n));
        });
        seal("a seal replaced by a symbolic link to its bytes", (copy, source, n) -> {
            copy.links.add(sealKey(source, n));
            return Set.of((n == copy.seals(source) ? "tail_cut " : "seal_gap ") + sealKey(source, n));
        });
        seal("a seal and its objects removed", (copy, source, n) -> {
            copy.seal(source, n).objects().forEach(o -> copy.remove(o.key()));
            copy.remove(sealKey(source, n));
            return Set.of((n == copy.seals(source) ? "tail_cut " : "seal_gap ") + sealKey(source, n));
        });
        seal("a later version put over a seal", (copy, source, n) -> {
            copy.lines.add(0, copy.line(sealKey(source, n)).version("later").modified(COPIED));
            return Set.of("versions_many " + sealKey(source, n));
        });
        seal("a delete marker put on a seal", (copy, source, n) -> {
            copy.lines.add(0, copy.line(sealKey(source, n)).marker());
            return Set.of("delete_marker " + sealKey(source, n));
        });
        seal("a seal without a lock", (copy, source, n) -> {
            copy.line(sealKey(source, n), line -> line.lock(Optional.empty(), Optional.empty()));
            return Set.of("lock_missing " + sealKey(source, n));
        });
        seal("a seal locked for too short", (copy, source, n) -> {
            copy.line(sealKey(source, n), line -> line.lock(line.lockMode(), Optional.of(COPIED)));
            return Set.of("lock_short " + sealKey(source, n));
        });
        seal("a seal struck from the listing", (copy, source, n) -> {
            copy.lines.removeIf(line -> line.key().equals(sealKey(source, n)));
            return Set.of("object_extra " + sealKey(source, n));
        });
        for (var source : SEALED) {
            one("five seals in a row removed", source.code(), copy -> {
                IntStream.rangeClosed(3, 7).forEach(n -> copy.remove(sealKey(source, n)));
                return Set.of("seal_gap " + sealKey(source, 3));
            });
        }
        for (var source : WITH_OBJECTS) {
            one("an object moved from a seal to the next", source.code(), copy -> {
                var from = copy.seal(source, 2);
                var to = copy.seal(source, 3);
                var moved = new ArrayList<>(to.objects());
                moved.addAll(from.objects());
                copy.put(sealKey(source, 2), resigned(copy, source, 2, List.of()));
                copy.put(sealKey(source, 3), resigned(copy, source, 3, moved));
                return Set.of("seal_signature " + sealKey(source, 2), "seal_signature " + sealKey(source, 3));
            });
        }
    }

    /** What only somebody with the signing key could do, or a sealer that errs. */
    private void signedFaults() {
        signed(
                "sums that do not add up, signed",
                "seal_counters",
                1,
                (seal, text) -> text.replaceFirst("\"objectCount\":(\\d+)", "\"objectCount\":1$1"));
        signed(
                "redactions that do not add up, signed",
                "seal_counters",
                1,
                (seal, text) -> text.replaceFirst(
                        "\"redacted\":(\\d+),\"unparsed\":(\\d+),\"totals\"",
                        "\"redacted\":1$1,\"unparsed\":$2,\"totals\""));
        signed(
                "totals that do not add up, signed",
                "seal_counters",
                1,
                (seal, text) -> text.replaceFirst("\"totals\":\\{\"objects\":(\\d+)", "\"totals\":{\"objects\":9$1"));
        signed(
                "a period that overlaps the one before, signed",
                "seal_order",
                2,
                (seal, text) -> text.replace(
                        "\"from\":\"" + seal.from(), "\"from\":\"" + seal.from().minusSeconds(1)));
        signed(
                "a period after a gap, signed",
                "seal_order",
                2,
                (seal, text) -> text.replace(
                        "\"from\":\"" + seal.from(), "\"from\":\"" + seal.from().plusSeconds(1)));
        signed(
                "a period that ends before it begins, signed",
                "seal_order",
                1,
                (seal, text) -> text.replace(
                        "\"from\":\"" + seal.from(), "\"from\":\"" + seal.to().plusSeconds(1)));
        signed(
                "another previous, signed",
                "seal_chain",
                1,
                (seal, text) -> text.replaceFirst("\"previous\":\"sha256:....", "\"previous\":\"sha256:abcd"));
        signed(
                "an unknown member, signed",
                "seal_unreadable",
                1,
                (seal, text) -> text.replace("\"number\":", "\"note\":\"\",\"number\":"));
        signed(
                "a member missing, signed",
                "seal_unreadable",
                1,
                (seal, text) -> text.replaceFirst("\"objectCount\":\\d+,", ""));
        signed(
                "a member twice, signed",
                "seal_unreadable",
                1,
                (seal, text) -> text.replaceFirst("(\"objectCount\":\\d+,)", "$1$1"));
        signed("another format, signed", "seal_unreadable", 1, (seal, text) -> text.replace("seal/1", "seal/2"));
        signed(
                "another place, signed",
                "seal_unreadable",
                1,
                (seal, text) -> text.replace("\"eu-central-1\"", "\"eu-central-2\""));
        signed(
                "a seal that names an object of another source, signed",
                "seal_unreadable",
                1,
                (seal, text) -> named(
                        seal,
                        text,
                        seal.source() == Source.INTENTS
                                ? anotherKey(Source.ENDINGS, at(1), "foreign")
                                : anotherKey(Source.INTENTS, at(1), "foreign")));
        signed(
                "a seal that names a seal, signed",
                "seal_unreadable",
                1,
                (seal, text) -> named(seal, text, sealKey(seal.source(), 1)));
        signed(
                "a seal that names a file outside, signed",
                "seal_unreadable",
                1,
                (seal, text) -> named(seal, text, ObjectKey.objects(seal.source(), PLACE) + "../../../../outside"));
        for (var source : List.of(Source.POSTGRESQL, Source.VAULT_AUDIT)) {
            for (int n : new int[] {1, 5, MINUTES}) {
                one("objects out of order, signed", place(source, n), copy -> {
                    copy.reseal(
                            source,
                            n,
                            text -> text.replaceFirst("\"objects\":\\[(\\{[^}]*}),(\\{[^}]*})", "\"objects\":[$2,$1"));
                    return Set.of("seal_order " + sealKey(source, n));
                });
            }
        }
        for (var source : WITH_OBJECTS) {
            for (int n : new int[] {2, 7, MINUTES}) {
                one("an object sealed twice, signed", place(source, n), copy -> {
                    var again = copy.seal(source, 1).objects().getFirst();
                    withObject(copy, source, n, again);
                    return Set.of("object_sealed_twice " + again.key());
                });
                one("another version of an object sealed, signed", place(source, n), copy -> {
                    var first = copy.seal(source, 1).objects().getFirst();
                    withObject(
                            copy,
                            source,
                            n,
                            new SealedObject(
                                    first.key(),
                                    "other",
                                    first.sha256(),
                                    first.size(),
                                    first.records(),
                                    first.redacted(),
                                    first.unparsed(),
                                    first.times()));
                    return Set.of("version_other " + first.key());
                });
                one("an object sealed that never was, signed", place(source, n), copy -> {
                    var like = copy.seal(source, 1).objects().getFirst();
                    String key = anotherKey(source, at(5), "never");
                    withObject(
                            copy,
                            source,
                            n,
                            new SealedObject(
                                    key,
                                    "never",
                                    like.sha256(),
                                    like.size(),
                                    like.records(),
                                    like.redacted(),
                                    like.unparsed(),
                                    like.times()));
                    return Set.of("object_missing " + key);
                });
            }
        }
        for (var source : SEALED) {
            for (int n : new int[] {1, 6, MINUTES}) {
                one("a seal written anew by its own key", place(source, n), copy -> {
                    String text = new String(statement(copy, source, n), StandardCharsets.UTF_8)
                            .replaceFirst("\"listed\":\\[[^]]*]", "\"listed\":[]");
                    copy.put(sealKey(source, n), Envelope.sign(bytes(text), signer(n)));
                    var expected = new TreeSet<String>();
                    if (n < MINUTES) {
                        expected.add("seal_chain " + sealKey(source, n + 1));
                    }
                    if (n == MINUTES || source == Source.POSTGRESQL) {
                        expected.add("head_other " + sealKey(source, n));
                    }
                    return expected;
                });
            }
            one("the newest seal signed by a key that its head does not allow", source.code(), copy -> {
                copy.put(sealKey(source, MINUTES), Envelope.sign(statement(copy, source, MINUTES), FIRST_KEY));
                return Set.of("seal_key_unknown " + sealKey(source, MINUTES));
            });
        }
        for (int n : new int[] {ROTATED_AT + 1, ROTATED_AT + 3}) {
            one("a seal signed by a key that was rotated out", place(Source.POSTGRESQL, n), copy -> {
                copy.put(
                        sealKey(Source.POSTGRESQL, n), Envelope.sign(statement(copy, Source.POSTGRESQL, n), FIRST_KEY));
                return Set.of("seal_key_unknown " + sealKey(Source.POSTGRESQL, n));
            });
        }
    }

    private void tails() {
        for (var source : SEALED) {
            for (int left : new int[] {1, 6, 11}) {
                one("the newest seals cut off", source.code() + " after " + left, copy -> {
                    cut(copy, source, left, false);
                    return Set.of("tail_cut " + sealKey(source, MINUTES));
                });
                one("the newest seals and their objects cut off", source.code() + " after " + left, copy -> {
                    cut(copy, source, left, true);
                    return Set.of("tail_cut " + sealKey(source, MINUTES));
                });
            }
            one("all seals of a source removed", source.code(), copy -> {
                cut(copy, source, 0, false);
                return Set.of("source_missing " + ObjectKey.seals(source, PLACE));
            });
            one("a whole source removed", source.code(), copy -> {
                String prefix = ObjectKey.objects(source, PLACE);
                List.copyOf(copy.files.keySet()).stream()
                        .filter(key -> key.startsWith(prefix))
                        .forEach(copy::remove);
                cut(copy, source, 0, false);
                return Set.of("source_missing " + ObjectKey.seals(source, PLACE));
            });
            one("a head of another hash", source.code(), copy -> {
                head(
                        copy,
                        source,
                        head -> new Head(
                                source, PLACE, head.number(), Sha256.of(bytes("other")), head.to(), head.keys()));
                return Set.of("head_other " + sealKey(source, MINUTES));
            });
            one("a head that is newer than the newest seal", source.code(), copy -> {
                head(copy, source, head -> new Head(source, PLACE, MINUTES + 3, head.seal(), head.to(), head.keys()));
                return Set.of("tail_cut " + sealKey(source, MINUTES + 3));
            });
        }
        one("the newest seals cut off, without heads", Source.VAULT_AUDIT.code(), copy -> {
            copy.withHeads = false;
            cut(copy, Source.VAULT_AUDIT, 5, false);
            return Set.of("silence " + sealKey(Source.VAULT_AUDIT, 5));
        });
        one("seals removed and the newest altered", Source.POSTGRESQL.code(), copy -> {
            copy.remove(sealKey(Source.POSTGRESQL, 10));
            copy.remove(sealKey(Source.POSTGRESQL, 11));
            var expected = new TreeSet<>(spoilSeal(copy, Source.POSTGRESQL, MINUTES, "seal_unreadable", text -> ""));
            expected.add("seal_gap " + sealKey(Source.POSTGRESQL, 10));
            return expected;
        });
    }

    private void completeness() {
        for (var source : SEALED) {
            for (int from : new int[] {0, 3, 6}) {
                planned("a period of six minutes", source.code() + " from minute " + from, plan -> {
                    plan.boundaries.put(
                            source,
                            IntStream.rangeClosed(0, MINUTES)
                                    .filter(m -> m <= from || m >= from + 6)
                                    .toArray());
                    return Set.of("silence " + sealKey(source, from + 1));
                });
            }
            planned("a sealer that stopped", source.code(), plan -> {
                plan.boundaries.put(source, IntStream.rangeClosed(0, 6).toArray());
                return Set.of("silence " + sealKey(source, 6));
            });
        }
        for (int minute : new int[] {1, 6, MINUTES}) {
            for (String finding : List.of("line_missing", "line_unknown", "chain_broken", "log_group_unreadable")) {
                planned("a reconciliation that found " + finding, "minute " + minute, plan -> {
                    plan.runs.put(
                            minute,
                            run("0", "0", "{\"code\":\"" + finding + "\",\"source\":\"postgresql\",\"object\":\"o\"}"));
                    return Set.of("reconciliation_gap " + runKey(minute));
                });
            }
            planned("a reconciliation that counts a line missing", "minute " + minute, plan -> {
                plan.runs.put(minute, run("1", "0", ""));
                return Set.of("reconciliation_gap " + runKey(minute));
            });
            planned("a reconciliation that counts a line unknown", "minute " + minute, plan -> {
                plan.runs.put(minute, run("0", "1", ""));
                return Set.of("reconciliation_gap " + runKey(minute));
            });
            planned("a reconciliation that left findings out", "minute " + minute, plan -> {
                plan.runs.put(minute, run("0", "0", "").replaceFirst("\\{", "{\"omitted\":1,"));
                return Set.of("reconciliation_gap " + runKey(minute));
            });
            planned("a reconciliation that is none", "minute " + minute, plan -> {
                plan.runs.put(minute, "{\"format\":\"daypass-reconciliation/1\"}");
                return Set.of("reconciliation_gap " + runKey(minute));
            });
        }
        planned("no reconciliation for eleven minutes", "from minute 1", plan -> {
            IntStream.range(2, MINUTES).forEach(plan.runsLeftOut::add);
            return Set.of("reconciliation_silence " + runKey(MINUTES));
        });
        planned("no reconciliation to the end", "from minute 2", plan -> {
            IntStream.rangeClosed(2, MINUTES).forEach(plan.runsLeftOut::add);
            return Set.of("reconciliation_silence " + runKey(1));
        });
        planned("no reconciliation at all", "everywhere", plan -> {
            IntStream.rangeClosed(1, MINUTES).forEach(plan.runsLeftOut::add);
            return Set.of("reconciliation_silence " + ObjectKey.objects(Source.RECONCILIATIONS, PLACE));
        });
        for (var source : List.of(Source.POSTGRESQL, Source.VAULT_AUDIT, Source.INTENTS)) {
            for (int hours : new int[] {3, 30}) {
                one("an object that no listing covers for hours", source.code() + " " + hours + " hours", copy -> {
                    String key = anotherKey(source, START.minus(Duration.ofDays(9)), "old");
                    copy.insert(key, bytes("{}"), COPIED.minus(Duration.ofHours(hours)));
                    return Set.of("pending_old " + key);
                });
            }
        }
    }

    private void contents() {
        for (var source : List.of(Source.POSTGRESQL, Source.VAULT_AUDIT)) {
            for (int place : new int[] {0, 1, 2}) {
                contents(
                        source,
                        place,
                        "a record too many inside",
                        (text, time) -> zstd(text + event(source, time, 3, "datastore.query", false)));
                contents(
                        source,
                        place,
                        "a record too few inside",
                        (text, time) -> zstd(text.substring(0, text.lastIndexOf('\n', text.length() - 2) + 1)));
                contents(
                        source,
                        place,
                        "another number of redactions inside",
                        (text, time) -> zstd(
                                text.contains(",\"redacted\":{\"pan\":1,\"cvv\":1}")
                                        ? text.replaceFirst(",\"redacted\":\\{\"pan\":1,\"cvv\":1}", "")
                                        : text.replaceFirst("\"index\":0}", "\"index\":0},\"redacted\":{\"pan\":1}")));
                contents(
                        source,
                        place,
                        "another number of unparsed inside",
                        (text, time) -> zstd(
                                text.contains("\"what\":\"unparsed\"")
                                        ? text.replaceFirst("\"what\":\"unparsed\"", "\"what\":\"server.message\"")
                                        : text.replaceFirst("\"what\":\"datastore.query\"", "\"what\":\"unparsed\"")));
                contents(
                        source,
                        place,
                        "another time inside",
                        (text, time) -> zstd(text.replace(
                                "\"time\":" + time.toEpochMilli(),
                                "\"time\":" + time.minusMillis(1).toEpochMilli())));
                contents(
                        source,
                        place,
                        "no line's end at the end",
                        (text, time) -> zstd(text.substring(0, text.length() - 1)));
                contents(source, place, "an empty line inside", (text, time) -> zstd(text + "\n"));
                contents(
                        source,
                        place,
                        "a line that is no JSON inside",
                        (text, time) -> zstd(text.replaceFirst("\\{\"class_uid\"", "\\[\"class_uid\"")));
                contents(source, place, "a second frame inside", (text, time) -> join(zstd(text), zstd("")));
                contents(source, place, "no Zstandard inside", (text, time) -> bytes(text));
                contents(
                        source,
                        place,
                        "a cut frame inside",
                        (text, time) -> Arrays.copyOf(zstd(text), zstd(text).length - 3));
            }
        }
        for (var source : List.of(Source.INTENTS, Source.ENDINGS, Source.CONFIGURATIONS)) {
            one("no JSON inside", source.code(), true, copy -> {
                String key = copy.sealed(source).get(2);
                copy.replaceSealed(source, copy.sealOf(source, key), key, bytes("{\"format\":"));
                return Set.of("contents_other " + key);
            });
        }
    }

    private void plainDownloads() {
        for (var source : WITH_OBJECTS) {
            plain("an object altered in a plain download", source, (copy, key) -> {
                copy.put(key, bytes("other"));
                return Set.of("object_altered " + key);
            });
            plain("an object removed from a plain download", source, (copy, key) -> {
                copy.remove(key);
                return Set.of("object_missing " + key);
            });
        }
        for (var source : List.of(Source.CONFIGURATIONS)) {
            plain("an object inserted into a plain download", source, (copy, key) -> {
                String other = anotherKey(source, at(1), "inserted");
                copy.insert(other, bytes("{}"), at(1));
                return Set.of("object_extra " + other);
            });
        }
        for (var source : SEALED) {
            plain("a seal removed from a plain download", source, (copy, key) -> {
                copy.remove(sealKey(source, 5));
                return Set.of("seal_gap " + sealKey(source, 5));
            });
        }
    }

    /** Two things at once, where one could hide the other. */
    private void together() {
        for (var source : WITH_OBJECTS) {
            one("a seal removed and an object inserted", source.code(), copy -> {
                copy.remove(sealKey(source, 3));
                copy.insert(anotherKey(source, at(2), "hidden"), bytes("{}"), at(2).plusSeconds(10));
                return Set.of("seal_gap " + sealKey(source, 3), "object_extra " + sealKey(source, 3));
            });
        }
        for (var source : WITH_OBJECTS) {
            if (source != Source.RECONCILIATIONS) {
                one("an empty seal removed and an object inserted", source.code(), copy -> {
                    String key = anotherKey(source, at(2), "hidden");
                    copy.remove(sealKey(source, 4));
                    copy.insert(key, bytes("{}"), at(2).plusSeconds(10));
                    return Set.of("seal_gap " + sealKey(source, 4), "object_extra " + key);
                });
            }
        }
        for (var source : WITH_OBJECTS) {
            one("an object altered, its seal signed anew by a foreign key", source.code(), copy -> {
                String key = copy.sealed(source).get(1);
                int n = copy.sealOf(source, key);
                byte[] old = copy.file(key);
                copy.put(key, bytes("{}"));
                String text = new String(statement(copy, source, n), StandardCharsets.UTF_8)
                        .replace(
                                Sha256.of(old).toString(),
                                Sha256.of(bytes("{}")).toString());
                copy.put(sealKey(source, n), Envelope.sign(bytes(text), FOREIGN_KEY));
                return Set.of("seal_key_unknown " + sealKey(source, n));
            });
        }
    }

    // --- how the table is filled

    private void one(String kind, String place, Function<SampleCopy, Set<String>> spoil) {
        one(kind, place, false, spoil);
    }

    private void one(String kind, String place, boolean contents, Function<SampleCopy, Set<String>> spoil) {
        var copy = SampleCopy.clean();
        var expected = spoil.apply(copy);
        cases.add(new Case(kind, place, copy, contents, expected));
    }

    private void planned(String kind, String place, Function<SampleCopy.Plan, Set<String>> spoil) {
        var plan = new SampleCopy.Plan();
        var expected = spoil.apply(plan);
        cases.add(new Case(kind, place, SampleCopy.build(plan), false, expected));
    }

    private void object(String kind, AtObject spoil) {
        for (var source : WITH_OBJECTS) {
            int last = SampleCopy.clean().sealed(source).size() - 1;
            for (int place : new int[] {0, last / 2, last}) {
                one(
                        kind,
                        source.code() + " object " + place,
                        copy -> spoil.spoil(copy, source, copy.sealed(source).get(place)));
            }
        }
    }

    private void seal(String kind, AtSeal spoil) {
        for (var source : SEALED) {
            for (int n : new int[] {1, 6, MINUTES}) {
                one(kind, place(source, n), copy -> spoil.spoil(copy, source, n));
            }
        }
    }

    private interface Change {
        String apply(Seal seal, String text);
    }

    private void signed(String kind, String code, int first, Change change) {
        for (var source : SEALED) {
            for (int n : new int[] {first, 7, MINUTES}) {
                one(kind, place(source, n), copy -> {
                    var seal = copy.seal(source, n);
                    copy.reseal(source, n, text -> change.apply(seal, text));
                    return Set.of(code + " " + sealKey(source, n));
                });
            }
        }
    }

    private interface Inside {
        byte[] change(String text, Instant earliest);
    }

    private void contents(Source source, int place, String kind, Inside change) {
        one(kind, source.code() + " object " + place, true, copy -> {
            var keys = copy.sealed(source);
            String key = keys.get(place * (keys.size() - 1) / 2);
            int n = copy.sealOf(source, key);
            var object = copy.seal(source, n).objects().stream()
                    .filter(o -> o.key().equals(key))
                    .findFirst()
                    .orElseThrow();
            String text =
                    new String(com.github.luben.zstd.Zstd.decompress(copy.file(key), 1 << 20), StandardCharsets.UTF_8);
            copy.replaceSealed(
                    source,
                    n,
                    key,
                    change.change(text, object.times().orElseThrow().earliest()));
            return Set.of("contents_other " + key);
        });
    }

    private interface AtPlain {
        Set<String> spoil(SampleCopy copy, String key);
    }

    private void plain(String kind, Source source, AtPlain spoil) {
        one(kind, source.code(), copy -> {
            copy.versioned = false;
            var keys = copy.sealed(source);
            return spoil.spoil(copy, keys.isEmpty() ? "" : keys.get(2));
        });
    }

    private static String place(Source source, int n) {
        return source.code() + " seal " + n;
    }

    private static Set<String> spoilSeal(
            SampleCopy copy, Source source, int n, String code, UnaryOperator<String> change) {
        String key = sealKey(source, n);
        copy.put(key, bytes(change.apply(new String(copy.file(key), StandardCharsets.UTF_8))));
        return Set.of(code + " " + key);
    }

    private static byte[] statement(SampleCopy copy, Source source, int n) {
        return bytes(copy.statements(source).get(n - 1));
    }

    private static Signer disguised(String keyId) {
        return new Signer() {
            @Override
            public String keyId() {
                return keyId;
            }

            @Override
            public byte[] signDigest(byte[] sha256) {
                return FOREIGN_KEY.signDigest(sha256);
            }
        };
    }

    private static byte[] resigned(SampleCopy copy, Source source, int n, List<SealedObject> objects) {
        return Envelope.sign(
                SealJson.write(with(copy.seal(source, n), objects)),
                disguised(signer(n).keyId()));
    }

    private static Seal with(Seal seal, List<SealedObject> objects) {
        return new Seal(
                seal.source(),
                seal.place(),
                seal.number(),
                seal.previous(),
                seal.from(),
                seal.to(),
                seal.listed(),
                objects,
                seal.totals());
    }

    /** Names one object more in a seal, and counts it in the totals from there on. */
    private static void withObject(SampleCopy copy, Source source, int n, SealedObject object) {
        for (int i = n; i <= MINUTES; i++) {
            var seal = copy.seal(source, i);
            var objects = new ArrayList<>(seal.objects());
            if (i == n) {
                objects.add(object);
                objects.sort(Comparator.comparing(SealedObject::key));
            }
            var more = new Seal(
                    source,
                    PLACE,
                    i,
                    seal.previous(),
                    seal.from(),
                    seal.to(),
                    seal.listed(),
                    objects,
                    seal.totals().plus(List.of(object)));
            copy.reseal(source, i, text -> new String(SealJson.write(more), StandardCharsets.UTF_8));
        }
    }

    /** Puts an object of this key into the text of a seal, without regard to its sums. */
    private static String named(Seal seal, String text, String key) {
        String times = seal.source().isEvents() ? ",\"earliest\":1,\"latest\":1" : "";
        return text.replaceFirst(
                "\"objects\":\\[(.)",
                "\"objects\":[{\"key\":\"" + key + "\",\"versionId\":\"v\",\"sha256\":\"sha256:" + "0".repeat(64)
                        + "\",\"size\":1,\"records\":1,\"redacted\":0,\"unparsed\":0" + times + "}"
                        + (seal.objects().isEmpty() ? "$1" : ",$1"));
    }

    private static void cut(SampleCopy copy, Source source, int left, boolean withObjects) {
        for (int n = left + 1; n <= MINUTES; n++) {
            if (withObjects) {
                copy.seal(source, n).objects().forEach(o -> copy.remove(o.key()));
            }
            copy.remove(sealKey(source, n));
        }
    }

    private static void head(SampleCopy copy, Source source, UnaryOperator<Head> change) {
        var own = copy.heads(source);
        var changed = change.apply(own.lastEntry().getValue());
        own.remove(own.lastKey());
        own.put(changed.number(), changed);
    }

    private static byte[] join(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static String run(String missing, String unknown, String findings) {
        return "{\"format\":\"daypass-reconciliation/1\",\"from\":\"2026-11-22T23:53:00Z\",\"to\":\"2026-11-22T23:54:00Z\","
                + "\"sources\":[{\"source\":\"postgresql\",\"logEvents\":6,\"records\":6,\"missing\":" + missing
                + ",\"unknown\":"
                + unknown + "}],\"findings\":[" + findings + "]}";
    }

    private static String runKey(int minute) {
        return ObjectKey.reconciliation(PLACE, at(minute - 1)).text();
    }

    /** A key that could be this source's, of this time, and is nobody's. */
    private static String anotherKey(Source source, Instant time, String seed) {
        return switch (source) {
            case INTENTS ->
                ObjectKey.intent(PLACE, SessionId.create(time, new SecureRandom()))
                        .text();
            case ENDINGS ->
                ObjectKey.ending(PLACE, SessionId.create(time, new SecureRandom()))
                        .text();
            case CONFIGURATIONS ->
                ObjectKey.configuration(Sha256.of(bytes(seed + time))).text();
            case RECONCILIATIONS ->
                ObjectKey.reconciliation(PLACE, time.plusSeconds(31)).text();
            default ->
                ObjectKey.events(source, PLACE, time, Sha256.of(bytes(seed))).text();
        };
    }

    /** One case of every kind, at a place that differs from kind to kind. */
    static List<Case> onePlaceEach() {
        var kinds = all().stream().collect(Collectors.groupingBy(Case::kind, LinkedHashMap::new, Collectors.toList()));
        var chosen = new ArrayList<Case>();
        for (var places : kinds.values()) {
            chosen.add(places.get(chosen.size() % places.size()));
        }
        return chosen;
    }
}
