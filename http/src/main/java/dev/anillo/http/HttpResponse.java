package dev.anillo.http;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.net.SendableFile;
import dev.anillo.loop.stream.Writable;

/// What the server answers. The head leaves with the first [#write], or with [#end].
///
/// Framing is chosen: [#end] with all of the body gives it a Content-Length; a body written in parts is sent in chunks
/// (to an HTTP/1.0 client until the connection closes), unless a `Content-Length` header was set, which must then come
/// true. `Date` and, where needed, `Connection` are added. No body is sent to HEAD, nor with 204 and 304.
///
/// Once it has ended, and after [HttpRequest#pipe], every method throws IllegalStateException, but [#ended] and [#headSent],
/// which answer true, and [#onDrain], which does nothing.
///
/// Threads: the server's loop.
public interface HttpResponse {
    /// Default 200.
    ///
    /// @param status 200 to 999 (RFC 9110 §15)
    /// @throws IllegalArgumentException for another
    /// @throws IllegalStateException when the head was sent
    HttpResponse status(int status);

    int status();

    /// Sets a header, in place of one of the same name. `Connection` takes `close` and `keep-alive`, as a wish.
    ///
    /// @throws IllegalArgumentException when the name is no token, the value holds CR, LF, NUL or another character that
    ///     no field may have (RFC 9110 §5.5), or the header belongs to the server (`Transfer-Encoding`)
    /// @throws IllegalStateException when the head was sent
    HttpResponse header(String name, String value);

    /// Adds a header beside others of the same name, such as `Set-Cookie`. Throws as [#header].
    HttpResponse addHeader(String name, String value);

    /// The value that was set, or null.
    String header(String name);

    /// Takes a header back.
    ///
    /// @throws IllegalStateException when the head was sent
    HttpResponse removeHeader(String name);

    /// Sets status and headers (over those set before; a name may come twice) and settles the head: neither can be changed
    /// afterwards. It leaves with the first part of the body.
    ///
    /// @throws IllegalStateException the second time, or when the head was sent
    HttpResponse writeHead(int status, String... namesAndValues);

    /// Sends the head now, before there is a body.
    ///
    /// @throws IllegalStateException when the response has ended
    void flushHeaders();

    /// A field to be sent behind the body (RFC 9110 §6.5), which is then sent in chunks. An HTTP/1.0 client never sees it.
    ///
    /// @throws IllegalArgumentException as [#header], and for `Content-Length` and `Connection`
    /// @throws IllegalStateException with a Content-Length, above 16 KiB of trailers, or when the response has ended
    HttpResponse trailer(String name, String value);

    /// Gives a client that asked for it (`Expect: 100-continue`) leave to send the body. Done by itself when the handler
    /// sets [HttpRequest#onData].
    HttpResponse writeContinue();

    /// `103 Early Hints` with a `Link` header for each of the links (RFC 8297). Never sent to an HTTP/1.0 client.
    HttpResponse earlyHints(String... links);

    /// A response before the final one (RFC 9110 §15.2): 100 to 199 but 101.
    ///
    /// @throws IllegalStateException when the head was sent
    HttpResponse informational(int status, String... namesAndValues);

    /// Sends a part of the body.
    ///
    /// @return false when much waits to be sent already: better go on at [#onDrain]
    /// @throws IllegalStateException after [#end], or for more bytes than the Content-Length that was set
    boolean write(byte[] bytes);

    /// As [#write(byte\[\])], as UTF-8.
    boolean write(String text);

    /// As [#write(byte\[\])], without copying. The buffer is the response's from now on, whatever the answer.
    boolean write(Buffer buffer);

    /// As [#write(byte\[\])], with a part of a file, which the transport sends without taking it into memory where it
    /// can. The file stays open for it until then, whether its caller closes it or not.
    ///
    /// @throws IndexOutOfBoundsException when the part is not within the file as it was opened
    boolean write(SendableFile file, long offset, long length);

    /// Completes the response without a further body.
    ///
    /// @throws IllegalStateException when it has ended already, or with fewer bytes than the Content-Length that was set
    void end();

    /// Completes the response with a text, as UTF-8. Throws as [#end()].
    void end(String text);

    /// Completes the response. Throws as [#end()].
    void end(byte[] bytes);

    /// Completes the response. The buffer is the response's from now on. Throws as [#end()].
    void end(Buffer buffer);

    /// Completes the response with a part of a file, as [#write(SendableFile, long, long)]. A file that turns out to have
    /// become shorter resets the connection. Throws as [#end()].
    void end(SendableFile file, long offset, long length);

    /// Called when all that waited was sent, after a [#write] that answered false.
    HttpResponse onDrain(Runnable callback);

    /// The body as a stream, to pipe into ([dev.anillo.loop.stream.Readable#pipe]): status and headers are what they were
    /// set to before its first byte. To end it completes the response; to destroy it before that breaks it off with the
    /// connection, so that the client does not take a part for the whole. It closes when the exchange is over.
    ///
    ///     upstream.pipe(response.writable());
    Writable writable();

    /// Whether the head is on its way: then status and headers are settled.
    boolean headSent();

    boolean ended();
}
