package dev.daypass.audit.parse;

import dev.daypass.audit.line.Activity;
import dev.daypass.audit.line.LogEvent;

/** Reads the lines of one source. Thread-safe, in time linear in the line, and never throws for anything a line may hold. */
public interface LineParser {
    /** What the line says; what cannot be read is {@link Activity.Kind#UNPARSED}, with the reason as its detail. */
    Activity parse(LogEvent event);
}
