package dev.daypass.audit.verify;

import dev.daypass.audit.seal.RangeCheck;
import dev.daypass.audit.seal.Seal;
import dev.daypass.audit.seal.Seal.Totals;
import dev.daypass.audit.verify.Heads.Chain;
import dev.daypass.audit.verify.SealReader.Read;
import dev.daypass.audit.verify.SealReader.Sound;
import dev.daypass.audit.verify.SealReader.Unsound;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Walks one chain in the order of its numbers. A seal is compared with the one before it only if both are sound: a seal that
 * is missing or not to be believed is one defect, and what would follow from it is none.
 */
final class ChainCheck {
    /** {@code docs/record.md}: a longer period, or a longer wait for the next seal, is silence. */
    static final Duration SILENCE = Duration.ofMinutes(5);

    private final Chain chain;
    private final Unit unit;
    private final Coverage coverage;
    private final Findings findings;
    private final List<Unsound> unsound = new ArrayList<>();
    private @Nullable Sound last;
    /** What the totals of the last seal ought to be; the same as it states unless that is a defect. */
    private Totals due = Totals.ZERO;

    private long seals;
    private long records;
    private @Nullable Instant holesEnd;
    private long inHoles;
    private String firstHole = "";
    private boolean tailBroken;

    ChainCheck(Chain chain, Unit unit, Coverage coverage, Findings findings) {
        this.chain = chain;
        this.unit = unit;
        this.coverage = coverage;
        this.findings = findings;
    }

    void add(Read read) {
        switch (read) {
            case Sound sound -> add(sound);
            case Unsound bad -> {
                unsound.add(bad);
                findings.add(bad.code(), ObjectKeys.seal(chain, bad.number()), bad.expected(), bad.found());
            }
        }
    }

    private void add(Sound sound) {
        var seal = sound.statement().seal();
        long before = last == null ? 0 : last.number();
        gaps(before, sound.number());
        if (sound.number() == before + 1) {
            link(sound);
        } else {
            hole(sound, before);
        }
        var order = new ArrayList<String>();
        if (sound.number() == before + 1 && last != null) {
            var end = last.statement().seal().to();
            if (!seal.from().equals(end)) {
                order.add("from " + seal.from() + " after a period to " + end);
            }
        }
        if (seal.to().isBefore(seal.from())) {
            order.add("to " + seal.to() + " before from " + seal.from());
        }
        for (int i = 1; i < seal.objects().size(); i++) {
            String one = seal.objects().get(i - 1).key();
            String other = seal.objects().get(i).key();
            if (RangeCheck.KEYS.compare(one, other) >= 0) {
                order.add(other + " after " + one);
                break;
            }
        }
        if (!order.isEmpty()) {
            findings.add(Code.SEAL_ORDER, sound.key(), "periods that join, keys in order", String.join("; ", order));
        }
        counters(sound, before);
        if (Duration.between(seal.from(), seal.to()).compareTo(SILENCE) > 0) {
            findings.add(Code.SILENCE, sound.key(), "a period of at most " + SILENCE, seal.from() + " to " + seal.to());
        }
        seal.listed().forEach(range -> coverage.add(range, seal.to()));
        objects(sound, seal);
        seals++;
        records += seal.counters().records();
        last = sound;
    }

    /** Names each run of numbers between two that has no object at all. */
    private void gaps(long before, long number) {
        long from = before + 1;
        for (var bad : unsound) {
            if (bad.number() > before && bad.number() < number) {
                gap(from, bad.number() - 1);
                from = bad.number() + 1;
            }
        }
        gap(from, number - 1);
    }

    private void gap(long from, long until) {
        if (from <= until) {
            findings.add(
                    Code.SEAL_GAP,
                    ObjectKeys.seal(chain, from),
                    from == until ? "seal " + from : "seals " + from + " to " + until,
                    "none");
        }
    }

    private void link(Sound sound) {
        Sha256 expected = last == null ? Seal.NONE : last.hash();
        Sha256 found = sound.statement().seal().previous();
        if (!found.equals(expected)) {
            findings.add(Code.SEAL_CHAIN, sound.key(), "previous " + expected, found.toString());
        }
    }

    /** Objects that only a seal in the hole named are not extra; how many they are follows from the totals around it. */
    private void hole(Sound sound, long before) {
        var seal = sound.statement().seal();
        long named = seal.totals().objects() - seal.counters().objects() - due.objects();
        if (holesEnd == null) {
            firstHole = ObjectKeys.seal(chain, before + 1);
        }
        inHoles += Math.max(0, named);
        holesEnd = seal.from();
    }

    private void counters(Sound sound, long before) {
        var seal = sound.statement().seal();
        var own = seal.counters();
        var stated = sound.statement().stated();
        boolean good = own.equals(stated);
        var wrong = new ArrayList<String>();
        if (!good) {
            wrong.add("sums " + stated + " of objects that give " + own);
        }
        if (sound.number() == before + 1) {
            var due = this.due.plus(seal.objects());
            var consistent =
                    last == null ? due : last.statement().seal().totals().plus(seal.objects());
            if (!seal.totals().equals(due) && !seal.totals().equals(consistent)) {
                wrong.add("totals " + seal.totals() + " instead of " + due);
                this.due = due;
            } else {
                this.due = seal.totals();
            }
        } else {
            this.due = seal.totals();
        }
        if (!wrong.isEmpty()) {
            findings.add(Code.SEAL_COUNTERS, sound.key(), "sums that add up", String.join("; ", wrong));
        }
    }

    private void objects(Sound sound, Seal seal) {
        String previousKey = "";
        for (var object : seal.objects()) {
            boolean twiceHere = object.key().equals(previousKey); // already out of order
            previousKey = object.key();
            var held = unit.object(object.key());
            var other = held.seal(object, sound.number());
            if (other.isEmpty() || twiceHere) {
                continue;
            }
            var first = held.sealed().orElseThrow();
            if (first.versionId().equals(object.versionId())) {
                findings.add(
                        Code.OBJECT_SEALED_TWICE,
                        object.key(),
                        "one seal",
                        "seals " + other.get() + " and " + sound.number());
            } else {
                findings.add(
                        Code.VERSION_OTHER,
                        object.key(),
                        "version " + object.versionId() + " of seal " + sound.number(),
                        "version " + first.versionId() + " of seal " + other.get());
            }
        }
    }

    /** After the last seal. */
    void end(Optional<Heads> heads, Optional<Instant> takenAt, boolean listed) {
        var head = heads.flatMap(h -> h.newest(chain));
        long newest = last == null ? 0 : last.number();
        boolean cut = false;
        if (head.isPresent()) {
            long number = head.get().number();
            if (!listed) {
                findings.add(
                        Code.SOURCE_MISSING,
                        ObjectKey.seals(chain.source(), chain.place()),
                        "seals up to " + number,
                        "none");
                cut = true;
            } else if (number > newest) {
                if (unsound.stream().anyMatch(bad -> bad.number() == number)) {
                    gaps(newest, number);
                } else {
                    findings.add(
                            Code.TAIL_CUT,
                            ObjectKeys.seal(chain, number),
                            "seal " + number + ", " + head.get().seal(),
                            newest == 0 ? "no sound seal" : "no seal after " + newest);
                    cut = true;
                }
            }
        }
        tailBroken = cut || unsound.stream().anyMatch(bad -> bad.number() > newest);
        if (takenAt.isPresent() && last != null && !tailBroken) {
            var to = last.statement().seal().to();
            if (Duration.between(to, takenAt.get()).compareTo(SILENCE) > 0) {
                findings.add(
                        Code.SILENCE,
                        last.key(),
                        "a seal at most " + SILENCE + " before the copy of " + takenAt.get(),
                        "the newest, to " + to);
            }
        }
    }

    /** Compares a seal with the head of its number. */
    void compare(Sound sound, Optional<Heads> heads) {
        heads.flatMap(h -> h.at(chain, sound.number()))
                .filter(head -> !head.seal().equals(sound.hash()))
                .ifPresent(head -> findings.add(
                        Code.HEAD_OTHER,
                        sound.key(),
                        head.seal().toString(),
                        sound.hash().toString()));
    }

    /** Whether something is known to be missing after the newest sound seal. */
    boolean isTailBroken() {
        return tailBroken;
    }

    /** The time before which a seal is missing that would have named objects; empty if none is. */
    Optional<Instant> holesEnd() {
        return Optional.ofNullable(holesEnd);
    }

    /** How many objects the missing seals named. */
    long inHoles() {
        return inHoles;
    }

    /** The first seal that is missing or not believed. */
    String firstHole() {
        return firstHole;
    }

    long seals() {
        return seals;
    }

    long records() {
        return records;
    }
}
