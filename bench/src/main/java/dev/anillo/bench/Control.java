package dev.anillo.bench;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/// Answers questions that only the measured JVM itself can answer, a line on standard output for each on standard
/// input:
///
/// - `allocated` → `allocated N`, bytes that all threads have allocated since the start, ended ones too
/// - `heap` → `heap N`, bytes that live objects take
///
/// The end of the input ends the JVM, so that none outlives whoever measures it.
public final class Control {
    /// Written by the JVMs that are measured: `-Danillo.bench.control=true`.
    private static final String PROPERTY = "anillo.bench.control";
    /// Objects with finalizers, cleaners and soft ties take more than one collection.
    private static final int COLLECTIONS = 3;

    private Control() {}

    /// Starts to listen in a thread of its own, if the property says so.
    public static void start() {
        if (Boolean.getBoolean(PROPERTY)) Thread.ofPlatform().daemon().name("bench-control").start(Control::serve);
    }

    private static void serve() {
        try (var questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            for (var question = questions.readLine(); question != null; question = questions.readLine()) {
                System.out.println(question + " " + answer(question));
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }

    private static String answer(String question) {
        return switch (question) {
            case "allocated" -> Long.toString(allocatedBytes());
            case "heap" -> Long.toString(liveBytes());
            default -> "is not a question";
        };
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getTotalThreadAllocatedBytes();
    }

    private static long liveBytes() {
        for (var i = 0; i < COLLECTIONS; i++) System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
