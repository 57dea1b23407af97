package dev.anillo.bench.profile;

import java.util.ArrayList;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;

/// The samples of a recording, each as one stack from its first caller on, in a tree.
///
/// | event | taken | of |
/// |---|---|---|
/// | `jdk.CPUTimeSample` | after so much processor time (JDK 25, Linux) | threads that run, in whatever code |
/// | `jdk.ExecutionSample` | after so much time | threads in Java code |
/// | `jdk.NativeMethodSample` | after so much time, mostly twice as much | threads in native code, where most of them wait |
///
/// Only the first says where processor time goes. Where a recording has it the others, which would count the same time
/// again, are left aside.
final class Stacks {
    static final String OF_CPU_TIME = "jdk.CPUTimeSample";
    static final String OF_JAVA = "jdk.ExecutionSample";
    static final String OF_NATIVE = "jdk.NativeMethodSample";
    private static final String LOST = "jdk.CPUTimeSamplesLost";

    private static final FrameName ALL = FrameName.words("all");
    private static final FrameName UNKNOWN = FrameName.words("(stack not known)");
    private static final FrameName DEEPER = FrameName.words("(callers not recorded)");
    private static final FrameName CALLED_CODE = FrameName.words("(native code)");
    /// What the JVM puts between the call of a method handle and the method. It is another one before and after it is compiled.
    private static final String GLUE = "java.lang.invoke.LambdaForm$";

    private final Frame byCpuTime = new Frame(ALL);
    private final Frame byTime = new Frame(ALL);
    private long nativeSamples;
    private long lostSamples;

    void add(RecordedEvent event) {
        switch (event.getEventType().getName()) {
            case OF_CPU_TIME -> byCpuTime.add(stack(event.getStackTrace(), false));
            case OF_JAVA -> byTime.add(stack(event.getStackTrace(), false));
            case OF_NATIVE -> {
                nativeSamples++;
                byTime.add(stack(event.getStackTrace(), true));
            }
            case LOST -> lostSamples += event.getLong("lostSamples");
            default -> {}
        }
    }

    private static List<FrameName> stack(RecordedStackTrace trace, boolean inNativeCode) {
        if (trace == null || trace.getFrames().isEmpty()) return List.of(UNKNOWN);
        var stack = new ArrayList<FrameName>();
        if (trace.isTruncated()) stack.add(DEEPER);
        for (var frame : trace.getFrames().reversed()) if (!isGlue(frame)) stack.add(FrameName.of(frame));
        if (stack.isEmpty()) return List.of(UNKNOWN);
        // The method is a native one, or Java code that called out through a method handle.
        if (inNativeCode && stack.getLast().kind() != Kind.NATIVE) stack.add(CALLED_CODE);
        return stack;
    }

    private static boolean isGlue(RecordedFrame frame) {
        return frame.getMethod().getType().getName().startsWith(GLUE);
    }

    private boolean areByCpuTime() {
        return byCpuTime.samples() > 0;
    }

    Frame root() {
        return areByCpuTime() ? byCpuTime : byTime;
    }

    /// What was counted, in words.
    String counted() {
        if (areByCpuTime()) {
            return "%,d samples of processor time".formatted(byCpuTime.samples())
                    + (lostSamples > 0 ? ", %,d more were lost".formatted(lostSamples) : "");
        }
        return "%,d samples: %,d in Java code, %,d in native code, waits included".formatted(byTime.samples(),
                byTime.samples() - nativeSamples, nativeSamples);
    }
}
