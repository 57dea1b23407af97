package dev.anillo.http;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.net.TcpSocket;
import dev.anillo.loop.stream.Readable;
import dev.anillo.loop.stream.Writable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// What a client asks for. Strings are made of the received bytes when they are asked for, and only then.
///
/// Valid until its response has ended: take out before what is needed longer. Afterwards its memory serves another request,
/// and every method throws IllegalStateException, but those that set a callback, [#pause] and [#resume], which do nothing.
///
/// Threads: the server's loop.
public interface HttpRequest {
    /// The method as sent, case-sensitive: `GET` (RFC 9110 §9.1).
    String method();

    /// The request target as sent: `/path?query`, `http://host/path`, `*`, or `host:port` with CONNECT (RFC 9112 §3.2).
    String target();

    /// The target's path as sent, escapes not decoded; `/` where an absolute target has none.
    String path();

    /// What follows the first `?` of the target, not decoded; null without one.
    String query();

    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    int minorVersion();

    /// The field's value, letters of the name in either case; several fields of one name joined with `, ` (RFC 9110
    /// §5.3); null when absent.
    String header(String name);

    /// The values of all fields of this name, in order.
    List<String> headers(String name);

    /// Header fields that were sent, repetitions counted.
    int headerCount();

    /// The name of a field as sent, from 0 in order.
    String headerName(int index);

    /// The value of a field, from 0 in order.
    String headerValue(int index);

    /// Bytes of the body as announced; -1 when they come in chunks; 0 without a body.
    long contentLength();

    /// Called with the body's bytes as they arrive, in order, until the response has ended; what comes later is read over.
    /// The buffer is lent until the callback returns ([Buffer#keep] to have it longer). Until this is set, and while
    /// [#pause]d, the client is slowed down. A client that waits for leave to send the body (`Expect: 100-continue`) gets
    /// it when this is set before the response's head is sent.
    HttpRequest onData(Consumer<Buffer> callback);

    /// Called when the request is complete, at once after the handler when there is no body.
    HttpRequest onEnd(Runnable callback);

    /// Called when the connection is gone before the response has ended, or the rest of the request made no sense; once,
    /// and after it nothing more. What the response is given then goes nowhere.
    HttpRequest onAborted(Runnable callback);

    /// Sends the body on as the response's, as it arrives, and as fast as the client takes it; then ends the response.
    /// Status and headers are what they were set to before; a Content-Length is that of the request, where it states one
    /// and the program has not. Both are the server's to go on with: it costs no callbacks, and not a byte of heap.
    ///
    ///     response.header("Content-Type", "application/octet-stream");
    ///     request.pipe(response);
    ///
    /// @param response of this request
    /// @throws IllegalStateException when [#onData] is set, or the response has ended
    void pipe(HttpResponse response);

    /// The body as a stream, for whatever takes one: it ends with the request, and closes when the response has ended too
    /// or the client is gone; then an end that did not come never will. It takes the request's callbacks for itself, all
    /// but [#onAborted]. To destroy it before its end resets the connection.
    Readable readable();

    /// Sends the body to any target, no faster than it takes it ([Readable#pipe]): a socket, a file, another's response
    /// ([HttpResponse#writable]).
    ///
    /// @return the target
    /// @throws IllegalStateException when [#onData] is set
    default <W extends Writable> W pipe(W target) {
        return readable().pipe(target);
    }

    /// The whole body, for the easy case. Completes on the loop; fails with [BodyException] when the body is longer than the
    /// bound (its status, 413, is the answer that fits; the rest is read over) or the client goes.
    ///
    /// @throws IllegalStateException when [#onData] is set
    CompletableFuture<byte[]> bodyAsBytes(int bytesMax);

    /// As [#bodyAsBytes], as UTF-8.
    CompletableFuture<String> bodyAsString(int bytesMax);

    /// A field that came behind a body in chunks (RFC 9110 §6.5), once the request is complete; null when absent.
    String trailer(String name);

    /// No more [#onData] until [#resume].
    void pause();

    void resume();

    /// The connection, for its addresses, its loop, or to end it. Its callbacks are the server's, and so is writing to it.
    TcpSocket socket();
}
