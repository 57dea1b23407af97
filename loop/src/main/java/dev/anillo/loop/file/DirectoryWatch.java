package dev.anillo.loop.file;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Endpoint;
import dev.anillo.loop.driver.FileErrors;
import dev.anillo.loop.driver.LoopInternals;
import dev.anillo.loop.stream.CloseCallbacks;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchService;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/// Tells what changes among the names of a directory, but not below them. By `java.nio.file`'s WatchService: at once on
/// Linux (inotify(7)), within seconds where Java has to look again and again.
///
///     DirectoryWatch.start(Path.of("conf"), change -> reload(change.path()));
///
/// A watch keeps its loop running until it is closed, or the directory is gone. Changes wait for a slow callback; there is
/// room for 512 of them, and then they become one [Kind#OVERFLOW].
///
/// Threads: the loop's. A virtual thread waits for the changes.
public final class DirectoryWatch {
    /// What has happened to a name.
    public enum Kind {
        CREATED,
        /// Its content or its attributes; several times for one long write.
        MODIFIED,
        /// Or renamed.
        DELETED,
        /// More than could be kept: [AsyncFiles#list] tells how things are now.
        OVERFLOW
    }

    /// @param path in the directory; the directory itself for [Kind#OVERFLOW]
    public record Change(Kind kind, Path path) {}

    private final EventLoop loop;
    private final LoopInternals internals;
    private final Path directory;
    private final WatchService service;
    private final Consumer<Change> onChange;
    private final int slot;
    private final Thread waiter;
    /// Free while no changes are being told.
    private final Semaphore told = new Semaphore(0);
    private Runnable onClose;
    private boolean closed;

    private DirectoryWatch(EventLoop loop, Path directory, WatchService service, Consumer<Change> onChange) {
        this.loop = loop;
        this.internals = LoopInternals.of(loop);
        this.directory = directory;
        this.service = service;
        this.onChange = onChange;
        this.slot = internals.attach(new Handle());
        internals.retain();
        this.waiter = Thread.ofVirtual().name("anillo watch " + directory).start(this::waitForChanges);
    }

    /// Watches on this thread's loop.
    ///
    /// @return completes when nothing that happens from now on is missed; fails with an [dev.anillo.loop.OsException] naming
    ///     `watch` (`ENOTDIR`; `ENOSPC`: raise the sysctl fs.inotify.max_user_watches; `EMFILE`: max_user_instances)
    public static CompletableFuture<DirectoryWatch> start(Path directory, Consumer<Change> onChange) {
        Objects.requireNonNull(onChange);
        var loop = EventLoop.current();
        return loop.blocking(() -> register(directory))
                .thenApply(service -> new DirectoryWatch(loop, directory, service, onChange));
    }

    private static WatchService register(Path directory) throws IOException {
        WatchService service = null;
        try {
            service = directory.getFileSystem().newWatchService();
            directory.register(service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            return service;
        } catch (IOException refused) {
            if (service != null) service.close();
            throw FileErrors.refusal("watch", directory.toString(), refused);
        }
    }

    private void waitForChanges() {
        try {
            var goesOn = true;
            while (goesOn) {
                var key = service.take();
                var events = key.pollEvents();
                goesOn = key.reset(); // not once the directory is gone
                loop.execute(() -> tell(events));
                told.acquire();
            }
            loop.execute(this::close);
        } catch (ClosedWatchServiceException | InterruptedException | RejectedExecutionException _) {
            // closed, or the loop has ended: nobody wants to know more
        }
    }

    private void tell(List<WatchEvent<?>> events) {
        try {
            for (var event : events) {
                if (!closed) tell(change(event));
            }
        } finally {
            told.release();
        }
    }

    private void tell(Change change) {
        try {
            onChange.accept(change);
        } catch (Throwable thrown) {
            internals.uncaught(thrown);
        }
    }

    private Change change(WatchEvent<?> event) {
        if (!(event.context() instanceof Path name)) return new Change(Kind.OVERFLOW, directory);
        var kind = event.kind() == StandardWatchEventKinds.ENTRY_CREATE ? Kind.CREATED
                : event.kind() == StandardWatchEventKinds.ENTRY_DELETE ? Kind.DELETED : Kind.MODIFIED;
        return new Change(kind, directory.resolve(name));
    }

    /// The watch is closed: by [#close], or since its directory is gone.
    public DirectoryWatch onClose(Runnable callback) {
        internals.checkThread();
        onClose = CloseCallbacks.add(onClose, callback);
        return this;
    }

    /// Nothing is told any more. Harmless when closed already.
    public void close() {
        internals.checkThread();
        if (closed) return;
        closed = true;
        waiter.interrupt();
        try {
            service.close(); // waits for no disk
        } catch (IOException problem) {
            internals.uncaught(problem);
        }
        internals.detach(slot);
        internals.release();
        if (onClose != null) loop.nextTick(onClose);
    }

    public Path directory() {
        return directory;
    }

    private final class Handle implements Endpoint {
        @Override
        public void completed(int operation, int result, boolean more, Buffer data) {
            throw new AssertionError("a watch starts no operation");
        }

        @Override
        public void closeNow() {
            close();
        }
    }

    @Override
    public String toString() {
        return "DirectoryWatch[" + directory + (closed ? ", closed]" : "]");
    }
}
