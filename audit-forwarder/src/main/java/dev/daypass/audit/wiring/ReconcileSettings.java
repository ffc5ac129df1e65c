package dev.daypass.audit.wiring;

import dev.daypass.audit.reconcile.LogGroup;
import dev.daypass.evidence.Source;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The reconciler's own part of its environment. */
final class ReconcileSettings {
    static final String LOG_GROUPS_FORM =
            "source=group for each log group, with spaces between them, at least one for each source"
                    + " of log events in DAYPASS_SOURCES and none for another";

    /** CloudWatch Logs API Reference, CreateLogGroup. */
    private static final Pattern GROUP = Pattern.compile("[.\\-_/#A-Za-z0-9]{1,512}");

    private ReconcileSettings() {}

    /** Empty unless it is of {@link #LOG_GROUPS_FORM}. */
    static Optional<List<LogGroup>> logGroups(String text, List<Source> sources) {
        var groups = new ArrayList<LogGroup>();
        var named = EnumSet.noneOf(Source.class);
        for (var part : text.strip().split(" +", -1)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                return Optional.empty();
            }
            var source = Source.parse(part.substring(0, equals)).filter(Source::isEvents);
            String name = part.substring(equals + 1);
            if (source.isEmpty() || !GROUP.matcher(name).matches()) {
                return Optional.empty();
            }
            var group = new LogGroup(source.get(), name);
            if (groups.contains(group)) {
                return Optional.empty();
            }
            groups.add(group);
            named.add(source.get());
        }
        return named.equals(events(sources)) ? Optional.of(groups) : Optional.empty();
    }

    private static Set<Source> events(List<Source> sources) {
        var events = EnumSet.noneOf(Source.class);
        sources.stream().filter(Source::isEvents).forEach(events::add);
        return events;
    }
}
