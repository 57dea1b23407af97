package dev.anillo.http;

import dev.anillo.http.wire.WireLimits;

/// What a server lets a client have, each bound with its unit, its default and its reason. Set before `listen`:
///
///     HttpServer.create(handler).limits(new HttpLimits().headMillis(5_000).connectionsMax(1_000))
///
/// Times are looked at once a second (more often when a bound is shorter than four), so a client may have that much
/// more.
public final class HttpLimits {
    private int requestLineBytesMax = WireLimits.DEFAULT.requestLineBytesMax();
    private int headBytesMax = WireLimits.DEFAULT.headBytesMax();
    private int headerCountMax = WireLimits.DEFAULT.headerCountMax();
    private int chunkExtensionBytesMax = WireLimits.DEFAULT.chunkExtensionBytesMax();
    private int trailerBytesMax = WireLimits.DEFAULT.trailerBytesMax();
    private long bodyBytesMax = 1L << 30;
    private int drainBytesMax = 256 * 1024;
    private int firstByteMillis = 10_000;
    private int headMillis = 10_000;
    private int bodyGraceMillis = 30_000;
    private int bodyBytesPerSecondMin = 512;
    private int idleMillis = 75_000;
    private int sendStallMillis = 60_000;
    private int sendBytesPerSecondMin = 256;
    private int requestsPerConnectionMax = Integer.MAX_VALUE;
    private int connectionsMax = 50_000;
    private int pipelinedRequestsMax = 16;
    private long outputBytesMax = 64L << 20;
    private int requestsUnderWayMax = 50_000;
    private int queueMillisMax = 1_000;
    private int retryAfterSeconds = 1;

    /// The defaults.
    public HttpLimits() {}

    /// Bytes of the request line, CRLF included; 8 KiB, what RFC 9112 §3 recommends. Above: 414.
    public HttpLimits requestLineBytesMax(int bytes) {
        requestLineBytesMax = atLeast(1, bytes, "requestLineBytesMax");
        return this;
    }

    /// Bytes of a request head; 16 KiB. An unfinished head is held in memory: this × connections. Above: 431. No more
    /// than 16 KiB, the size of the buffer that holds it.
    public HttpLimits headBytesMax(int bytes) {
        if (bytes > 16 * 1024) throw new IllegalArgumentException("headBytesMax of " + bytes + " bytes: at the most 16384");
        headBytesMax = atLeast(64, bytes, "headBytesMax");
        return this;
    }

    /// Header fields in a head, and in a trailer section; 100. Bounds the time of a look-up. Above: 431.
    public HttpLimits headerCountMax(int fields) {
        headerCountMax = atLeast(1, fields, "headerCountMax");
        return this;
    }

    /// Bytes of chunk extensions in a body; 16 KiB. They mean nothing and cost time. Above: 413.
    public HttpLimits chunkExtensionBytesMax(int bytes) {
        chunkExtensionBytesMax = atLeast(0, bytes, "chunkExtensionBytesMax");
        return this;
    }

    /// Bytes of a trailer section; 8 KiB, held until it is complete. Above: 431.
    public HttpLimits trailerBytesMax(int bytes) {
        trailerBytesMax = atLeast(2, bytes, "trailerBytesMax");
        return this;
    }

    /// Bytes of a request body; 1 GiB. A body is streamed and costs no memory, but bandwidth and the handler's time.
    /// Above: 413.
    public HttpLimits bodyBytesMax(long bytes) {
        if (bytes < 0) throw new IllegalArgumentException("bodyBytesMax of " + bytes + " bytes");
        bodyBytesMax = bytes;
        return this;
    }

    /// Bytes of a body that are read and thrown away when the response has ended without it, so that the next request
    /// can follow; 256 KiB. Above, closing the connection is cheaper.
    public HttpLimits drainBytesMax(int bytes) {
        drainBytesMax = atLeast(0, bytes, "drainBytesMax");
        return this;
    }

    /// Milliseconds from the connection to its first byte; 10,000. A connection that says nothing costs a descriptor.
    /// Then it is closed.
    public HttpLimits firstByteMillis(int millis) {
        firstByteMillis = atLeast(1, millis, "firstByteMillis");
        return this;
    }

    /// Milliseconds from the first byte of a head to its last; 10,000, for each request anew. Then: 408.
    public HttpLimits headMillis(int millis) {
        headMillis = atLeast(1, millis, "headMillis");
        return this;
    }

    /// Milliseconds over which a body's rate is measured, again and again; 30,000: a phone may need that to get going, or
    /// to change its network.
    public HttpLimits bodyGraceMillis(int millis) {
        bodyGraceMillis = atLeast(1, millis, "bodyGraceMillis");
        return this;
    }

    /// Bytes a second that a body must bring on the average of each grace, while the handler takes it; 512, less than any
    /// network in use. Below: 408.
    public HttpLimits bodyBytesPerSecondMin(int bytes) {
        bodyBytesPerSecondMin = atLeast(0, bytes, "bodyBytesPerSecondMin");
        return this;
    }

    /// Milliseconds that a connection may be idle between requests; 75,000: more than the 60 s that proxies usually keep
    /// theirs, so that it is the proxy who closes and no request meets a closing server. Then it is closed.
    public HttpLimits idleMillis(int millis) {
        idleMillis = atLeast(1, millis, "idleMillis");
        return this;
    }

    /// Milliseconds over which the rate is measured at which a client takes its answers, again and again while output
    /// waits; 60,000.
    public HttpLimits sendStallMillis(int millis) {
        sendStallMillis = atLeast(1, millis, "sendStallMillis");
        return this;
    }

    /// Bytes a second that a client must take on the average while output waits; 256, less than any network in use. Memory
    /// is bounded by the high-water mark, but a descriptor is held. Below, or with none at all: the connection is reset.
    public HttpLimits sendBytesPerSecondMin(int bytes) {
        sendBytesPerSecondMin = atLeast(0, bytes, "sendBytesPerSecondMin");
        return this;
    }

    /// Requests on one connection; no bound, since a request costs the same on an old connection as on a new one. The
    /// last response says close.
    public HttpLimits requestsPerConnectionMax(int requests) {
        requestsPerConnectionMax = atLeast(1, requests, "requestsPerConnectionMax");
        return this;
    }

    /// Connections at once; 50,000. An idle one holds a descriptor and a few objects, no buffer. Above: 503.
    public HttpLimits connectionsMax(int connections) {
        connectionsMax = atLeast(1, connections, "connectionsMax");
        return this;
    }

    /// Requests of one connection that are read while earlier ones are not answered; 16, what clients that pipeline use.
    /// Above, the client waits.
    public HttpLimits pipelinedRequestsMax(int requests) {
        pipelinedRequestsMax = atLeast(1, requests, "pipelinedRequestsMax");
        return this;
    }

    /// Bytes of a response that may wait to be sent when the handler writes more; 64 MiB. It bounds the memory that a
    /// handler which does not heed `write`'s answer can use up: above, `write` throws and the connection is reset.
    public HttpLimits outputBytesMax(long bytes) {
        if (bytes < 1) throw new IllegalArgumentException("outputBytesMax of " + bytes + " bytes");
        outputBytesMax = bytes;
        return this;
    }

    /// Requests of the server whose handler was called and whose response has not ended; 50,000, one for each connection,
    /// since some wait on purpose. For handlers that wait for something of limited capacity set it to what that does in the
    /// time that a client may be kept waiting. Above: 503 with `Retry-After`, the connection is kept.
    public HttpLimits requestsUnderWayMax(int requests) {
        requestsUnderWayMax = atLeast(1, requests, "requestsUnderWayMax");
        return this;
    }

    /// Milliseconds that a request may wait for the loop to get to it, once waiting has stood above that for twice as long;
    /// 1,000: more than a burst or a pause of the virtual machine takes, and less than clients have patience for. 0: no bound.
    /// Above: 503 with `Retry-After`, the connection is kept; and connections are accepted more slowly.
    public HttpLimits queueMillisMax(int millis) {
        queueMillisMax = atLeast(0, millis, "queueMillisMax");
        return this;
    }

    /// Seconds after which a client that was answered 503 by the server itself may come again (`Retry-After`, RFC 9110
    /// §10.2.3); 1: overload that is answered so cheaply is over soon after the load is.
    public HttpLimits retryAfterSeconds(int seconds) {
        retryAfterSeconds = atLeast(0, seconds, "retryAfterSeconds");
        return this;
    }

    private static int atLeast(int least, int value, String name) {
        if (value < least) throw new IllegalArgumentException(name + " of " + value + ": at least " + least);
        return value;
    }

    public int requestLineBytesMax() {
        return requestLineBytesMax;
    }

    public int headBytesMax() {
        return headBytesMax;
    }

    public int headerCountMax() {
        return headerCountMax;
    }

    public int chunkExtensionBytesMax() {
        return chunkExtensionBytesMax;
    }

    public int trailerBytesMax() {
        return trailerBytesMax;
    }

    public long bodyBytesMax() {
        return bodyBytesMax;
    }

    public int drainBytesMax() {
        return drainBytesMax;
    }

    public int firstByteMillis() {
        return firstByteMillis;
    }

    public int headMillis() {
        return headMillis;
    }

    public int bodyGraceMillis() {
        return bodyGraceMillis;
    }

    public int bodyBytesPerSecondMin() {
        return bodyBytesPerSecondMin;
    }

    public int idleMillis() {
        return idleMillis;
    }

    public int sendBytesPerSecondMin() {
        return sendBytesPerSecondMin;
    }

    public int sendStallMillis() {
        return sendStallMillis;
    }

    public int requestsPerConnectionMax() {
        return requestsPerConnectionMax;
    }

    public int connectionsMax() {
        return connectionsMax;
    }

    public int pipelinedRequestsMax() {
        return pipelinedRequestsMax;
    }

    public long outputBytesMax() {
        return outputBytesMax;
    }

    public int requestsUnderWayMax() {
        return requestsUnderWayMax;
    }

    public int queueMillisMax() {
        return queueMillisMax;
    }

    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
