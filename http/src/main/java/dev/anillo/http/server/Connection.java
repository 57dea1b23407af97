package dev.anillo.http.server;

import dev.anillo.http.wire.BodyReader;
import dev.anillo.http.wire.Method;
import dev.anillo.http.wire.RequestParser;
import dev.anillo.loop.Timer;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.net.SocketProtocol;
import dev.anillo.loop.net.TcpSocket;

/// One connection: cuts what is received into requests, in place, and hands them to [Answers], its other half, which calls
/// the handler and orders the responses.
final class Connection implements SocketProtocol, Runnable {
    private final Connections connections;
    private final TcpSocket socket;
    private final Answers answers = new Answers(this);
    private final Deadlines deadlines;

    // The list of all connections, kept by Connections.
    Connection previous;
    Connection next;

    private State state = State.HEAD;

    /// Whose head or body is being read.
    private Exchange reading;

    /// Those whose head was read, since the connection stands.
    private int requests;

    /// What has arrived and cannot be read before something else has happened; then the socket is paused.
    private Buffer held;

    /// Bytes behind the request that was read last have arrived already.
    private boolean moreArrived;
    /// What is read now has waited for an earlier request's answer, or for its body to be taken.
    private boolean hasKeptClientWaiting;
    private boolean inRead;
    private boolean proceedAsked;
    private boolean drainedOwed;
    private boolean wasIdle;
    private Timer linger;

    enum State {
        /// Between requests, or within a head.
        HEAD,
        /// The handler was called; the body comes.
        BODY,
        /// No further request will be read; responses are still to end.
        STOPPED,
        /// The last response was given to the socket; what the client still sends is thrown away.
        LINGERING,
        /// The socket is another protocol's.
        HANDED_OVER
    }

    Connection(Connections connections, TcpSocket socket) {
        this.connections = connections;
        this.socket = socket;
        deadlines = new Deadlines(connections);
        socket.halfOpen(true).claim(this);
    }

    TcpSocket socket() {
        return socket;
    }

    boolean isGone() {
        return socket.isDestroyed();
    }

    Connections connections() {
        return connections;
    }

    Answers answers() {
        return answers;
    }

    boolean hasKeptClientWaiting() {
        return hasKeptClientWaiting;
    }

    // Reading.

    @Override
    public void received(Buffer data) {
        if (read(data) && !data.isEmpty()) hold(data.keep());
        else hasKeptClientWaiting = false;
    }

    private void hold(Buffer data) {
        held = data;
        hasKeptClientWaiting = true;
        socket.pause();
    }

    /// The program has begun to take this request's body: only then is the client told to send it, for the handler may
    /// as well refuse it.
    void bodyWanted(Exchange asking) {
        if (asking.continueOwed && !asking.response.headSent() && !asking.response.isDone()) asking.response.writeContinue();
        proceedLater();
    }

    /// Goes on, after the callback that is running (so that one handler isn't called within another): what was waited
    /// for has come, be it an answer, a consumer for the body, or room for output.
    void proceedLater() {
        if (!inRead) askToProceed(); // else the reading goes on by itself
    }

    /// A callback for the end of a request that is complete was set. While the request's own handler runs it is called
    /// when that returns; but another request's may have set it.
    void endWanted(Exchange asking) {
        if (asking.hasOutlivedHandler()) askToProceed();
    }

    private void askToProceed() {
        if (proceedAsked || isGone()) return;
        proceedAsked = true;
        socket.loop().nextTick(this);
    }

    /// The callback that was running has returned: goes on.
    @Override
    public void run() {
        proceedAsked = false;
        if (isGone() || state == State.HANDED_OVER) return;
        if (drainedOwed) {
            drainedOwed = false;
            answers.drained();
        }
        answers.tellRequestEnds();
        answers.endThoseDone();
        if (held != null) readHeld();
        if (held == null && state != State.HANDED_OVER) socket.resume();
    }

    private void readHeld() {
        var data = held;
        held = null;
        data.lend();
        try {
            if (read(data) && !data.isEmpty()) held = data.keep();
        } finally {
            data.endLoan();
        }
    }

    /// Reads requests from the data, in place, until it is used up or something must be waited for.
    ///
    /// @param data lent; a consumer of the body may have kept it
    /// @return whether the data is still ours to look at
    private boolean read(Buffer data) {
        inRead = true;
        try {
            while (!isGone()) {
                switch (state) {
                    case HEAD -> {
                        if (data.isEmpty() || !mayReadHead()) return true;
                        if (!readHead(data)) return false;
                    }
                    case BODY -> {
                        if (data.isEmpty() || !mayReadBody()) return true;
                        if (!readBody(data)) return false;
                    }
                    case STOPPED -> {
                        return true;
                    }
                    case LINGERING -> {
                        data.clear();
                        return true;
                    }
                    case HANDED_OVER -> {
                        return false;
                    }
                }
                answers.endThoseDone();
            }
            data.clear();
            return true;
        } finally {
            inRead = false;
        }
    }

    /// A client that does not take its answers, or that asks too far ahead, is kept waiting.
    private boolean mayReadHead() {
        return answers.count() < connections.limits().pipelinedRequestsMax() && socket.belowHighWater();
    }

    private boolean mayReadBody() {
        return reading.response.isDone() || reading.request.takesData();
    }

    /// @return whether the data is still ours to look at
    private boolean readHead(Buffer data) {
        if (reading == null) {
            reading = connections.take(this);
            deadlines.restart();
        }
        var before = reading.unfinished.add(data);
        var source = reading.unfinished.or(data);
        var headAddress = source.readAddress();
        var headBytes = reading.parser.parse(headAddress, source.readable());
        switch (headBytes) {
            case RequestParser.NEED_MORE -> keepUnfinished(data, before);
            case RequestParser.BAD -> refuse(reading.parser.status(), reading.parser.reason());
            default -> {
                data.skip(headBytes - before);
                reading.request.headArrived(headAddress, headBytes, reading.unfinished.take());
                return headRead(data);
            }
        }
        return true;
    }

    private void keepUnfinished(Buffer data, int before) {
        reading.unfinished.keep(data, before, this);
        if (reading.unfinished.isFull()) refuse(431, "head or trailer section larger than a buffer (RFC 6585 §5)");
    }

    /// @return whether the data is still ours to look at
    private boolean headRead(Buffer data) {
        var exchange = reading;
        var head = exchange.parser;
        answers.add(exchange);
        // Behind a CONNECT the client might believe in a tunnel, whatever it is answered (RFC 9110 §9.3.6).
        exchange.isLast = ++requests >= connections.limits().requestsPerConnectionMax()
                || !head.keepAlive() || head.method() == Method.CONNECT;
        var hasBody = head.chunked() || head.contentLength() > 0;
        moreArrived = !hasBody && !data.isEmpty();
        if (head.expectOther()) {
            refuse(417, "expectation other than 100-continue (RFC 9110 §10.1.1)");
            return true;
        }
        if (head.contentLength() > connections.limits().bodyBytesMax()) {
            refuse(413, "body longer than this server takes (RFC 9110 §15.5.14)");
            return true;
        }
        if (!hasBody && connections.takesOver(exchange)) {
            reading = null;
            state = State.STOPPED;
            exchange.takeOver = true;
            exchange.outlivesHandler();
            if (!answers.isFirst(exchange)) return true;
            handOver(data.isEmpty() ? takeBuffer(1) : data.keep());
            return false;
        }
        if (hasBody) {
            state = State.BODY;
            exchange.body.start(head);
            exchange.continueOwed = head.expectContinue();
            deadlines.restart();
        } else {
            headAndNoBody(exchange);
        }
        answers.callHandler(exchange);
        return true;
    }

    private void headAndNoBody(Exchange exchange) {
        reading = null;
        exchange.request.complete();
        state = exchange.isLast ? State.STOPPED : State.HEAD;
    }

    /// @return whether the data is still ours to look at
    private boolean readBody(Buffer data) {
        reading.continueOwed = false; // sent without leave
        var before = reading.unfinished.add(data);
        var source = reading.unfinished.or(data);
        var body = reading.body;
        switch (body.read(source.readAddress(), source.readable())) {
            case BodyReader.DATA -> {
                return bodyData(data);
            }
            case BodyReader.NEED_MORE -> {
                source.skip(body.consumed());
                if (!source.isEmpty()) keepUnfinished(data, before);
            }
            case BodyReader.END -> {
                reading.request.trailersArrived(body, source.readAddress());
                data.skip(body.consumed() - before);
                reading.unfinished.drop();
                moreArrived = !data.isEmpty();
                bodyEnded();
            }
            default -> refuse(body.status(), body.reason());
        }
        return true;
    }

    private boolean bodyData(Buffer data) {
        var exchange = reading;
        var body = exchange.body;
        exchange.bodyBytes += body.dataLength();
        if (exchange.bodyBytes > connections.limits().bodyBytesMax()) {
            refuse(413, "body longer than this server takes (RFC 9110 §15.5.14)");
            return true;
        }
        var whole = body.consumed() == data.readable();
        if (exchange.response.isDone()) {
            drain(data);
            whole = false;
        } else if (whole) {
            data.skip(body.dataAt());
            answers.deliver(exchange, data);
        } else {
            deliverPart(data);
        }
        // Whether that was all is known without further bytes; `data` may be another's by now.
        if (state == State.BODY && body.read(0, 0) == BodyReader.END) {
            moreArrived = !whole && !data.isEmpty();
            bodyEnded();
        }
        if (whole) answers.endThoseDone();
        return !whole;
    }

    /// The body's bytes are not the rest of the data: hands on a window over them.
    private void deliverPart(Buffer data) {
        var body = reading.body;
        var window = connections.window().over(data.readAddress() + body.dataAt(), body.dataLength());
        data.skip(body.consumed());
        window.lend();
        answers.deliver(reading, window);
        window.endLoan();
    }

    /// The response did without the rest of the body: reads it over, so that the next request can be found.
    private void drain(Buffer data) {
        reading.drainedBytes += reading.body.dataLength();
        data.skip(reading.body.consumed());
        if (reading.drainedBytes > connections.limits().drainBytesMax()) stopReadingAt(reading);
    }

    private void bodyEnded() {
        var exchange = reading;
        headAndNoBody(exchange);
        answers.tellRequestEnd(exchange);
    }

    /// Reads nothing more; the connection ends with this exchange's response.
    private void stopReadingAt(Exchange exchange) {
        exchange.isLast = true;
        reading = null;
        exchange.unfinished.drop();
        if (state == State.HEAD || state == State.BODY) state = State.STOPPED;
    }

    // What the answering half asks and tells.

    /// Decides, for the response's head, whether this response is the last one.
    boolean closesAfter(Exchange exchange, boolean asked) {
        // A client that was not told to send the body may send it or not, so where the next request begins is unknown.
        var closingNow = connections.isAnnouncingClose() && exchange == answers.last() && !moreArrived && held == null;
        exchange.isLast |= asked || closingNow || exchange.continueOwed;
        return exchange.isLast;
    }

    /// Its body need not be read.
    void answered(Exchange exchange) {
        if (exchange == reading) reading = null;
    }

    void lastAnswered() {
        dropAll();
        beginLingering();
    }

    void allAnswered() {
        if (reading == null) deadlines.restart();
    }

    private void dropAll() {
        var exchange = reading;
        reading = null;
        if (exchange != null && !exchange.isQueued()) answers.drop(exchange);
        answers.dropAll();
    }

    @Override
    public void drained() {
        answers.drained();
        proceedLater();
    }

    void tellDrainedLater() {
        drainedOwed = true;
        askToProceed();
    }

    // Another protocol.

    void handOverLater() {
        var rest = held == null ? takeBuffer(1) : held;
        held = null;
        socket.loop().nextTick(() -> handOver(rest));
    }

    /// @param rest what has arrived behind the head, ours to release
    private void handOver(Buffer rest) {
        if (isGone()) {
            rest.release();
            return;
        }
        var exchange = answers.first();
        state = State.HANDED_OVER;
        connections.closed(this);
        socket.handOver();
        socket.resume();
        rest.lend();
        try {
            connections.handOver(exchange, socket, rest);
        } catch (Throwable problem) {
            connections.handlerFailed(exchange, problem);
            socket.destroy();
        } finally {
            rest.endLoan();
        }
        exchange.handlerCalled = false; // there is no response whose end it waits for
        dropAll();
    }

    // What goes wrong.

    /// The client's bytes make no sense from here on: says so, if a response can still be given, and closes behind it.
    private void refuse(int status, String reason) {
        var exchange = reading;
        if (!exchange.isQueued()) answers.add(exchange);
        stopReadingAt(exchange);
        var response = exchange.response;
        if (response.isDone()) {
            answers.endThoseDone();
        } else if (exchange.isUnsent()) {
            response.answerInstead(status, reason); // drop() tells the handler
            answers.endThoseDone();
        } else {
            answers.breakOff(exchange);
            answers.endThoseDone();
        }
    }

    /// Too many connections: says so and closes.
    void refuseBusy() {
        reading = connections.take(this);
        refuse(503, "too many connections (RFC 9110 §15.6.4)");
    }

    // The end.

    private void beginLingering() {
        state = State.LINGERING;
        socket.end();
        linger = socket.loop().setTimeout(this::lingered, Limits.LINGER_MILLIS_MAX);
        if (held != null || socket.isPaused()) proceedLater();
    }

    /// A slow client may still be taking what was written for it: closing now would cut that off.
    private void lingered() {
        if (socket.waitingBytes() > 0) linger.refresh();
        else socket.destroy();
    }

    /// The client will send nothing more; it may still read.
    @Override
    public void peerEnded() {
        switch (state) {
            case HEAD -> {
                if (reading != null) {
                    answers.drop(reading);
                    reading = null;
                }
                if (answers.isEmpty()) socket.end();
                else stopReadingAt(answers.last());
            }
            case BODY -> refuse(400, "the end of the connection within a body (RFC 9112 §8)");
            case STOPPED, LINGERING, HANDED_OVER -> {} // when we have ended too, the socket closes
        }
    }

    /// It has not made a request yet.
    boolean isUnheard() {
        return requests == 0;
    }

    /// The request that was read last is its first one.
    boolean isNew() {
        return requests == 1;
    }

    boolean isIdle() {
        return state == State.HEAD && reading == null && answers.isEmpty() && held == null;
    }

    /// Called again and again while the server closes. Who has just got an answer may be sending the next request, so
    /// a connection must have been idle the time before too.
    void closeIfIdle() {
        var idle = isIdle() && socket.waitingBytes() == 0;
        if (idle && wasIdle) beginLingering();
        wasIdle = idle;
    }

    @Override
    public void closed() {
        if (linger != null) linger.cancel();
        if (held != null) held.release();
        held = null;
        dropAll();
        connections.closed(this);
    }

    // Time.

    /// Called at each tick of [Connections].
    void checkDeadlines() {
        if (state == State.HANDED_OVER || isGone()) return;
        if (deadlines.isReadTooSlowly(socket)) {
            socket.reset();
            return;
        }
        switch (state) {
            case HEAD -> checkHead();
            case BODY -> checkBody();
            case STOPPED, LINGERING, HANDED_OVER -> {}
        }
    }

    private void checkHead() {
        if (isIdle()) {
            if (socket.waitingBytes() > 0) deadlines.restart(); // the client still takes its last answer
            else if (requests == 0 && deadlines.isOver(connections.limits().firstByteMillis())) socket.destroy();
            else if (requests > 0 && deadlines.isOver(connections.limits().idleMillis())) beginLingering();
        } else if (held != null) {
            deadlines.pauseForATick(); // it is the requests before who keep the client waiting
        } else if (reading != null && deadlines.isOver(connections.limits().headMillis())) {
            refuse(408, "the head took longer than this server waits (RFC 9110 §15.5.9)");
        }
    }

    private void checkBody() {
        if (!mayReadBody()) {
            deadlines.pauseForATick(); // it is the handler who keeps the client waiting
        } else if (deadlines.isTooSlow(reading.bodyBytes)) {
            refuse(408, "the body came slower than this server waits (RFC 9110 §15.5.9)");
        }
    }

    Buffer takeBuffer(int bytes) {
        return socket.loop().takeBuffer(bytes);
    }
}
