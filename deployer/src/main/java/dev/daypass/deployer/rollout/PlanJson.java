package dev.daypass.deployer.rollout;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.daypass.deployer.live.EffectivePrivileges;
import dev.daypass.deployer.live.Privilege.Standing;
import dev.daypass.session.SessionUser;
import dev.daypass.vaultpolicies.VaultOwner;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A plan or a drift for programs, as {@code docs/grants.md} describes it: every member always there, null where there is
 * nothing. Members may be added within {@code daypass-plan/1}; none is taken away or changes its meaning.
 */
public final class PlanJson {
    private static final String PLAN = "daypass-plan/1";
    private static final String DRIFT = "daypass-drift/1";

    private final JsonGenerator json;
    private final boolean withBaseline;

    private PlanJson(JsonGenerator json, boolean withBaseline) {
        this.json = json;
        this.withBaseline = withBaseline;
    }

    /** @param withBaseline whether to list what every pristine server gives as well, and not only to count it */
    public static String of(RolloutPlan plan, boolean withBaseline) {
        return written(withBaseline, writer -> {
            writer.json.writeStringField("format", PLAN);
            writer.json.writeStringField(
                    "outcome", !plan.isSound() ? "error" : plan.changes().isEmpty() ? "unchanged" : "changes");
            writer.changes("changes", plan.changes());
            writer.privileges(plan.privileges());
            writer.strings("notes", plan.notes());
            writer.strings("problems", plan.problems());
        });
    }

    /**
     * As the plan.
     *
     * @param ran what the record says of sessions of the touched grants
     */
    public static String of(Drift drift, List<RanSession> ran) {
        return written(false, writer -> {
            writer.json.writeStringField("format", DRIFT);
            writer.json.writeStringField(
                    "outcome", !drift.problems().isEmpty() ? "error" : drift.isThere() ? "drift" : "none");
            writer.changes("byHand", drift.byHand());
            writer.json.writeArrayFieldStart("touched");
            for (var touched : drift.touched()) {
                writer.json.writeStartObject();
                writer.json.writeStringField("grant", touched.grant().text());
                writer.optional("since", touched.since().map(Object::toString));
                writer.strings(
                        "live", touched.live().stream().map(SessionUser::name).toList());
                writer.json.writeEndObject();
            }
            writer.json.writeEndArray();
            writer.json.writeArrayFieldStart("ran");
            for (var session : ran) {
                writer.json.writeStartObject();
                writer.json.writeStringField("session", session.session().text());
                writer.json.writeStringField("grant", session.grant().text());
                writer.json.writeStringField("agent", session.agent());
                writer.optional("owner", session.owner());
                writer.json.writeStringField("from", session.from().toString());
                writer.json.writeStringField("window", session.window().toString());
                writer.optional("endedAt", session.endedAt().map(Object::toString));
                writer.json.writeEndObject();
            }
            writer.json.writeEndArray();
            writer.privileges(drift.privileges());
            writer.strings("notes", drift.notes());
            writer.strings("problems", drift.problems());
        });
    }

    private interface Content {
        void write(PlanJson writer) throws IOException;
    }

    private static String written(boolean withBaseline, Content content) {
        var out = new StringWriter();
        try (var json = new JsonFactory().createGenerator(out)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            content.write(new PlanJson(json, withBaseline));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory: does not happen
        }
        return out + "\n";
    }

    private void changes(String name, List<PlannedChange> changes) throws IOException {
        json.writeArrayFieldStart(name);
        for (var change : changes) {
            json.writeStartObject();
            json.writeStringField("subject", kind(change.subject()));
            optional("name", name(change.subject()));
            optional("database", change.database());
            json.writeStringField("effect", word(change.effect()));
            strings("narrowing", change.narrowing());
            optional(
                    "whenNarrowed",
                    change.waitsForSessions()
                            ? Optional.of(change.whenNarrowed().word())
                            : Optional.empty());
            strings("live", change.live().stream().map(SessionUser::name).toList());
            optional("lastOverAt", change.latestEnd(change.live()).map(Object::toString));
            json.writeArrayFieldStart("inDatabase");
            for (var difference :
                    change.inDatabase().map(each -> each.differences()).orElse(List.of())) {
                json.writeStartObject();
                json.writeStringField("action", word(difference.action()));
                json.writeStringField("object", difference.object());
                optional("live", difference.live());
                optional("wanted", difference.wanted());
                json.writeEndObject();
            }
            json.writeEndArray();
            strings(
                    "statements",
                    change.inDatabase().map(each -> each.statements()).orElse(List.of()));
            json.writeArrayFieldStart("inVault");
            for (var each : change.inVault()) {
                json.writeStartObject();
                json.writeStringField("action", word(each.action()));
                json.writeStringField("path", each.path());
                json.writeArrayFieldStart("members");
                for (var member : each.members()) {
                    json.writeStartObject();
                    json.writeStringField("name", member.name());
                    optional("live", member.live());
                    optional("wanted", member.wanted());
                    json.writeEndObject();
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void privileges(List<EffectivePrivileges> all) throws IOException {
        json.writeArrayFieldStart("privileges");
        for (var grant : all) {
            json.writeStartObject();
            json.writeStringField("grant", grant.grant().text());
            json.writeStringField("database", grant.database());
            json.writeNumberField(
                    "baseline",
                    grant.privileges().stream()
                            .filter(each -> each.standing() == Standing.BASELINE)
                            .count());
            json.writeArrayFieldStart("list");
            for (var privilege : grant.privileges()) {
                if (!withBaseline && !RolloutPlan.isOfInterest(privilege)) {
                    continue;
                }
                json.writeStartObject();
                json.writeStringField("kind", privilege.kind().word());
                json.writeStringField("object", privilege.object());
                json.writeStringField("right", privilege.right());
                json.writeStringField("reason", word(privilege.reason()));
                optional("via", Optional.of(privilege.via()).filter(via -> !via.isEmpty()));
                json.writeStringField("standing", word(privilege.standing()));
                optional("closing", privilege.closing());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static String kind(VaultOwner subject) {
        return switch (subject) {
            case VaultOwner.Installation() -> "installation";
            case VaultOwner.OfIssuer(var _) -> "issuer";
            case VaultOwner.OfDatabase(var _) -> "database";
            case VaultOwner.OfGrant(var _) -> "grant";
        };
    }

    private static Optional<String> name(VaultOwner subject) {
        return switch (subject) {
            case VaultOwner.Installation() -> Optional.empty();
            case VaultOwner.OfIssuer(String name) -> Optional.of(name);
            case VaultOwner.OfDatabase(String name) -> Optional.of(name);
            case VaultOwner.OfGrant(var name) -> Optional.of(name.text());
        };
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void strings(String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (var value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    private void optional(String name, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get());
        } else {
            json.writeNullField(name);
        }
    }
}
