/// Connections: the wire format on one side, a socket of the loop on the other.
///
/// [dev.anillo.http.server.Connection] feeds what its socket receives to the parsers, in place; an
/// [dev.anillo.http.server.Exchange] holds one request and its response from the first byte of the head to the end of
/// both, and is taken from [dev.anillo.http.server.Connections] only for that long: an idle connection holds neither
/// parser nor buffer.
package dev.anillo.http.server;
