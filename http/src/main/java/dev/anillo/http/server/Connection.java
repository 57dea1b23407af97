package dev.anillo.http.server;

import dev.anillo.http.wire.BodyReader;
import dev.anillo.http.wire.Method;
import dev.anillo.http.wire.RequestParser;
import dev.anillo.loop.Timer;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.net.TcpSocket;
import java.nio.charset.StandardCharsets;

/// One connection: cuts what is received into requests, in place, and sends the responses in the same order. A request
/// is read when the response before it has ended; until then the client's further bytes wait, and the client with
/// them.
final class Connection {
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /// Room for the beginning of a head or of a trailer section: more than the limits of either.
    private static final int UNFINISHED_BYTES = 16 * 1024;

    private final Connections connections;
    private final TcpSocket socket;

    // The list of all connections, kept by Connections.
    Connection previous;
    Connection next;

    private State state = State.HEAD;

    /// From the first byte of a request until it is read and answered.
    private Exchange exchange;
    private boolean closeAfterResponse;
    /// The client waits for leave to send the body (RFC 9110 §10.1.1).
    private boolean continueOwed;
    private int drainedBytes;

    /// The beginning of a head, or of a trailer section, whose end has not arrived.
    private Buffer unfinished;

    /// What has arrived and cannot be read before something else has happened; then the socket is paused.
    private Buffer held;

    private boolean reading;
    private boolean proceedAsked;
    private Timer linger;

    private enum State {
        /// Between requests, or within a head.
        HEAD,
        /// The handler was called; the body comes.
        BODY,
        /// The request is complete, its response is not.
        ANSWERING,
        /// The last response was given to the socket; what the client still sends is thrown away.
        LINGERING
    }

    Connection(Connections connections, TcpSocket socket) {
        this.connections = connections;
        this.socket = socket;
        socket.halfOpen(true).onEnd(this::clientEnded).onDrain(this::drained).onClose(this::closed).onData(this::received);
    }

    TcpSocket socket() {
        return socket;
    }

    boolean isGone() {
        return socket.isDestroyed();
    }

    // Reading.

    /// @param data lent by the socket
    private void received(Buffer data) {
        if (read(data) && !data.isEmpty()) hold(data.keep());
    }

    private void hold(Buffer data) {
        held = data;
        socket.pause();
    }

    /// The program has begun to take this request's body: only then is the client told to send it, for the handler may
    /// as well refuse it.
    void bodyWanted(Exchange asking) {
        if (asking == exchange && continueOwed && !exchange.response.headSent()) {
            continueOwed = false;
            socket.write(CONTINUE);
        }
        proceedLater();
    }

    /// Goes on, after the callback that is running (so that one handler isn't called within another): what was waited
    /// for has come, be it an answer, a consumer for the body, or room for output.
    void proceedLater() {
        if (reading || proceedAsked || isGone()) return;
        proceedAsked = true;
        socket.loop().nextTick(this::proceed);
    }

    private void proceed() {
        proceedAsked = false;
        if (isGone()) return;
        if (exchange != null) {
            tellRequestEnd();
            endExchangeWhenDone();
        }
        if (held != null) {
            var data = held;
            held = null;
            data.lend();
            try {
                if (read(data) && !data.isEmpty()) held = data.keep();
            } finally {
                data.endLoan();
            }
        }
        if (held == null) socket.resume();
    }

    /// Reads requests from the data, in place, until it is used up or something must be waited for.
    ///
    /// @param data lent; a consumer of the body may have kept it
    /// @return whether the data is still ours to look at
    private boolean read(Buffer data) {
        reading = true;
        try {
            while (!isGone()) {
                switch (state) {
                    case HEAD -> {
                        if (data.isEmpty() || !socket.belowHighWater()) return true;
                        readHead(data);
                    }
                    case BODY -> {
                        if (data.isEmpty() || !exchange.response.isDone() && !exchange.request.takesData()) return true;
                        if (!readBody(data)) return false;
                    }
                    case ANSWERING -> {
                        return true;
                    }
                    case LINGERING -> {
                        data.clear();
                        return true;
                    }
                }
                endExchangeWhenDone();
            }
            data.clear();
            return true;
        } finally {
            reading = false;
        }
    }

    private void readHead(Buffer data) {
        if (exchange == null) exchange = connections.take(this);
        var before = addToUnfinished(data);
        var source = unfinished == null ? data : unfinished;
        var headAddress = source.readAddress();
        var headBytes = exchange.parser.parse(headAddress, source.readable());
        switch (headBytes) {
            case RequestParser.NEED_MORE -> keepUnfinished(data, before);
            case RequestParser.BAD -> refuse(exchange.parser.status(), exchange.parser.reason());
            default -> {
                var holder = unfinished;
                unfinished = null;
                data.skip(headBytes - before);
                exchange.request.headArrived(headAddress, headBytes, holder);
                headRead();
            }
        }
    }

    /// Copies behind the unfinished part as much as fits, since a head must lie in one piece to be parsed. The bytes are
    /// not taken off the data yet: those behind the head are read there.
    ///
    /// @return bytes of the unfinished part before
    private int addToUnfinished(Buffer data) {
        if (unfinished == null) return 0;
        var before = unfinished.readable();
        unfinished.append(data.readAddress(), Math.min(unfinished.room(), data.readable()));
        return before;
    }

    /// @param before bytes that were kept already
    private void keepUnfinished(Buffer data, int before) {
        if (unfinished == null) {
            unfinished = takeBuffer(UNFINISHED_BYTES);
            var bytes = Math.min(unfinished.room(), data.readable());
            unfinished.append(data.readAddress(), bytes);
        }
        data.skip(unfinished.readable() - before);
        if (unfinished.room() == 0) refuse(431, "head or trailer section larger than a buffer (RFC 6585 §5)");
    }

    private void headRead() {
        var head = exchange.parser;
        drainedBytes = 0;
        closeAfterResponse = false;
        continueOwed = false;
        if (head.expectOther()) {
            refuse(417, "expectation other than 100-continue (RFC 9110 §10.1.1)");
            return;
        }
        if (head.chunked() || head.contentLength() > 0) {
            state = State.BODY;
            exchange.body.start(head);
            continueOwed = head.expectContinue();
        } else {
            state = State.ANSWERING;
            exchange.request.complete();
        }
        try {
            connections.handle(exchange);
        } catch (Throwable problem) {
            handlerFailed(problem);
        }
        tellRequestEnd();
        if (!exchange.isDone()) exchange.outlivesHandler();
    }

    private void tellRequestEnd() {
        try {
            exchange.request.tellEnd();
        } catch (Throwable problem) {
            handlerFailed(problem);
        }
    }

    /// @return whether the data is still ours to look at
    private boolean readBody(Buffer data) {
        continueOwed = false; // sent without leave
        var before = addToUnfinished(data);
        var source = unfinished == null ? data : unfinished;
        var body = exchange.body;
        switch (body.read(source.readAddress(), source.readable())) {
            case BodyReader.DATA -> {
                return bodyData(data);
            }
            case BodyReader.NEED_MORE -> {
                source.skip(body.consumed());
                if (!source.isEmpty()) keepUnfinished(data, before);
            }
            case BodyReader.END -> {
                data.skip(body.consumed() - before);
                dropUnfinished();
                bodyEnded();
            }
            default -> refuse(body.status(), body.reason());
        }
        return true;
    }

    private boolean bodyData(Buffer data) {
        var body = exchange.body;
        var whole = body.consumed() == data.readable();
        if (exchange.response.isDone()) {
            drain(data);
            whole = false;
        } else if (whole) {
            data.skip(body.dataAt());
            deliver(data);
        } else {
            deliverPart(data);
        }
        // Whether that was all is known without further bytes; `data` may be another's by now.
        if (state == State.BODY && body.read(0, 0) == BodyReader.END) bodyEnded();
        if (whole) endExchangeWhenDone();
        return !whole;
    }

    /// The body's bytes are not the rest of the data: hands on a window over them.
    private void deliverPart(Buffer data) {
        var body = exchange.body;
        var window = Window.over(this, data.readAddress() + body.dataAt(), body.dataLength());
        data.skip(body.consumed());
        window.lend();
        deliver(window);
        window.endLoan();
    }

    private void deliver(Buffer data) {
        try {
            exchange.request.deliver(data);
        } catch (Throwable problem) {
            handlerFailed(problem);
        }
    }

    /// The response did without the rest of the body: reads it over, so that the next request can be found.
    private void drain(Buffer data) {
        drainedBytes += exchange.body.dataLength();
        data.skip(exchange.body.consumed());
        if (drainedBytes > Limits.DRAIN_BYTES_MAX) {
            dropExchange();
            beginLingering();
        }
    }

    private void bodyEnded() {
        state = State.ANSWERING;
        exchange.request.complete();
        tellRequestEnd();
    }

    // Answering.

    /// Decides, for the response's head, whether this response is the last one.
    boolean closesAfter(boolean asked) {
        // Behind a CONNECT the client might believe in a tunnel, whatever it is answered (RFC 9110 §9.3.6).
        // A client that was not told to send the body may send it or not, so where the next request begins is unknown.
        closeAfterResponse |= asked || !exchange.parser.keepAlive() || connections.isClosing()
                || exchange.parser.method() == Method.CONNECT || continueOwed;
        return closeAfterResponse;
    }

    private void endExchangeWhenDone() {
        if (exchange == null || !exchange.response.isDone()) return;
        var isLast = closeAfterResponse || connections.isClosing();
        if (state == State.BODY && !isLast) return; // reads the body over, to find the next request
        dropExchange();
        if (isLast) {
            beginLingering();
        } else {
            state = State.HEAD;
        }
    }

    /// The exchange is over, complete or not.
    private void dropExchange() {
        var ended = exchange;
        dropUnfinished();
        if (state != State.HEAD && !ended.response.ended()) tellAborted();
        exchange = null;
        if (ended.end()) connections.giveBack(ended);
    }

    private void tellAborted() {
        try {
            exchange.request.tellAborted();
        } catch (Throwable problem) {
            handlerFailed(problem);
        }
    }

    private void dropUnfinished() {
        if (unfinished != null) unfinished.release();
        unfinished = null;
    }

    private void drained() {
        if (exchange != null && !exchange.response.isDone()) {
            try {
                exchange.response.drained();
            } catch (Throwable problem) {
                handlerFailed(problem);
            }
        }
        proceedLater();
    }

    // What goes wrong.

    private void handlerFailed(Throwable problem) {
        connections.handlerFailed(exchange, problem);
        exchange.failed();
        var response = exchange.response;
        if (response.isDone()) return;
        if (response.headSent()) socket.reset();
        else response.answerInstead(500, "the server failed to answer this request");
    }

    /// The client's bytes make no sense from here on: says so, if a response can still be given, and closes.
    private void refuse(int status, String reason) {
        var response = exchange.response;
        if (response.headSent() && !response.isDone()) {
            socket.reset();
            return;
        }
        if (!response.isDone()) {
            closeAfterResponse = true;
            response.answerInstead(status, reason);
        }
        dropExchange();
        beginLingering();
    }

    /// The response turned out to be wrong after its head was sent; only the end of the connection can tell.
    void broken() {
        socket.reset();
    }

    // The end.

    private void beginLingering() {
        state = State.LINGERING;
        socket.end();
        linger = socket.loop().setTimeout(this::lingered, Limits.LINGER_MILLIS_MAX);
    }

    /// A slow client may still be taking what was written for it: closing now would cut that off.
    private void lingered() {
        if (socket.waitingBytes() > 0) linger.refresh();
        else socket.destroy();
    }

    /// The client will send nothing more; it may still read.
    private void clientEnded() {
        switch (state) {
            case HEAD -> {
                if (exchange != null) dropExchange();
                socket.end();
            }
            case BODY -> refuse(400, "the end of the connection within a body (RFC 9112 §8)");
            case ANSWERING -> closeAfterResponse = true;
            case LINGERING -> {} // now both have ended, and the socket closes
        }
    }

    void closeIfIdle() {
        if (state == State.HEAD && exchange == null && held == null) beginLingering();
    }

    private void closed() {
        if (linger != null) linger.cancel();
        if (held != null) held.release();
        held = null;
        if (exchange != null) dropExchange();
        connections.closed(this);
    }

    Buffer takeBuffer(int bytes) {
        return socket.loop().takeBuffer(bytes);
    }
}
