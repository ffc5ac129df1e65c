package dev.daypass.cli.exec;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The signals that a terminal, a supervisor or a hang-up sends. They are caught with {@code sun.misc.Signal} of the
 * supported module jdk.unsupported, the JDK's only way to catch one. By reflection, since javac warns of each direct use
 * in a way that cannot be suppressed, and warnings are errors here.
 */
enum JvmSignal {
    HUP(1),
    INT(2),
    TERM(15);

    private final int number;

    JvmSignal(int number) {
        this.number = number;
    }

    /** POSIX.1-2024, kill, gives these three their numbers. */
    int number() {
        return number;
    }

    /** Gives a signal back to who had it. */
    interface Held {
        void release();
    }

    /**
     * From now on {@code handler} is called, on a thread of the JVM's, in place of what was. Empty when the JVM does not
     * let go of the signal (-Xrs): then it ends the process at once, and the lease's end is what ends the session. One
     * that was ignored when the process began (nohup) stays ignored.
     */
    Optional<Held> handle(Consumer<JvmSignal> handler) {
        try {
            var signalType = Class.forName("sun.misc.Signal");
            var handlerType = Class.forName("sun.misc.SignalHandler");
            var handle = signalType.getMethod("handle", signalType, handlerType);
            Object signal = signalType.getConstructor(String.class).newInstance(name());
            Object proxy = Proxy.newProxyInstance(
                    JvmSignal.class.getClassLoader(), new Class<?>[] {handlerType}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            handler.accept(this);
                        }
                        return null; // sun.misc.Signal calls nothing else of a handler
                    });
            Object before = handle.invoke(null, signal, proxy);
            return Optional.of(() -> {
                try {
                    handle.invoke(null, signal, before);
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException("SIG" + name() + " cannot be given back", e);
                }
            });
        } catch (InvocationTargetException e) {
            return Optional.empty();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM has no module jdk.unsupported: use a full JDK 25", e);
        }
    }
}
