package dev.anillo.bench.machine;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// kill(2), for what [ProcessHandle] has no method for. kill(1) takes ten milliseconds to start.
final class Signals {
    private static final MethodHandle KILL = Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("kill"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private Signals() {}

    /// @param number by signal(7)
    /// @throws IOException when there is no such process any more, or it is another user's
    static void send(long pid, int number) throws IOException {
        if (kill((int) pid, number) != 0) throw new IOException("kill -" + number + " " + pid + ": it has ended, or is another user's");
    }

    private static int kill(int pid, int number) {
        try {
            return (int) KILL.invokeExact(pid, number);
        } catch (Throwable impossible) {
            throw new AssertionError("kill", impossible);
        }
    }
}
