package dev.daypass.acceptance;

import dev.daypass.cli.local.LocalDaypass;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One installation for the whole run, started the way that {@code daypass demo} starts it, and stopped at its end. */
final class RunningDaypass implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == LocalDaypass.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // The root store closes what it holds when the last class is done.
        return context.getRoot()
                .getStore(Namespace.GLOBAL)
                .getOrComputeIfAbsent(LocalDaypass.class, key -> start(), LocalDaypass.class);
    }

    private static LocalDaypass start() {
        try {
            return LocalDaypass.start(message -> System.out.println("[daypass] " + message));
        } catch (Exception e) {
            throw new IllegalStateException("the real peers could not be started", e);
        }
    }
}
