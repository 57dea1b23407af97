package dev.anillo.http.app;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.loop.Timer;
import dev.anillo.loop.net.TcpSocket;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// Server-sent events (WHATWG HTML §9.2): a response that goes on, and that a browser reads with `EventSource`.
///
///     var stream = EventStream.open(request, response);
///     var timer = loop.setInterval(() -> stream.send("time", Instant.now().toString()), 1000);
///     stream.onClose(timer::cancel);
///
/// A comment is sent every [#HEARTBEAT_MILLIS], so that proxies keep the connection and a client that vanished
/// without a word is noticed. A client that does not read is dropped when [#WAITING_BYTES_MAX] wait for it; it comes
/// back by itself, and [#lastEventId] tells where it was.
///
/// A stream is never over by itself: a server that is to stop gracefully closes its streams.
///
/// Threads: the request's loop.
public final class EventStream {
    /// Milliseconds between comments. WHATWG HTML §9.2.7 recommends about fifteen seconds, since proxies give up
    /// after thirty and more.
    public static final long HEARTBEAT_MILLIS = 15_000;

    /// Bytes that may wait for a slow client, besides a single event. Bounds memory: a thousand clients that don't
    /// read cost a gigabyte at the most.
    public static final int WAITING_BYTES_MAX = 1 << 20;

    /// For events that leave the client's time to reconnect as it is.
    public static final long RETRY_UNCHANGED = -1;

    private static final String COMMENT = ":\n\n";

    private final HttpResponse response;
    private final TcpSocket socket;
    private final String lastEventId;

    private int waitingBytesMax = WAITING_BYTES_MAX;
    private Timer heartbeat;
    private Runnable onClose;
    private boolean open = true;

    private EventStream(HttpRequest request, HttpResponse response) {
        this.response = response;
        this.socket = request.socket();
        this.lastEventId = readLastEventId(request);
    }

    /// Sends the head: `Content-Type: text/event-stream` and `Cache-Control: no-store`, with what else was set before
    /// (nginx, for one, holds events back unless there is an `X-Accel-Buffering: no`). A HEAD request gets the head
    /// alone.
    ///
    /// The stream takes the request's `onAborted` for itself.
    ///
    /// @throws IllegalStateException when the head was sent already
    public static EventStream open(HttpRequest request, HttpResponse response) {
        response.header("Content-Type", "text/event-stream").header("Cache-Control", "no-store");
        var stream = new EventStream(request, response);
        request.onAborted(stream::over);
        stream.heartbeatMillis(HEARTBEAT_MILLIS);
        if (request.method().equals("HEAD")) stream.close();
        else response.write("");
        return stream;
    }

    /// Sent as UTF-8 (WHATWG HTML §9.2.4), where other fields are latin-1.
    private static String readLastEventId(HttpRequest request) {
        var field = request.header("Last-Event-ID");
        if (field == null) return null;
        var bytes = field.getBytes(StandardCharsets.ISO_8859_1);
        return StrictUtf8.decode(bytes, bytes.length);
    }

    // Settings.

    /// Milliseconds between comments; 0 for none. Counted anew from now. Default [#HEARTBEAT_MILLIS].
    public EventStream heartbeatMillis(long millis) {
        if (heartbeat != null) heartbeat.cancel();
        heartbeat = open && millis > 0 ? socket.loop().setInterval(this::beat, millis).unref() : null;
        return this;
    }

    /// Default [#WAITING_BYTES_MAX].
    public EventStream waitingBytesMax(int bytes) {
        waitingBytesMax = bytes;
        return this;
    }

    /// Called once, after the stream is over: closed, its client gone, or dropped for being slow.
    public EventStream onClose(Runnable callback) {
        onClose = Objects.requireNonNull(callback);
        return this;
    }

    /// Called when all that waited was sent, after a [#send] that answered false ([HttpResponse#onDrain]).
    public EventStream onDrain(Runnable callback) {
        response.onDrain(callback);
        return this;
    }

    // About the stream.

    /// The id of the last event that this client has seen before it lost its connection; null without one, or when it
    /// is not UTF-8.
    public String lastEventId() {
        return lastEventId;
    }

    public boolean isOpen() {
        return open;
    }

    // Sending.

    /// An event of the default type, `message`. As [#send(String, String, String, long)].
    public boolean send(String data) {
        return send(null, data, null, RETRY_UNCHANGED);
    }

    /// As [#send(String, String, String, long)].
    public boolean send(String event, String data) {
        return send(event, data, null, RETRY_UNCHANGED);
    }

    /// As [#send(String, String, String, long)].
    public boolean send(String event, String data, String id) {
        return send(event, data, id, RETRY_UNCHANGED);
    }

    /// Sends an event. To a stream that is over, nothing.
    ///
    /// @param event its type, null for `message`
    /// @param data any text; the client sees each of its line ends (CR, LF or both) as LF
    /// @param id what [#lastEventId] will be if this is the last one that the client gets; null to leave it as it is
    /// @param retryMillis how long the client waits before it reconnects, or [#RETRY_UNCHANGED]
    /// @return false when much waits to be sent already, and when the stream is over
    /// @throws IllegalArgumentException when the type or the id has a line end or a NUL: the client would read
    ///     another event
    public boolean send(String event, String data, String id, long retryMillis) {
        var text = EventText.of(event, data, id, retryMillis);
        if (!open) return false;
        var waitingBytes = socket.waitingBytes();
        if (waitingBytes > 0 && waitingBytes + text.length() > waitingBytesMax) {
            socket.reset();
            over();
            return false;
        }
        return response.write(text);
    }

    private void beat() {
        if (socket.isDestroyed()) over(); // where a handler that failed has lost its callbacks, nobody else tells
        else if (socket.waitingBytes() == 0) response.write(COMMENT);
    }

    // The end.

    /// Ends the response; what waits is still sent. Harmless when the stream is over. A browser will reconnect; one
    /// that is to stay away gets 204 then.
    public void close() {
        if (!open) return;
        response.end();
        over();
    }

    private void over() {
        if (!open) return;
        open = false;
        if (heartbeat != null) heartbeat.cancel();
        socket.loop().nextTick(() -> {
            if (onClose != null) onClose.run();
        });
    }
}
