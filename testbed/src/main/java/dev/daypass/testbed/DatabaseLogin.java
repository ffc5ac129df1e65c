package dev.daypass.testbed;

/** Who logs in, and with what. */
public record DatabaseLogin(String user, Password password) {}
