package dev.anillo.bench.profile;

import java.lang.reflect.Modifier;
import java.util.Comparator;
import java.util.regex.Pattern;
import jdk.jfr.consumer.RecordedFrame;

/// What a frame is called.
///
/// @param className with its package; empty of what is no method
record FrameName(Kind kind, String className, String method) implements Comparable<FrameName> {
    private static final Comparator<FrameName> ORDER = Comparator.comparing(FrameName::className)
            .thenComparing(FrameName::method).thenComparing(FrameName::kind);
    /// Classes of lambdas carry an address, another one in each run.
    private static final Pattern ADDRESS = Pattern.compile("[./+]0x[0-9a-f]+$");

    static FrameName of(RecordedFrame frame) {
        var method = frame.getMethod();
        var className = ADDRESS.matcher(method.getType().getName()).replaceFirst("");
        var kind = Modifier.isNative(method.getModifiers()) ? Kind.NATIVE : Kind.of(className);
        return new FrameName(kind, className, method.getName());
    }

    /// Time of a thread whose Java code is not known, or of none.
    static FrameName words(String what) {
        return new FrameName(Kind.NATIVE, "", what);
    }

    String full() {
        return className.isEmpty() ? method : className + "." + method;
    }

    /// Without the package: what fits into a narrow frame tells more.
    String brief() {
        return full().substring(className.lastIndexOf('.') + 1);
    }

    @Override
    public int compareTo(FrameName other) {
        return ORDER.compare(this, other);
    }
}
