package dev.daypass.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads a function's environment and collects what is wrong with it, so that one start names every bad variable, with the form
 * expected and never with its value. Not thread-safe.
 */
public final class EnvironmentReader {
    private final Map<String, String> environment;
    private final List<String> faults = new ArrayList<>();

    public EnvironmentReader(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** The whole of it, for adapters; it holds the function's own credentials. */
    public Map<String, String> environment() {
        return environment;
    }

    /** A text that must be there; empty if it is not, which {@link #refuseIfFaulty} will say. */
    public Optional<String> required(String name, String form) {
        return required(name, form, Optional::of);
    }

    /** A value that must be there and of this form; empty if it is not, which {@link #refuseIfFaulty} will say. */
    public <T> Optional<T> required(String name, String form, Function<String, Optional<T>> parse) {
        String text = environment.getOrDefault(name, "");
        if (text.isEmpty()) {
            faults.add(name + " is not set: expected " + form);
            return Optional.empty();
        }
        return parsed(name, form, text, parse);
    }

    /** A value that need not be there, and must be of this form if it is. */
    public <T> Optional<T> optional(String name, String form, Function<String, Optional<T>> parse) {
        String text = environment.getOrDefault(name, "");
        return text.isEmpty() ? Optional.empty() : parsed(name, form, text, parse);
    }

    private <T> Optional<T> parsed(String name, String form, String text, Function<String, Optional<T>> parse) {
        var value = parse.apply(text);
        if (value.isEmpty()) {
            faults.add(name + " is malformed: expected " + form);
        }
        return value;
    }

    /** @throws IllegalStateException naming every variable that is missing or malformed, with the form expected */
    public void refuseIfFaulty() {
        if (!faults.isEmpty()) {
            throw new IllegalStateException("the function cannot start: " + String.join("; ", faults));
        }
    }
}
