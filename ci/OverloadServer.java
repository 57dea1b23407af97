import module dev.anillo.http;

/// What ci/overload.sh overloads. Prints its port and its process.
///
///     ./anillo ci/OverloadServer.java QUEUE_MILLIS_MAX REQUESTS_UNDER_WAY_MAX BURN_MICROS BACKLOG
///
/// | path | answered |
/// |---|---|
/// | `/cpu` | after so much of the processor's time |
/// | `/backend` | by one that takes 20 ms for each request and 8 at once; the others wait in the program |
/// | `/cheap` | at once |
/// | `/load` | with a line of figures, whatever the load; after a collection |
final int backendMillis = 20;
final int backendAtOnce = 8;

final ArrayDeque<HttpResponse> backendQueue = new ArrayDeque<>();
int backendBusy;
long burnNanos;
HttpServer server;
EventLoop loop;

void main(String[] arguments) throws Exception {
    burnNanos = Integer.parseInt(arguments[2]) * 1_000L;
    var limits = new HttpLimits().queueMillisMax(Integer.parseInt(arguments[0]))
            .requestsUnderWayMax(Integer.parseInt(arguments[1]));
    loop = EventLoop.current();
    server = HttpServer.create(this::handle).limits(limits).neverShed(request -> request.path().equals("/load"))
            .backlog(Integer.parseInt(arguments[3]));
    server.listen(0, "127.0.0.1", () -> {
        try {
            IO.println(server.port() + " " + ProcessHandle.current().pid());
        } catch (OsException refused) {
            throw new UncheckedIOException(refused);
        }
    });
}

void handle(HttpRequest request, HttpResponse response) throws Exception {
    switch (request.path()) {
        case "/cpu" -> {
            burn();
            text(response, "done\n");
        }
        case "/backend" -> {
            backendQueue.add(response);
            request.onAborted(() -> backendQueue.remove(response));
            backendNext();
        }
        case "/cheap" -> text(response, "done\n");
        case "/load" -> text(response, figures());
        default -> response.status(404).end();
    }
}

void text(HttpResponse response, String text) {
    response.header("Content-Type", "text/plain").end(text);
}

void backendNext() {
    if (backendBusy == backendAtOnce || backendQueue.isEmpty()) return;
    backendBusy++;
    var response = backendQueue.remove();
    loop.setTimeout(() -> {
        backendBusy--;
        text(response, "done\n");
        backendNext();
    }, backendMillis);
}

/// By the clock, not by work: where the machine changes its pace from one second to the next, the same work would take twice
/// as long under overload as before it, or half.
void burn() {
    for (var end = System.nanoTime() + burnNanos; System.nanoTime() - end < 0; ) Thread.onSpinWait();
}

String figures() throws IOException {
    System.gc();
    System.gc(); // what the first one has only made unreachable
    var runtime = Runtime.getRuntime();
    var heapKib = (runtime.totalMemory() - runtime.freeMemory()) / 1024;
    var residentKib = Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS:"))
            .findFirst().orElseThrow().replaceAll("\\D", "");
    var load = server.load();
    return load.shedLate() + " " + load.shedSurplus() + " " + heapKib + " " + residentKib + " " + load.connections() + " "
            + load.requestsUnderWay() + " " + (load.overloaded() ? 1 : 0) + "\n";
}
