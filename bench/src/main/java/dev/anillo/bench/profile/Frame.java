package dev.anillo.bench.profile;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/// A method as it was called in one way, and what it called: a node of the tree of all stacks.
final class Frame {
    private final FrameName name;
    /// In the order of their names, which does not change from one recording to the next as their times do.
    private final Map<FrameName, Frame> callees = new TreeMap<>();
    private long samples;
    private long ownSamples;

    Frame(FrameName name) {
        this.name = name;
    }

    /// @param stack from the first caller to the method that was running
    void add(Iterable<FrameName> stack) {
        var frame = this;
        frame.samples++;
        for (var callee : stack) {
            frame = frame.callees.computeIfAbsent(callee, Frame::new);
            frame.samples++;
        }
        frame.ownSamples++;
    }

    FrameName name() {
        return name;
    }

    Collection<Frame> callees() {
        return callees.values();
    }

    /// In which it ran, or what it called.
    long samples() {
        return samples;
    }

    /// In which it ran itself.
    long ownSamples() {
        return ownSamples;
    }
}
