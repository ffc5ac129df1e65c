package dev.daypass.grants;

import dev.daypass.grant.GrantName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One case of {@code grants/<name>.cases.yaml}: a request, and what must become of it.
 *
 * @param grant the grant asked for
 * @param file relative to the folder that was read
 * @param line where the case begins, 1 for the first line
 * @param name what it shows
 * @param issuer the name of the issuer of the token
 * @param claims what the token says; one text for a claim that is not a list
 * @param ttl as asked for; the grant's default if empty
 * @param purpose as asked for
 * @param expected what must become of it
 */
public record GrantCase(
        GrantName grant,
        String file,
        int line,
        String name,
        String issuer,
        Map<String, Set<String>> claims,
        Optional<Duration> ttl,
        Optional<String> purpose,
        Expected expected) {
    private static final Duration LONGEST_ASKED = Duration.ofHours(999_999);

    public GrantCase {
        claims = Map.copyOf(claims);
    }

    /** What must become of a request. */
    public sealed interface Expected {
        /**
         * It is granted.
         *
         * @param reachable all that such a session could touch, as {@link Reach} spells it; empty if the case does not say
         */
        record Granted(Optional<Set<String>> reachable) implements Expected {}

        /**
         * It is refused.
         *
         * @param reason as the API spells it
         */
        record Refused(String reason) implements Expected {}
    }

    static Form<List<GrantCase>> form(String grant, String file, Collection<String> issuers) {
        return (source, node) -> {
            if (!(node instanceof SequenceNode sequence)) {
                source.report(node, "expected a list of cases");
                return Optional.empty();
            }
            var names = new HashSet<String>();
            var cases = new ArrayList<GrantCase>();
            for (var member : sequence.getValue()) {
                one(new GrantName(grant), file, issuers).read(source, member).ifPresent(read -> {
                    if (names.add(read.name())) {
                        cases.add(read);
                    } else {
                        source.report(member, "there is a case of this name already: " + read.name());
                    }
                });
            }
            return Optional.of(List.copyOf(cases));
        };
    }

    private static Form<GrantCase> one(GrantName grant, String file, Collection<String> issuers) {
        return (source, node) -> Form.<GrantCase>fields(fields -> {
                    var name = fields.required("name", Form.words(200));
                    var issuer = fields.required("issuer", Form.nameOf("an issuer", issuers));
                    var claims = fields.required("claims", tokenClaims());
                    var ttl = fields.optional("ttl", Form.duration(Duration.ZERO, LONGEST_ASKED));
                    var purpose = fields.optional(
                            "purpose",
                            Form.text(
                                    "text of at most 256 characters",
                                    text -> text.length() <= 256 ? Optional.of(text) : Optional.empty()));
                    var expected = fields.required("expect", Form.fields(GrantCase::expectation));
                    return name.isEmpty()
                                    || issuer.isEmpty()
                                    || claims.isEmpty()
                                    || ttl.isEmpty()
                                    || purpose.isEmpty()
                                    || expected.isEmpty()
                            ? Optional.empty()
                            : Optional.of(new GrantCase(
                                    grant,
                                    file,
                                    node.getStartMark().getLine() + 1,
                                    name.get(),
                                    issuer.get(),
                                    claims.get(),
                                    ttl.get(),
                                    purpose.get(),
                                    expected.get()));
                })
                .read(source, node);
    }

    /** A token without any claim worth naming is a case, too. */
    private static Form<Map<String, Set<String>>> tokenClaims() {
        return (source, node) -> {
            if (!(node instanceof MappingNode mapping)) {
                source.report(node, "expected \"name: value\" fields");
                return Optional.empty();
            }
            var claims = new LinkedHashMap<String, Set<String>>();
            for (var tuple : mapping.getValue()) {
                Names.claim()
                        .read(source, tuple.getKeyNode())
                        .ifPresent(name -> claims.put(name, texts(source, tuple.getValueNode())));
            }
            return Optional.of(claims);
        };
    }

    private static Set<String> texts(Source source, Node node) {
        var members = node instanceof SequenceNode sequence ? sequence.getValue() : List.of(node);
        var texts = new LinkedHashSet<String>();
        for (var member : members) {
            if (member instanceof ScalarNode) {
                source.scalar(member, Tag.STR, "text").ifPresent(texts::add);
            } else {
                source.report(member, "expected text, or a list of texts, as the token would carry it");
            }
        }
        return texts;
    }

    private static Optional<Expected> expectation(Fields fields) {
        var decision = fields.required(
                "decision",
                Form.text(
                        "one of granted, refused",
                        word -> word.equals("granted") || word.equals("refused")
                                ? Optional.of(word)
                                : Optional.empty()));
        if (decision.isEmpty()) {
            return Optional.empty();
        }
        if (decision.get().equals("refused")) {
            return fields.required("reason", Form.words(64)).map(Expected.Refused::new);
        }
        return fields.optional("reachable", reachable()).map(listed -> new Expected.Granted(listed));
    }

    private static Form<Set<String>> reachable() {
        return Form.list(
                        0,
                        Form.text(
                                "what a session could touch, such as public.orders.id or public.payments.pan as pan",
                                Optional::of))
                .map(Set::copyOf);
    }
}
