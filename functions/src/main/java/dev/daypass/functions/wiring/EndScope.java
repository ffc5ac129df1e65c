package dev.daypass.functions.wiring;

import jakarta.inject.Scope;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** One of each for as long as a configuration is in force. */
@Scope
@Retention(RetentionPolicy.RUNTIME)
@interface EndScope {}
