/// An HTTP/1.1 server in callbacks: [dev.anillo.http.HttpServer] calls a [dev.anillo.http.Handler] with each request
/// and the response that is to be filled in.
package dev.anillo.http;
