package dev.daypass.acceptance.aws;

import java.io.IOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One endpoint for all classes of a run, started when the first of them asks and stopped after the last. */
final class OnAws implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == AwsPeer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // The root store closes what it holds when the last class is done.
        return context.getRoot()
                .getStore(Namespace.create(OnAws.class))
                .getOrComputeIfAbsent(AwsPeer.class, key -> start(), AwsPeer.class);
    }

    private static AwsPeer start() {
        try {
            return AwsPeer.start();
        } catch (IOException e) {
            throw new IllegalStateException("the AWS endpoint could not be started", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the AWS endpoint started", e);
        }
    }
}
