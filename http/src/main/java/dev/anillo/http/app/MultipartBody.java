package dev.anillo.http.app;

import dev.anillo.http.HttpRequest;
import dev.anillo.loop.EventLoop;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.buffer.BufferHome;
import java.util.function.Consumer;

/// One request's multipart body: from the request's buffers through the parser to the parts' callbacks.
///
/// When a callback pauses in the middle of a buffer, what is left of it is copied to the heap: then there is nothing
/// to give back, in whichever way the request ends.
final class MultipartBody {
    /// Of what was left, read at once. As much as the loop's ordinary buffers hold.
    private static final int SLICE_BYTES = 16 * 1024;

    private final HttpRequest request;
    private final EventLoop loop;
    private final MultipartParser parser;
    private final Consumer<Part> onPart;
    private final Runnable onEnd;
    private final Consumer<Refusal> onRefused;

    /// The one that is being read, or null.
    private Part part;
    private boolean paused;
    /// Complete, refused or aborted: no callback follows.
    private boolean done;
    private boolean requestEnded;

    private byte[] left;
    private int leftAt;

    MultipartBody(HttpRequest request, MultipartParser parser, Consumer<Part> onPart, Runnable onEnd,
            Consumer<Refusal> onRefused) {
        this.request = request;
        this.loop = request.socket().loop();
        this.parser = parser;
        this.onPart = onPart;
        this.onEnd = onEnd;
        this.onRefused = onRefused;
    }

    void read() {
        request.onData(this::received).onEnd(this::requestEnded).onAborted(this::aborted);
    }

    // What the request tells.

    private void received(Buffer data) {
        var unread = read(data);
        if (unread == 0) return;
        left = data.toByteArray();
        leftAt = 0;
    }

    private void requestEnded() {
        requestEnded = true;
        if (!paused && left == null) finish();
    }

    private void aborted() {
        if (!done) abort();
    }

    // From events to callbacks.

    /// Reads until the data is used up, or a callback has paused.
    ///
    /// @param data lent; a consumer may have kept it unless something is left
    /// @return bytes that are left
    private int read(Buffer data) {
        while (!done && !paused) {
            var address = data.readAddress();
            var event = parser.read(address, data.readable());
            if (event == MultipartParser.DATA && parser.consumed() == data.readable()) {
                deliver(data.skip(parser.dataAt()));
                return 0;
            }
            data.skip(parser.consumed());
            switch (event) {
                case MultipartParser.PART -> begin();
                case MultipartParser.DATA -> deliverRun(address + parser.dataAt(), parser.dataLength());
                case MultipartParser.HELD -> deliverHeld();
                case MultipartParser.PART_END -> end();
                case MultipartParser.NEED_MORE -> {
                    return 0;
                }
                default -> refuse(parser.refusal());
            }
        }
        return done ? 0 : data.readable();
    }

    private void begin() {
        part = new Part(this, parser.head());
        onPart.accept(part);
    }

    private void deliver(Buffer data) {
        if (part.wantsData()) part.deliver(data);
    }

    private void deliverRun(long address, int bytes) {
        if (part.wantsData()) deliverAndTakeBack(Run.of(loop, address, bytes));
    }

    private void deliverHeld() {
        if (!part.wantsData()) return;
        var bytes = parser.heldLength();
        deliverAndTakeBack(loop.takeBuffer(bytes).append(parser.delimiter(), parser.heldAt(), bytes));
    }

    private void deliverAndTakeBack(Buffer data) {
        data.lend();
        try {
            part.deliver(data);
        } finally {
            data.endLoan();
        }
    }

    private void end() {
        var ended = part;
        part = null;
        ended.tellEnd();
    }

    private void finish() {
        if (done) return;
        if (parser.finish() == MultipartParser.END) {
            done = true;
            onEnd.run();
        } else {
            refuse(parser.refusal());
        }
    }

    void refuse(Refusal refusal) {
        if (done) return;
        abort();
        onRefused.accept(refusal);
    }

    private void abort() {
        done = true;
        if (part == null) return;
        var aborted = part;
        part = null;
        aborted.tellAborted();
    }

    // Pausing.

    void pause() {
        if (paused || done) return;
        paused = true;
        request.pause();
    }

    void resume() {
        if (!paused || done) return;
        paused = false;
        if (left != null || requestEnded) loop.nextTick(this::proceed);
        else request.resume();
    }

    /// Reads what was left when a callback paused. What a callback throws here is not the server's to answer, as it
    /// is while the request is delivered; so that the client doesn't wait for ever, the connection goes.
    private void proceed() {
        try {
            while (left != null && !paused && !done) readLeft();
            if (paused || done) return;
            if (requestEnded) finish();
            else request.resume();
        } catch (Throwable problem) {
            request.socket().reset();
            throw problem;
        }
    }

    private void readLeft() {
        var bytes = Math.min(SLICE_BYTES, left.length - leftAt);
        var slice = loop.takeBuffer(bytes).append(left, leftAt, bytes);
        slice.lend();
        try {
            leftAt += bytes - read(slice);
        } finally {
            slice.endLoan();
        }
        if (leftAt == left.length) left = null;
    }

    /// A part's bytes within a buffer, lent as if they were a buffer by themselves. Whoever keeps it gets a copy,
    /// since the rest of the buffer is somebody else's.
    private record Run(EventLoop loop) implements BufferHome {
        static Buffer of(EventLoop loop, long address, int bytes) {
            return Buffer.view(new Run(loop), 0).leaveHome(address, bytes);
        }

        @Override
        public void takeBack(Buffer run) {
            // The memory is the buffer's.
        }

        @Override
        public Buffer keep(Buffer run) {
            var copy = loop.takeBuffer(run.readable()).append(run.readAddress(), run.readable());
            run.release();
            return copy;
        }
    }
}
