package dev.daypass.functions.json;

import dev.daypass.functions.json.StrictJsonException.Fault;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An object as {@link StrictJson} read it. A value is a {@link String}, a {@link Boolean}, a {@link JsonNumber}, a
 * {@link JsonObject}, an unmodifiable {@link List} of such values, or {@link #NULL}. Unmodifiable, so safe for threads.
 */
public final class JsonObject {
    /** JSON's {@code null}; different from a member that is not there. */
    public static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    // Exact 64-bit integers have at most 19 digits and a sign.
    private static final int MAX_LONG_LENGTH = 20;

    private final Map<String, Object> members = new LinkedHashMap<>();

    JsonObject() {}

    /** False if there is one of that name already. For the reader only. */
    boolean add(String name, Object value) {
        return members.putIfAbsent(name, value) == null;
    }

    /** In the order of the text. */
    public Set<String> names() {
        return Collections.unmodifiableSet(members.keySet());
    }

    public boolean has(String name) {
        return members.containsKey(name);
    }

    /** The value as the class comment lists, or null if there is no such member. */
    public @Nullable Object get(String name) {
        return members.get(name);
    }

    /**
     * The member as text, or empty if it is not there.
     *
     * @throws StrictJsonException with {@link Fault#WRONG_TYPE} if it is there and something else
     */
    public Optional<String> text(String name) throws StrictJsonException {
        return typed(name, String.class, "text");
    }

    /**
     * The member as true or false, or empty if it is not there.
     *
     * @throws StrictJsonException with {@link Fault#WRONG_TYPE} if it is there and something else
     */
    public Optional<Boolean> bool(String name) throws StrictJsonException {
        return typed(name, Boolean.class, "true or false");
    }

    /**
     * The member as a whole number of 64 bits, or empty if it is not there.
     *
     * @throws StrictJsonException with {@link Fault#WRONG_TYPE} if it is there and something else
     */
    public OptionalLong integer(String name) throws StrictJsonException {
        var number = typed(name, JsonNumber.class, "a whole number");
        if (number.isEmpty()) {
            return OptionalLong.empty();
        }
        var lexeme = number.get().lexeme();
        try {
            if (lexeme.length() <= MAX_LONG_LENGTH) {
                return OptionalLong.of(Long.parseLong(lexeme));
            }
        } catch (NumberFormatException e) {
            // A fraction, an exponent, or more than 64 bits: refused below, as the longer ones.
        }
        throw wrongType(name, "a whole number of 64 bits");
    }

    /**
     * The member as an object, or empty if it is not there.
     *
     * @throws StrictJsonException with {@link Fault#WRONG_TYPE} if it is there and something else
     */
    public Optional<JsonObject> object(String name) throws StrictJsonException {
        return typed(name, JsonObject.class, "an object");
    }

    /**
     * The elements, as the class comment lists them.
     *
     * @throws StrictJsonException with {@link Fault#WRONG_TYPE} if it is there and not a list
     */
    public Optional<List<?>> list(String name) throws StrictJsonException {
        var value = members.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof List<?> list) {
            return Optional.of(list);
        }
        throw wrongType(name, "a list");
    }

    private <T> Optional<T> typed(String name, Class<T> type, String expected) throws StrictJsonException {
        var value = members.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (type.isInstance(value)) {
            return Optional.of(type.cast(value));
        }
        throw wrongType(name, expected);
    }

    private static StrictJsonException wrongType(String name, String expected) {
        return new StrictJsonException(Fault.WRONG_TYPE, Printable.of(name) + " must be " + expected);
    }

    /** The names only: values may be secret. */
    @Override
    public String toString() {
        return "JsonObject" + members.keySet();
    }
}
