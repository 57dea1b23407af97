package dev.anillo.loop;

import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/// SIGTERM and SIGINT as a call, in place of the JVM's own end of the process.
///
/// By reflection, since the JDK's only interface to signals is `sun.misc.Signal` of the module `jdk.unsupported`, whose
/// use the compiler warns of and does not let one acknowledge.
final class StopSignals {
    private static final int SIGINT = 2;
    private static final int SIGTERM = 15;

    private StopSignals() {}

    /// @param onSignal called on a thread of the JVM's with the signal's number, each time that one arrives
    static void handle(IntConsumer onSignal) {
        try {
            handle("TERM", SIGTERM, onSignal);
            handle("INT", SIGINT, onSignal);
        } catch (ReflectiveOperationException | IllegalArgumentException refused) {
            // Java was started with -Xrs, or has no jdk.unsupported: then signals end the process as they always do.
            System.getLogger("dev.anillo.loop").log(System.Logger.Level.DEBUG, "signals are left to the JVM", refused);
        }
    }

    private static void handle(String name, int number, IntConsumer onSignal) throws ReflectiveOperationException {
        var signal = Class.forName("sun.misc.Signal");
        var handler = Class.forName("sun.misc.SignalHandler");
        var proxy = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) ->
                switch (method.getName()) {
                    case "handle" -> {
                        onSignal.accept(number);
                        yield null;
                    }
                    case "hashCode" -> System.identityHashCode(self);
                    case "equals" -> self == arguments[0];
                    default -> "StopSignals";
                });
        signal.getMethod("handle", signal, handler).invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    }
}
