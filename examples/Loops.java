import module dev.anillo.http;

/// A server on several cores: as many loops as there are processors, each with a handler of its own.
///
///     ./anillo examples/Loops.java [PORT] [LOOPS]
void main(String[] arguments) {
    var port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3000;
    var loops = arguments.length > 1 ? Integer.parseInt(arguments[1]) : Runtime.getRuntime().availableProcessors();
    HttpServerGroup.create(loops, Counter::new).listen(port, "127.0.0.1", () ->
            IO.println("listening on http://127.0.0.1:" + port + "/ with " + loops + " loops"));
}

/// Nobody else counts here: no lock, nothing atomic.
static final class Counter implements Handler {
    private long answers;

    @Override
    public void handle(HttpRequest request, HttpResponse response) {
        answers++;
        response.header("Content-Type", "text/plain");
        response.end("answer " + answers + " of " + Thread.currentThread().getName() + "\n");
    }
}
