package dev.daypass.acceptance;

import dev.daypass.cli.local.LocalDaypass;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One installation with its record for the whole run, started the way that {@code daypass demo} starts it. */
final class RunningRecord implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == LocalDaypass.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // The root store closes what it holds when the last class is done.
        return context.getRoot()
                .getStore(Namespace.create(RunningRecord.class))
                .getOrComputeIfAbsent(LocalDaypass.class, key -> start(), LocalDaypass.class);
    }

    private static LocalDaypass start() {
        try {
            return LocalDaypass.startWithRecord(message -> System.out.println("[record] " + message));
        } catch (Exception e) {
            throw new IllegalStateException("the real peers could not be started", e);
        }
    }
}
