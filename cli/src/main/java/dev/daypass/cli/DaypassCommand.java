package dev.daypass.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ScopeType;

/** The root: what stands above all nouns. */
@Command(
        name = "daypass",
        description = "Database credentials of its own for one task, gone when the task is over.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = DaypassCommand.Version.class,
        footer = {
            "",
            "Exit codes: 0 done, 1 could not, 2 usage, 3 refused by policy. exec has its own; see daypass exec --help."
        })
final class DaypassCommand {
    /** From the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = DaypassCommand.class.getPackage().getImplementationVersion();
            return new String[] {"daypass " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
