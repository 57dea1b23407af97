package dev.anillo.http.server;

import dev.anillo.loop.buffer.Buffer;

/// The answering half of a [Connection]: the requests whose head was read and which have not ended. Calls the program for
/// each, and sees to it that the responses leave in the order of the requests, whatever the order in which they end: only
/// the first one's goes to the socket.
final class Answers {
    private final Connection connection;
    private Exchange first;
    private Exchange last;
    private int count;

    Answers(Connection connection) {
        this.connection = connection;
    }

    void add(Exchange exchange) {
        if (first == null) first = exchange;
        else last.next = exchange;
        last = exchange;
        exchange.queued();
        count++;
    }

    int count() {
        return count;
    }

    boolean isEmpty() {
        return first == null;
    }

    boolean isFirst(Exchange exchange) {
        return exchange == first;
    }

    /// Null without any.
    Exchange first() {
        return first;
    }

    /// Null without any.
    Exchange last() {
        return last;
    }

    // The program's part.

    void callHandler(Exchange exchange) {
        try {
            connection.connections().handle(exchange);
        } catch (Throwable problem) {
            handlerFailed(exchange, problem);
        }
        tellRequestEnd(exchange);
        if (!exchange.isDone() || !isFirst(exchange)) exchange.outlivesHandler();
    }

    /// @param data lent
    void deliver(Exchange exchange, Buffer data) {
        try {
            exchange.request.deliver(data);
        } catch (Throwable problem) {
            handlerFailed(exchange, problem);
        }
    }

    void tellRequestEnd(Exchange exchange) {
        try {
            exchange.request.tellEnd();
        } catch (Throwable problem) {
            handlerFailed(exchange, problem);
        }
    }

    void tellRequestEnds() {
        for (var exchange = first; exchange != null; exchange = exchange.next) tellRequestEnd(exchange);
    }

    /// There may be room for output again.
    void drained() {
        if (first == null || first.response.isDone() || !connection.socket().belowHighWater()) return;
        var exchange = first;
        try {
            exchange.response.drained();
        } catch (Throwable problem) {
            handlerFailed(exchange, problem);
        }
    }

    private void tellAborted(Exchange exchange) {
        try {
            exchange.request.tellAborted();
            exchange.response.tellAborted();
        } catch (Throwable problem) {
            connection.connections().handlerFailed(exchange, problem);
        }
    }

    private void handlerFailed(Exchange exchange, Throwable problem) {
        connection.connections().handlerFailed(exchange, problem);
        exchange.failed();
        if (exchange.response.isDone()) return;
        if (exchange.isUnsent()) exchange.response.answerInstead(500, "the server failed to answer this request");
        else breakOff(exchange);
    }

    /// The response turned out to be wrong after its head was sent; only the end of the connection can tell. Once its turn
    /// has come, behind those before it.
    void breakOff(Exchange exchange) {
        exchange.brokenOff = true;
        connection.proceedLater();
    }

    // Leaving, in order.

    void endThoseDone() {
        while (first != null && first.isDone()) {
            var done = first;
            var wasLast = done.isLast || done.brokenOff;
            var mustReset = done.brokenOff && mustReset(done);
            remove();
            connection.answered(done);
            drop(done);
            if (mustReset) connection.socket().reset();
            else if (wasLast) connection.lastAnswered();
            if (mustReset || wasLast) return;
            if (first != null) promote();
            else connection.allAnswered();
        }
    }

    /// A client takes a part for the whole when only the end of the connection ends the response. Else it gets an orderly end,
    /// since a reset takes with it what is on its way of responses before this one; but not while so much is that the server
    /// can't wait for it.
    private boolean mustReset(Exchange brokenOff) {
        return brokenOff.response.endsWithConnection()
                || connection.socket().waitingBytesInMemory() > connection.connections().limits().outputBytesMax();
    }

    private void remove() {
        first = first.next;
        if (first == null) last = null;
        count--;
    }

    private void promote() {
        first.promoted();
        if (first.takeOver) connection.handOverLater();
        else if (!first.response.isDone()) connection.tellDrainedLater();
    }

    /// The exchange is over, complete or not.
    void drop(Exchange exchange) {
        if (exchange.handlerCalled && !exchange.response.ended()) tellAborted(exchange);
        if (exchange.end()) connection.connections().giveBack(exchange);
    }

    void dropAll() {
        while (first != null) {
            var exchange = first;
            remove();
            drop(exchange);
        }
    }
}
