package dev.daypass.audit.verify;

import dev.daypass.audit.verify.Code.Side;
import java.util.List;
import java.util.Set;

/** What came of a check. */
public sealed interface Outcome {
    /** What the command returns: 0 nothing is wrong, 2 something is, 1 it could not be checked. */
    int exitCode();

    /**
     * It was checked, all of it.
     *
     * @param defects in the order of codes and objects
     * @param counts how much there was
     * @param checked which checks ran; what is not in it says nothing
     */
    record Verdict(List<Defect> defects, Counts counts, Set<Check> checked) implements Outcome {
        public Verdict {
            defects = List.copyOf(defects);
            checked = Set.copyOf(checked);
        }

        /** Is what is here what was sealed? Empty if it is. */
        public List<Defect> integrity() {
            return of(Side.INTEGRITY);
        }

        /** Is everything here that should be? Empty if it is. */
        public List<Defect> completeness() {
            return of(Side.COMPLETENESS);
        }

        private List<Defect> of(Side side) {
            return defects.stream().filter(d -> d.code().side() == side).toList();
        }

        @Override
        public int exitCode() {
            return defects.isEmpty() ? 0 : 2;
        }
    }

    /**
     * Nothing can be said, good or bad.
     *
     * @param reason what was in the way
     */
    record CouldNotCheck(String reason) implements Outcome {
        @Override
        public int exitCode() {
            return 1;
        }
    }

    /**
     * How much there was.
     *
     * @param objects sealed objects whose bytes were read
     * @param bytes of those objects
     * @param seals that are sound
     * @param records that sound seals count
     * @param pending objects that no seal names and no listing covers yet
     */
    record Counts(long objects, long bytes, long seals, long records, long pending) {}

    /** What a check needs, and may therefore not have run. */
    enum Check {
        /** Signatures, numbers, chain, sums. */
        SEALS,
        /** The bytes of every sealed object. */
        OBJECTS,
        /** Versions, delete markers and locks: only with a listing of versions. */
        VERSIONS_AND_LOCKS,
        /** The newest seals, against heads kept elsewhere. */
        HEADS,
        /** The records inside the objects, counted again. */
        CONTENTS
    }
}
