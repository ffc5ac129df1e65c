package dev.daypass.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Some measurements of one thing, in ms. */
final class Figures {
    private final List<Double> values = new ArrayList<>();

    void add(double value) {
        values.add(value);
    }

    double median() {
        var sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    double min() {
        return Collections.min(values);
    }

    @Override
    public String toString() {
        return String.format("median %7.1f  min %7.1f  N=%d", median(), min(), values.size());
    }

    /** {@code above} over {@code below}, by medians and by minima. */
    static String ratio(Figures above, Figures below) {
        return String.format(
                "%.2f by medians, %.2f by minima", above.median() / below.median(), above.min() / below.min());
    }
}
