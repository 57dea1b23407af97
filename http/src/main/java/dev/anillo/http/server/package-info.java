/// Connections: the wire format on one side, a socket of the loop on the other.
///
/// [dev.anillo.http.server.Connection] feeds what its socket receives to the parsers, in place;
/// [dev.anillo.http.server.Answers], its other half, calls the program and orders the responses. An
/// [dev.anillo.http.server.Exchange] holds one request and its response from the first byte of the head to the end of
/// both, and is taken from [dev.anillo.http.server.Connections] only for that long: an idle connection holds neither
/// parser nor buffer. What the program holds of it are a [dev.anillo.http.server.RequestFacade] and a
/// [dev.anillo.http.server.ResponseFacade], which lead nowhere once it is over.
package dev.anillo.http.server;
