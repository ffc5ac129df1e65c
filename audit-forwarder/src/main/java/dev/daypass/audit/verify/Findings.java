package dev.daypass.audit.verify;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Collects defects from several threads. */
final class Findings {
    private final List<Defect> defects = new ArrayList<>();

    synchronized void add(Code code, String object, String expected, String found) {
        defects.add(new Defect(code, object, expected, found));
    }

    synchronized List<Defect> sorted() {
        Collections.sort(defects);
        return List.copyOf(defects);
    }
}
