package dev.daypass.audit.forward;

import dev.daypass.audit.line.Activity;
import dev.daypass.audit.redact.Redaction.Rule;
import dev.daypass.audit.redact.Redactor;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Passes every text of one log event through the redactor: the line as it was, and each text that was read out of it, since
 * reading undoes escapes.
 */
final class Cleaner {
    private final Redactor redactor;
    /** How many pieces each rule took out of the line, or out of its parts where those show more. */
    private final Map<Rule, Integer> counts = new EnumMap<>(Rule.class);

    Cleaner(Redactor redactor) {
        this.redactor = redactor;
    }

    String line(String text) {
        var redaction = redactor.redact(text);
        counts.putAll(redaction.counts());
        return redaction.text();
    }

    Activity activity(Activity activity) {
        return new Activity(
                activity.kind(),
                activity.time(),
                activity.outcome(),
                part(activity.user()),
                activity.session(),
                part(activity.from()),
                part(activity.object()),
                part(activity.database()),
                part(activity.statement()),
                part(activity.detail()),
                part(activity.code()),
                parts(activity.ids()));
    }

    Map<Rule, Integer> counts() {
        return counts;
    }

    private Optional<String> part(Optional<String> text) {
        if (text.isEmpty()) {
            return text;
        }
        String clean = part(text.get());
        return clean.equals(text.get()) ? text : Optional.of(clean);
    }

    private Map<String, String> parts(Map<String, String> texts) {
        Map<String, String> clean = texts;
        for (var text : texts.entrySet()) {
            String part = part(text.getValue());
            if (!part.equals(text.getValue())) {
                clean = clean.equals(texts) ? new LinkedHashMap<>(texts) : clean;
                clean.put(text.getKey(), part);
            }
        }
        return clean;
    }

    private String part(String text) {
        var redaction = redactor.redact(text);
        if (!redaction.counts().isEmpty()) {
            redaction.counts().forEach((rule, count) -> counts.merge(rule, count, Math::max));
        }
        return redaction.text();
    }
}
