package dev.daypass.cli.session;

import picocli.CommandLine.Command;

/** The noun; its verbs are classes of their own. */
@Command(name = "session", description = "Ask for a session, look at it, renew it, end it.")
public final class SessionCommand {}
