/// HTTP/1.1 without I/O: bytes in, events out; bytes out. Nothing here knows a socket, a thread or a clock.
///
/// The way in: [RequestParser] takes the bytes of one request head (`RequestLine`, then `FieldSection`, then
/// `RequestMeaning`), and [BodyReader] finds the runs of body bytes that follow. Neither copies: results are offsets
/// into the caller's memory. The way out: [ResponseWriter] writes head and framing straight to an address, and
/// [DateField] keeps the one line that changes with time.
///
/// Three rules hold for all of it. What the peer sends is never an exception: the answer is a count of bytes, "more",
/// or "bad" with a status and a reason. Nothing is allocated per request. Whatever two readers of the same bytes could
/// understand differently is refused, since that is what request smuggling is made of (RFC 9112 §11.2).
package dev.anillo.http.wire;
