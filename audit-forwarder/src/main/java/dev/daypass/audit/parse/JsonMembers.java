package dev.daypass.audit.parse;

import org.jspecify.annotations.Nullable;

/**
 * The few members that a parser needs of a JSON object, read in one pass. The rest is checked for being JSON and skipped. A member that
 * is needed and stands there twice is a fault: two readers could take it for two things. Immutable.
 *
 * @param <M> the members, each with its path
 */
final class JsonMembers<M extends Enum<M> & JsonMembers.Path> {
    /**
     * Where a member is: names with {@code /} between. A name with {@code ?} before it is only looked at if it has the right type, and is no
     * fault otherwise: it is a place where callers put what they like. The last name ends in {@code #} for a number, in {@code []} for a list of
     * which the first text counts, in {@code /*} for how many members the object has.
     */
    interface Path {
        String path();
    }

    private enum Leaf {
        NONE,
        TEXT,
        NUMBER,
        FIRST
    }

    /** A member that is needed, or is on the way to one. */
    private static final class Node {
        private static final int NO_MEMBER = -1;
        private static final int CHAINS = 32;

        private final String name;
        private final boolean lenient;
        private final Leaf leaf;
        private final int mark;
        /** Place of the member whose value this is. */
        private final int member;

        /** Place of the member whose value is how many there are. */
        private int count = NO_MEMBER;

        /** The members of this object, in chains by the hash of their names. */
        private final @Nullable Node[] chains = new Node[CHAINS];

        private @Nullable Node next;

        private Node(String name, boolean lenient, Leaf leaf, int mark, int member) {
            this.name = name;
            this.lenient = lenient;
            this.leaf = leaf;
            this.mark = mark;
            this.member = member;
        }

        private void add(Node child) {
            int chain = child.name.hashCode() & CHAINS - 1;
            child.next = chains[chain];
            chains[chain] = child;
        }

        private @Nullable Node child(String wanted) {
            var child = chains[wanted.hashCode() & CHAINS - 1];
            while (child != null && !child.name.equals(wanted)) {
                child = child.next;
            }
            return child;
        }

        /** The one whose name was read last. */
        private @Nullable Node child(JsonLine json) {
            var child = chains[json.nameHash() & CHAINS - 1];
            while (child != null && !json.nameIs(child.name)) {
                child = child.next;
            }
            return child;
        }
    }

    /** What was there. For one thread. */
    static final class Values<M extends Enum<M> & Path> {
        private final @Nullable String[] texts;
        private long seen;

        private Values(int members) {
            texts = new String[members];
        }

        private void put(int member, String text) {
            if (member != Node.NO_MEMBER) {
                texts[member] = text;
            }
        }

        /** The text or the digits; null if the member is absent or {@code null}. */
        @Nullable String get(M member) {
            return texts[place(member)];
        }
    }

    private final int size;
    private final Node root = new Node("", false, Leaf.NONE, 0, Node.NO_MEMBER);

    JsonMembers(Class<M> type) {
        size = type.getEnumConstants().length;
        int marks = 0;
        for (M member : type.getEnumConstants()) {
            String[] names = member.path().split("/", -1);
            Node node = root;
            for (int i = 0; i < names.length; i++) {
                boolean last = i == names.length - 1;
                if (last && names[i].equals("*")) {
                    node.count = place(member);
                    break;
                }
                boolean lenient = names[i].startsWith("?");
                String name = lenient ? names[i].substring(1) : names[i];
                Leaf leaf = !last || i + 2 == names.length && names[i + 1].equals("*")
                        ? Leaf.NONE
                        : name.endsWith("#") ? Leaf.NUMBER : name.endsWith("[]") ? Leaf.FIRST : Leaf.TEXT;
                String bare = leaf == Leaf.NUMBER
                        ? name.substring(0, name.length() - 1)
                        : leaf == Leaf.FIRST ? name.substring(0, name.length() - 2) : name;
                Node child = node.child(bare);
                if (child == null) {
                    int value = leaf == Leaf.NONE ? Node.NO_MEMBER : place(member);
                    child = new Node(bare, lenient, leaf, marks++, value);
                    node.add(child);
                }
                node = child;
            }
        }
        if (marks > Long.SIZE) {
            throw new IllegalArgumentException("more members than marks: " + marks);
        }
    }

    /** @throws LineFault if the line is anything but one JSON object with its needed members of the right types, each once */
    Values<M> read(String line) throws LineFault {
        var values = new Values<M>(size);
        var json = new JsonLine(line);
        if (json.peek() != '{') {
            throw new LineFault("not a JSON object");
        }
        object(json, root, values);
        if (!json.isAtEnd()) {
            json.skip();
            throw new LineFault("text after the JSON object");
        }
        return values;
    }

    private void object(JsonLine json, Node node, Values<M> values) throws LineFault {
        int members = 0;
        for (boolean more = json.open('}'); more; more = json.more('}')) {
            members++;
            json.name();
            Node child = node.child(json);
            if (child == null) {
                json.skip();
                continue;
            }
            if ((values.seen & 1L << child.mark) != 0) {
                throw new LineFault("member " + child.name + " twice");
            }
            values.seen |= 1L << child.mark;
            if (json.peek() == 'n') {
                json.skip();
            } else {
                value(json, child, values);
            }
        }
        if (node.count != Node.NO_MEMBER) {
            values.put(node.count, Integer.toString(members));
        }
    }

    private void value(JsonLine json, Node node, Values<M> values) throws LineFault {
        char begin = json.peek();
        if (node.leaf == Leaf.NONE && begin == '{') {
            object(json, node, values);
        } else if (node.leaf == Leaf.TEXT && begin == '"') {
            values.put(node.member, json.string());
        } else if (node.leaf == Leaf.FIRST && begin == '[') {
            first(json, node, values);
        } else if (node.leaf == Leaf.NUMBER && (begin == '-' || begin >= '0' && begin <= '9')) {
            number(json, node, values);
        } else if (node.lenient) {
            json.skip();
        } else {
            throw wrongType(node);
        }
    }

    private static LineFault wrongType(Node node) {
        return new LineFault("member " + node.name + " is not a " + expected(node.leaf));
    }

    private void number(JsonLine json, Node node, Values<M> values) throws LineFault {
        int start = json.position();
        if (json.number()) {
            values.put(node.member, json.since(start));
        } else if (!node.lenient) {
            throw wrongType(node);
        }
    }

    private void first(JsonLine json, Node node, Values<M> values) throws LineFault {
        boolean more = json.open(']');
        if (more && json.peek() == '"') {
            values.put(node.member, json.string());
            more = json.more(']');
        }
        for (; more; more = json.more(']')) {
            json.skip();
        }
    }

    /** Of a member's value in {@link Values}. */
    @SuppressWarnings("EnumOrdinal") // an index of an array in memory, as EnumMap has it, without a lookup
    private static int place(Enum<?> member) {
        return member.ordinal();
    }

    private static String expected(Leaf leaf) {
        return switch (leaf) {
            case NONE -> "JSON object";
            case TEXT -> "text";
            case NUMBER -> "whole number";
            case FIRST -> "list";
        };
    }
}
