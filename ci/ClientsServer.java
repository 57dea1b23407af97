import module dev.anillo.http;

/// What the clients of ci/clients.sh ask for. The content is a file's, so that they can compare byte for byte.
///
///     ./anillo ci/ClientsServer.java PORT FILE [short]
///
/// With `short`, slow clients are ended after a second, where the defaults would keep a check waiting.
final int partBytes = 64 * 1024;
final int shortMillis = 1_000;
final int chunks = 100;
final int chunkMillis = 5;
final int events = 10;

byte[] content;
HttpServer server;
HttpResponse resultAwaited;
String result;

void main(String[] arguments) throws Exception {
    var port = Integer.parseInt(arguments[0]);
    content = Files.readAllBytes(Path.of(arguments[1]));
    server = HttpServer.create(router()).onClose(() -> IO.println("closed"));
    if (arguments.length > 2 && arguments[2].equals("short")) server.limits(shortLimits());
    server.listen(port, "127.0.0.1", () -> IO.println("listening on http://127.0.0.1:" + port + "/"));
}

HttpLimits shortLimits() {
    return new HttpLimits().firstByteMillis(shortMillis).headMillis(shortMillis).bodyGraceMillis(shortMillis)
            .idleMillis(shortMillis).sendStallMillis(shortMillis);
}

Router router() {
    return new Router()
            .get("/", (_, response, _) -> text(response, "Hola Mundo\n"))
            .get("/large", (_, response, _) -> send(response, new ByteRange(0, content.length - 1)))
            .get("/file", (request, response, _) -> file(request, response))
            .post("/upload", (request, response, _) -> upload(request, response))
            .put("/upload", (request, response, _) -> upload(request, response))
            .post("/refused", (_, response, _) -> response.status(413).end("too large, whatever it is\n"))
            .get("/slow/{millis}", (_, response, parameters) ->
                    later(() -> text(response, "at last\n"), Integer.parseInt(parameters.get("millis"))))
            .get("/trailers", (_, response, _) -> trailers(response))
            .get("/redirect/{count}", (_, response, parameters) -> redirect(response, parameters.get("count")))
            .post("/redirect", (_, response, _) -> Redirect.TEMPORARY.to(response, "/upload"))
            .get("/cookies", (request, response, _) -> text(response, Cookies.of(request).cookies().stream()
                    .map(cookie -> cookie.name() + "=" + cookie.value() + "\n").sorted().collect(Collectors.joining())))
            .get("/cookies/set", (_, response, _) -> setCookies(response))
            .get("/peer", (request, response, _) -> text(response, request.socket().peerAddress() + "\n"))
            .get("/chunks", (_, response, _) -> chunks(response, 0))
            .get("/events", (request, response, _) -> events(request, response))
            .get("/page", (_, response, _) -> page(response))
            .get("/result", (_, response, _) -> awaitResult(response))
            .post("/result", (request, response, _) -> takeResult(request, response))
            .post("/stop", (_, response, _) -> {
                text(response, "closing\n");
                server.close();
            });
}

void text(HttpResponse response, String text) {
    response.header("Content-Type", "text/plain; charset=utf-8").end(text);
}

void later(Runnable action, long millis) {
    EventLoop.current().setTimeout(action, millis);
}

// Bodies.

/// A part of the content, no faster than the client takes it.
void send(HttpResponse response, ByteRange range) {
    var loop = EventLoop.current();
    Runnable more = new Runnable() {
        private int at = (int) range.first();

        @Override
        public void run() {
            while (at <= range.last()) {
                var bytes = (int) Math.min(partBytes, range.last() + 1 - at);
                var part = loop.takeBuffer(bytes).append(content, at, bytes);
                at += bytes;
                if (!response.write(part)) return;
            }
            response.end();
        }
    };
    response.onDrain(() -> {
        if (!response.ended()) more.run();
    });
    more.run();
}

void file(HttpRequest request, HttpResponse response) throws Exception {
    var state = Conditional.on(ETag.strong(hex(sha256().digest(content))), null).describe(response);
    response.header("Accept-Ranges", "bytes");
    switch (state.evaluate(request)) {
        case NOT_MODIFIED -> response.status(304).end();
        case PRECONDITION_FAILED -> response.status(412).end();
        case PROCEED -> {
            var field = state.rangeApplies(request) ? request.header("Range") : null;
            var whole = new ByteRange(0, content.length - 1);
            switch (RangeRequest.parse(field, content.length)) {
                case RangeRequest.Parts(var ranges) when ranges.size() == 1 -> {
                    var range = ranges.getFirst();
                    response.status(206).header("Content-Range", range.contentRange(content.length));
                    sendWithLength(request, response, range);
                }
                case RangeRequest.Whole _, RangeRequest.Parts _ -> sendWithLength(request, response, whole);
                case RangeRequest.Unsatisfiable _ ->
                        response.status(416).header("Content-Range", ByteRange.unsatisfied(content.length)).end();
            }
        }
    }
}

void sendWithLength(HttpRequest request, HttpResponse response, ByteRange range) {
    response.header("Content-Type", "application/octet-stream").header("Content-Length", Long.toString(range.length()));
    if (request.method().equals("HEAD")) response.end();
    else send(response, range);
}

void upload(HttpRequest request, HttpResponse response) throws Exception {
    var digest = sha256();
    var bytes = new long[1];
    request.onData(data -> {
        bytes[0] += data.readable();
        digest.update(data.asByteBuffer());
    });
    request.onEnd(() -> text(response, bytes[0] + " " + hex(digest.digest()) + "\n"));
}

MessageDigest sha256() throws Exception {
    return MessageDigest.getInstance("SHA-256");
}

String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
}

void trailers(HttpResponse response) {
    response.write("part one, ");
    response.write("part two\n");
    response.trailer("Parts", "2").end();
}

void chunks(HttpResponse response, int sent) {
    if (sent == 0) response.header("Content-Type", "text/plain; charset=utf-8").flushHeaders();
    if (sent == chunks) {
        response.end();
    } else {
        response.write("chunk " + sent + "\n");
        later(() -> chunks(response, sent + 1), chunkMillis);
    }
}

// Going somewhere else, and coming back.

void redirect(HttpResponse response, String count) {
    var left = Integer.parseInt(count) - 1;
    Redirect.FOUND.to(response, left <= 0 ? "/" : "/redirect/" + left);
}

void setCookies(HttpResponse response) {
    SetCookie.of("session", "abc123").path("/").httpOnly().addTo(response);
    SetCookie.of("theme", "dark").path("/").addTo(response);
    Redirect.SEE_OTHER.to(response, "/cookies");
}

// The browser's part.

/// Ends in the middle: the browser comes back by itself and says what it has seen.
void events(HttpRequest request, HttpResponse response) {
    response.header("X-Accel-Buffering", "no");
    var stream = EventStream.open(request, response);
    var seen = stream.lastEventId() == null ? 0 : Integer.parseInt(stream.lastEventId());
    var end = seen == 0 ? events / 2 : events;
    new Consumer<Integer>() {
        @Override
        public void accept(Integer id) {
            if (id > end) {
                stream.close();
                return;
            }
            stream.send("count", "event " + id, Integer.toString(id), 20);
            later(() -> accept(id + 1), chunkMillis);
        }
    }.accept(seen + 1);
}

void page(HttpResponse response) {
    response.header("Content-Type", "text/html; charset=utf-8").end("""
            <!doctype html><title>a browser reads streams</title><script>
            const readEvents = () => new Promise((resolve, reject) => {
                const seen = [];
                const source = new EventSource('/events');
                let opened = 0;
                source.onopen = () => opened++;
                source.addEventListener('count', event => {
                    seen.push(event.data);
                    if (event.lastEventId !== String(seen.length)) reject('event ' + event.lastEventId + ' after ' + seen);
                    if (seen.length < EVENTS) return;
                    source.close();
                    resolve('events ' + seen.length + ' opened ' + opened);
                });
            });
            const readChunks = async () => {
                const reader = (await fetch('/chunks')).body.pipeThrough(new TextDecoderStream()).getReader();
                let text = '', reads = 0;
                for (let part; !(part = await reader.read()).done; reads++) text += part.value;
                const expected = Array.from({length: CHUNKS}, (_, i) => 'chunk ' + i + '\\n').join('');
                return 'chunks ' + (text === expected ? 'equal' : 'changed') + (reads > 1 ? ' streamed' : ' at once');
            };
            Promise.all([readEvents(), readChunks()]).then(told => told.join(' '), problem => 'failed: ' + problem)
                    .then(body => fetch('/result', {method: 'POST', body}));
            </script>
            """.replace("EVENTS", Integer.toString(events)).replace("CHUNKS", Integer.toString(chunks)));
}

/// Answered when the page has told what it saw.
void awaitResult(HttpResponse response) {
    if (result == null) resultAwaited = response;
    else text(response, result + "\n");
}

void takeResult(HttpRequest request, HttpResponse response) {
    request.bodyAsString(partBytes).thenAccept(told -> {
        result = told;
        response.status(204).end();
        if (resultAwaited != null) text(resultAwaited, told + "\n");
    });
}
