package dev.anillo.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// The single door for other threads: many put tasks in, the loop takes them all at once, in order. A stack of linked
/// notes that is turned round when it is taken.
final class Inbox {
    private static final VarHandle TOP;

    static {
        try {
            TOP = MethodHandles.lookup().findVarHandle(Inbox.class, "top", Note.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /// What stands on top once nothing more is taken in.
    private static final Note SHUT = new Note(null);

    private volatile Note top;

    static final class Note {
        final Runnable task;
        Note next;

        Note(Runnable task) {
            this.task = task;
        }
    }

    /// Any thread.
    ///
    /// @return false when the inbox is shut
    boolean put(Runnable task) {
        var note = new Note(task);
        while (true) {
            var below = top;
            if (below == SHUT) return false;
            note.next = below;
            if (TOP.compareAndSet(this, below, note)) return true;
        }
    }

    boolean isEmpty() {
        return top == null;
    }

    /// The oldest note, linked to the younger ones; null when there is none. Loop's thread.
    Note takeAll() {
        return top == null ? null : inOrder((Note) TOP.getAndSet(this, null));
    }

    /// Takes in nothing more, provided that nothing waits. Loop's thread.
    boolean shutIfEmpty() {
        return TOP.compareAndSet(this, null, SHUT);
    }

    /// Takes all, and takes in nothing more. Loop's thread.
    Note shut() {
        var last = (Note) TOP.getAndSet(this, SHUT);
        return last == SHUT ? null : inOrder(last);
    }

    private static Note inOrder(Note youngest) {
        Note oldest = null;
        for (var note = youngest; note != null; ) {
            var older = note.next;
            note.next = oldest;
            oldest = note;
            note = older;
        }
        return oldest;
    }
}
