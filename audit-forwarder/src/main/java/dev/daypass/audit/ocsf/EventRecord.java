package dev.daypass.audit.ocsf;

import dev.daypass.audit.join.Finding;
import dev.daypass.audit.join.SessionFacts;
import dev.daypass.audit.keys.LineDigest;
import dev.daypass.audit.line.Activity;
import dev.daypass.audit.line.LogEvent;
import dev.daypass.audit.redact.Redaction.Rule;
import dev.daypass.session.SessionId;
import java.util.Map;
import java.util.Optional;

/**
 * One line of an event object, with nothing in it that must not be locked: every text of the line went through the redactor.
 *
 * @param event where it comes from; its text is not written
 * @param line the line's text, cleaned
 * @param activity what it says, cleaned
 * @param redacted how many pieces each rule replaced
 * @param message keyed digest of the line's text as it was
 * @param session the session that the line names
 * @param facts who is behind it
 * @param finding what is wrong with it
 */
public record EventRecord(
        LogEvent event,
        String line,
        Activity activity,
        Map<Rule, Integer> redacted,
        LineDigest message,
        Optional<SessionId> session,
        Optional<SessionFacts> facts,
        Optional<Finding> finding) {
    @Override
    public String toString() {
        return event + " " + activity;
    }
}
