package dev.anillo.loop;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The process's signals, and who is told of them.
///
/// By reflection, since the JDK's only interface to signals is `sun.misc.Signal` of the module `jdk.unsupported`, whose
/// use the compiler warns of and does not let one acknowledge.
///
/// Threads: any.
final class Signals {
    /// The others are the system's, or how the JVM works.
    private static final Set<Signal> FOR_PROGRAMS =
            EnumSet.of(Signal.SIGHUP, Signal.SIGINT, Signal.SIGTERM, Signal.SIGUSR2);

    /// Java knows them without it.
    private static final String PREFIX = "SIG";

    private static final Map<Signal, Taken> TAKEN = new EnumMap<>(Signal.class);

    /// @param before who had the signal
    private record Taken(Object before, List<SignalHandle> handles) {}

    private Signals() {}

    /// @throws UnsupportedOperationException when the signal can't be had
    static synchronized void add(Signal signal, SignalHandle handle) {
        var taken = TAKEN.get(signal);
        if (taken == null) {
            taken = new Taken(take(signal), new ArrayList<>());
            TAKEN.put(signal, taken);
        }
        taken.handles.add(handle);
    }

    static synchronized void remove(Signal signal, SignalHandle handle) {
        var taken = TAKEN.get(signal);
        taken.handles.remove(handle);
        if (!taken.handles.isEmpty()) return;
        TAKEN.remove(signal);
        set(signal, taken.before);
    }

    private static Object take(Signal signal) {
        if (!FOR_PROGRAMS.contains(signal)) {
            throw new UnsupportedOperationException(signal + " is not for programs to take: " + FOR_PROGRAMS + " are");
        }
        try {
            var before = set(signal, () -> arrived(signal));
            // What else has SIGUSR2 is no default, but the JVM: it halts threads by it.
            if (signal != Signal.SIGUSR2 || before.toString().startsWith("SIG_")) return before;
            set(signal, before);
        } catch (IllegalArgumentException refused) {
            throw new UnsupportedOperationException(signal + ": " + refused.getMessage()
                    + " (java -Xrs leaves signals to the system)", refused);
        }
        throw new UnsupportedOperationException(signal
                + " is the JVM's own (run by ./anillo, or with _JAVA_SR_SIGNUM=40 in java's environment)");
    }

    /// On a thread of the JVM's.
    private static void arrived(Signal signal) {
        List<SignalHandle> told;
        synchronized (Signals.class) {
            var taken = TAKEN.get(signal);
            if (taken == null) return; // given back meanwhile
            told = List.copyOf(taken.handles);
        }
        told.forEach(SignalHandle::arrived);
    }

    /// @param onSignal called on a thread of the JVM's, each time that one arrives
    /// @return who had the signal before
    /// @throws IllegalArgumentException when the signal is the JVM's or the system's, or there is none of the name
    static Object set(Signal signal, Runnable onSignal) {
        return set(signal, handler(onSignal));
    }

    private static Object set(Signal signal, Object handler) {
        try {
            var type = Class.forName("sun.misc.Signal");
            return type.getMethod("handle", type, Class.forName("sun.misc.SignalHandler"))
                    .invoke(null, type.getConstructor(String.class).newInstance(signal.name().substring(PREFIX.length())), handler);
        } catch (InvocationTargetException refused) {
            throw new IllegalArgumentException(refused.getCause().getMessage(), refused.getCause());
        } catch (ReflectiveOperationException absent) {
            throw new IllegalArgumentException("no module jdk.unsupported", absent);
        }
    }

    private static Object handler(Runnable onSignal) {
        try {
            var type = Class.forName("sun.misc.SignalHandler");
            return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) ->
                    switch (method.getName()) {
                        case "handle" -> {
                            onSignal.run();
                            yield null;
                        }
                        case "hashCode" -> System.identityHashCode(self);
                        case "equals" -> self == arguments[0];
                        default -> "Signals";
                    });
        } catch (ClassNotFoundException absent) {
            throw new IllegalArgumentException("no module jdk.unsupported", absent);
        }
    }
}
