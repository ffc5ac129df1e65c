package dev.daypass.grants;

import dev.daypass.grant.GrantRules;
import dev.daypass.grants.GrantDocument.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Asks documents who may touch a column, and what somebody may touch. Functions are not looked into. */
public final class WhoCan {
    private final Documents documents;

    public WhoCan(Documents documents) {
        this.documents = documents;
    }

    /** A grant, and one thing in it. */
    public record Way(GrantDocument grant, Reach reach) {}

    /** A column by its name in documents: schema, table and column. */
    public record ColumnName(TableName table, String column) {
        /** Untrusted text: empty unless it is {@code schema.table.column}. */
        public static Optional<ColumnName> parse(String text) {
            int dot = text.lastIndexOf('.');
            return dot > 0 && Names.isIdentifier(text.substring(dot + 1))
                    ? GrantForm.parseTable(text.substring(0, dot))
                            .map(table -> new ColumnName(table, text.substring(dot + 1)))
                    : Optional.empty();
        }

        @Override
        public String toString() {
            return table + "." + column;
        }
    }

    /** Every way to the column: reading and writing it, and deleting its row. In the order of grants. */
    public List<Way> reaching(ColumnName name) {
        var ways = new ArrayList<Way>();
        for (var grant : documents.grants().values()) {
            for (var reach : Reach.of(grant)) {
                boolean touches = switch (reach) {
                    case Reach.Column column ->
                        column.table().equals(name.table()) && column.column().equals(name.column());
                    case Reach.Rows rows -> rows.table().equals(name.table());
                    case Reach.Function _, Reach.Next _ -> false;
                };
                if (touches) {
                    ways.add(new Way(grant, reach));
                }
            }
        }
        return List.copyOf(ways);
    }

    /**
     * Everything that a token could reach, through all grants that it is entitled to.
     *
     * @param issuer the name of the token's issuer
     * @param claims what the token says
     */
    public List<Way> reachableBy(String issuer, Map<String, Set<String>> claims) {
        var ways = new ArrayList<Way>();
        for (var grant : documents.grants().values()) {
            if (GrantRules.entitlement(grant.compile(), issuer, claim -> claims.getOrDefault(claim, Set.of()))
                    .isPresent()) {
                Reach.of(grant).forEach(reach -> ways.add(new Way(grant, reach)));
            }
        }
        return List.copyOf(ways);
    }
}
