package dev.daypass.deployer.rollout;

import dev.daypass.deployer.live.EffectivePrivileges;
import dev.daypass.deployer.live.GrantChange;
import dev.daypass.deployer.live.GrantChange.Effect;
import dev.daypass.deployer.live.Privilege;
import dev.daypass.deployer.live.Privilege.Standing;
import dev.daypass.grants.GrantDocument.WhenNarrowed;
import dev.daypass.vaultpolicies.VaultChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A plan or a drift as a person reads it: what changes, grant by grant; then what an agent could do afterwards, and why; then
 * what is beyond all of that. Holds no secret. What comes from a catalog is in it as it is: whoever prints it makes it printable.
 */
public final class PlanText {
    private final boolean withBaseline;
    private final StringBuilder out = new StringBuilder();

    private PlanText(boolean withBaseline) {
        this.withBaseline = withBaseline;
    }

    /** @param withBaseline whether to list what every pristine server gives as well, and not only to count it */
    public static String of(RolloutPlan plan, boolean withBaseline) {
        var text = new PlanText(withBaseline);
        if (plan.changes().isEmpty()) {
            text.line(plan.problems().isEmpty() ? "Nothing to change." : "No change was found, in what could be read.");
        }
        plan.changes().forEach(text::change);
        text.privileges(
                plan.privileges(), "What a session could do " + (plan.changes().isEmpty() ? "" : "afterwards"));
        text.beyond(plan.privileges());
        text.lines("Notes", plan.notes());
        text.lines("Problems", plan.problems());
        text.summary(plan);
        return text.out.toString();
    }

    /** What somebody changed by hand. */
    public static String of(Drift drift) {
        var text = new PlanText(false);
        if (!drift.isThere()) {
            text.line(
                    drift.problems().isEmpty()
                            ? "Everything is as it was applied."
                            : "No drift was found, in what could be read.");
        } else {
            text.line("Changed by hand since it was applied; apply puts it right:");
            text.line("");
        }
        drift.byHand().forEach(text::change);
        text.beyond(drift.privileges());
        if (!drift.touched().isEmpty()) {
            text.line("Grants that this concerns");
            for (var touched : drift.touched()) {
                text.line("  " + touched.grant() + ": "
                        + touched.since()
                                .map(since -> "applied at " + since + ", changed at some time after that")
                                .orElse("the ledger does not say when it was applied"));
                touched.live().forEach(user -> text.line("    live now: " + user));
            }
            text.line("");
        }
        text.lines("Notes", drift.notes());
        text.lines("Problems", drift.problems());
        return text.out.toString();
    }

    private void change(PlannedChange change) {
        line(change.subject() + change.database().map(name -> " on " + name).orElse("") + ": " + said(change));
        change.narrowing().forEach(phrase -> line("  no longer: " + phrase));
        if (change.waitsForSessions()) {
            line("  live sessions: " + change.live().size()
                    + (change.live().isEmpty()
                            ? ""
                            : change.whenNarrowed() == WhenNarrowed.END
                                    ? ", which are ended"
                                    : ", which drain until "
                                            + change.latestEnd(change.live())
                                                    .map(Object::toString)
                                                    .orElse("")
                                            + " at the latest"));
        }
        change.inDatabase().ifPresent(inDatabase -> {
            line("  in the database");
            inDatabase
                    .differences()
                    .forEach(difference -> difference(
                            sign(difference.action()), difference.object(), difference.live(), difference.wanted()));
        });
        if (!change.inVault().isEmpty()) {
            line("  in Vault");
            change.inVault().forEach(this::inVault);
        }
        line("");
    }

    private static String said(PlannedChange change) {
        return switch (change.effect()) {
            case SETS_UP -> "set up";
            case ADDS -> "new";
            case WIDENS -> "allows as much or more";
            case NARROWS -> "allows less; its sessions " + change.whenNarrowed().word() + " first";
            case REMOVES ->
                "has no document any more; its sessions "
                        + change.whenNarrowed().word() + " first";
            case REPAIRS -> "is not as it was applied";
        };
    }

    private void inVault(VaultChange change) {
        char sign = sign(change.action());
        line("    " + sign + " " + change.path());
        if (change.action() == VaultChange.Action.REMOVE) {
            return;
        }
        for (var member : change.members()) {
            if (change.action() == VaultChange.Action.ADD) {
                member.wanted().ifPresent(wanted -> value("        " + member.name() + " = ", wanted));
            } else {
                difference(
                        "      ",
                        '~',
                        member.name(),
                        member.live(),
                        Optional.of(member.wanted().orElse("(the server's default)")));
            }
        }
    }

    private void difference(char sign, String object, Optional<String> live, Optional<String> wanted) {
        difference("    ", sign, object, live, wanted);
    }

    private void difference(String indent, char sign, String object, Optional<String> live, Optional<String> wanted) {
        line(indent + sign + " " + object);
        var before = live.map(text -> text.lines().toList()).orElse(List.of());
        var after = wanted.map(text -> text.lines().toList()).orElse(List.of());
        // Of long texts only the lines that differ.
        boolean isLong = before.size() > 1 && after.size() > 1;
        before.stream()
                .filter(each -> !isLong || !after.contains(each))
                .forEach(each -> line(indent + "    - " + each));
        after.stream()
                .filter(each -> !isLong || !before.contains(each))
                .forEach(each -> line(indent + "    + " + each));
    }

    private void value(String begin, String text) {
        var lines = text.lines().toList();
        if (lines.size() < 2) {
            line(begin + text);
            return;
        }
        line(begin.stripTrailing());
        lines.forEach(each -> line("            " + each));
    }

    private void privileges(List<EffectivePrivileges> all, String title) {
        if (all.isEmpty()) {
            return;
        }
        line(title.strip());
        for (var grant : all) {
            line("  " + grant.grant() + " on " + grant.database());
            grouped(grant.privileges().stream()
                            .filter(each -> withBaseline || RolloutPlan.isOfInterest(each))
                            .toList())
                    .forEach(each -> line("    " + each));
            long baseline = grant.privileges().stream()
                    .filter(each -> each.standing() == Standing.BASELINE)
                    .count();
            if (!withBaseline && baseline > 0) {
                line("    and " + baseline
                        + " things that a pristine server of this version gives everybody (--baseline lists"
                        + " them)");
            }
        }
        line("");
    }

    /** The columns of one table in one line. */
    private static List<String> grouped(List<Privilege> privileges) {
        var lines = new ArrayList<String>();
        var columns = new TreeMap<String, TreeSet<String>>();
        var ends = new TreeMap<String, String>();
        for (var privilege : privileges) {
            String end = "  [" + reason(privilege) + ", "
                    + privilege.standing().name().toLowerCase(Locale.ROOT) + "]";
            int dot = privilege.object().lastIndexOf('.');
            if (privilege.kind() == Privilege.Kind.COLUMN && dot > 0) {
                String key = privilege.right() + " on " + privilege.object().substring(0, dot) + end;
                columns.computeIfAbsent(key, k -> new TreeSet<>())
                        .add(privilege.object().substring(dot + 1));
                ends.put(key, end);
            } else {
                lines.add(privilege.text() + end);
            }
        }
        for (Map.Entry<String, TreeSet<String>> entry : columns.entrySet()) {
            String end = ends.getOrDefault(entry.getKey(), "");
            String begin = entry.getKey().substring(0, entry.getKey().length() - end.length());
            lines.add(begin + " (" + String.join(", ", entry.getValue()) + ")" + end);
        }
        return lines;
    }

    private static String reason(Privilege privilege) {
        String word = privilege.reason().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return privilege.via().isEmpty() ? word : word + " " + privilege.via();
    }

    private void beyond(List<EffectivePrivileges> all) {
        // The same hole is usually open to every grant of a database.
        var holes = new TreeMap<String, TreeSet<String>>();
        var closings = new TreeMap<String, Optional<String>>();
        for (var grant : all) {
            for (var privilege : grant.beyond()) {
                String hole = grant.database() + ": " + privilege.text() + "  [" + reason(privilege) + "]";
                holes.computeIfAbsent(hole, h -> new TreeSet<>())
                        .add(grant.grant().text());
                closings.put(hole, privilege.closing());
            }
        }
        if (holes.isEmpty()) {
            return;
        }
        line("Beyond what documents and a pristine server give: errors");
        holes.forEach((hole, grants) -> {
            line("  ! " + hole);
            line("      open to " + grants.stream().collect(Collectors.joining(", ")));
            line("      "
                    + closings.getOrDefault(hole, Optional.empty())
                            .map(closing -> "close it: " + closing)
                            .orElse("no one statement closes it"));
        });
        line("");
    }

    private void lines(String title, List<String> lines) {
        if (!lines.isEmpty()) {
            line(title);
            lines.forEach(each -> line("  " + each));
            line("");
        }
    }

    private void summary(RolloutPlan plan) {
        long narrowed = plan.changes().stream()
                .filter(each -> each.effect() == Effect.NARROWS || each.effect() == Effect.REMOVES)
                .count();
        line(plan.changes().size() + " changes, " + narrowed + " of them narrow or remove a grant; " + plan.beyond()
                + " privileges beyond the documents; " + plan.problems().size() + " problems.");
    }

    private static char sign(GrantChange.Action action) {
        return switch (action) {
            case ADD -> '+';
            case CHANGE -> '~';
            case REMOVE -> '-';
        };
    }

    private static char sign(VaultChange.Action action) {
        return switch (action) {
            case ADD -> '+';
            case CHANGE -> '~';
            case REMOVE -> '-';
        };
    }

    private void line(String text) {
        out.append(text.stripTrailing()).append('\n');
    }
}
