package dev.anillo.loop.buffer;

import java.lang.ref.Cleaner;
import java.util.Arrays;
import java.util.Set;

/// A time that a buffer is out: who has it, since when, and how it ended. What the checks know of a [CheckedBuffer]
/// without holding it.
///
/// Threads: the owner's; [BufferChecks] has those that have not ended, of all threads.
final class Loan {
    private static final int FRAMES_MAX = 40;

    /// Whose frames say nothing of where a program took a buffer.
    private static final Set<String> PLUMBING = Set.of("dev.anillo.loop.Reactor", "dev.anillo.loop.EventLoop",
            Buffer.class.getName(), BufferAtHome.class.getName(), CheckedBuffer.class.getName(), Loan.class.getName(),
            BufferPool.class.getName(), BufferQueue.class.getName(), LentView.class.getName(), Views.class.getName());

    final int bytes;
    final Throwable taken = new Throwable("taken here");
    private final String takenOn = Thread.currentThread().getName();
    volatile Thread owner = Thread.currentThread();
    private Throwable kept;
    private Throwable released;
    private Cleaner.Cleanable leash;

    Loan(int bytes) {
        this.bytes = bytes;
    }

    /// From now on it is told when the buffer is lost.
    void watch(CheckedBuffer buffer) {
        leash = BufferChecks.watch(buffer, this);
    }

    void keep() {
        kept = new Throwable("kept here");
    }

    void end() {
        released = new Throwable("released here");
        leash.clean();
    }

    boolean hasEnded() {
        return released != null;
    }

    /// @throws IllegalStateException on another thread than the owner's
    void requireThread() {
        var thread = Thread.currentThread();
        if (thread == owner) return;
        throw new IllegalStateException("buffer of " + bytes + " bytes belongs to thread " + owner.getName()
                + " and was used on thread " + thread.getName() + "; " + this, taken);
    }

    IllegalStateException broken(String how) {
        return new IllegalStateException("buffer of " + bytes + " bytes " + how + "; " + this,
                released != null ? released : taken);
    }

    /// Where it was taken, and kept: what leaks have in common.
    String site() {
        return "taken at " + frame(taken) + (kept == null ? "" : ", kept at " + frame(kept));
    }

    /// The stacks of [#site], each line with a break before it.
    String stacks() {
        var text = new StringBuilder();
        append(taken, text);
        if (kept != null) append(kept, text);
        return text.toString();
    }

    private static void append(Throwable site, StringBuilder text) {
        text.append("\n    ").append(site.getMessage());
        Arrays.stream(site.getStackTrace()).limit(FRAMES_MAX).forEach(frame -> text.append("\n\tat ").append(frame));
    }

    private static String frame(Throwable site) {
        for (var frame : site.getStackTrace()) {
            if (!PLUMBING.contains(frame.getClassName())) {
                return frame.getClassName() + "." + frame.getMethodName()
                        + "(" + frame.getFileName() + ":" + frame.getLineNumber() + ")";
            }
        }
        return "an unknown place";
    }

    @Override
    public String toString() {
        return site() + " on thread " + takenOn + (released == null ? "" : ", released at " + frame(released));
    }
}
