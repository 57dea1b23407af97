/// What applications are made of: a [dev.anillo.http.app.Router], and what its handlers need to read a request and to
/// shape an answer — query and cookies, media types and negotiation, validators and conditions, ranges, redirects,
/// forms and uploads that are read as they arrive, server-sent events, and
/// [dev.anillo.http.app.StaticFiles].
///
///     var routes = new Router()
///             .get("/", (request, response, _) -> response.end("Hola"))
///             .get("/users/{id}", (request, response, parameters) -> response.end(parameters.get("id")));
///     HttpServer.create(routes).listen(3000);
///
/// All of it stands on the public `HttpRequest` and `HttpResponse` and could be written outside this project. The
/// rules:
///
/// - Reading what a peer wrote answers an `Optional`, empty when it is malformed, and never throws; looking up what may
///   be absent answers null, as [dev.anillo.http.HttpRequest#header] does. `IllegalArgumentException` is for the
///   program's own mistakes.
/// - Values are immutable and free of threads; what is filled in ([dev.anillo.http.app.Router],
///   [dev.anillo.http.app.SetCookie]) belongs to one thread until it is filled in.
/// - What a peer can repeat has a limit with a name. Look-ups by a peer's names walk a short list instead of hashing,
///   so that no choice of names makes them slow.
package dev.anillo.http.app;
