import module dev.anillo.http;
import module java.base;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// Measures what a request costs the loop: bytes allocated on the heap, by its thread's own count, and system calls, by
/// the driver's. Prints a line for each workload:
///
///     name bytesPerRequest systemCallsPerRequest submissionsPerSystemCall (bytesPerRequest of each round)
///
/// **The batch of a turn is given, not a matter of timing**: the loop is stopped while the client writes a request, or
/// several, on each connection, and let go when all have arrived. So the figures are those of a loop that is busy.
///
/// A workload ends with the first round below its bound of bytes, or after ROUNDS_MAX: until the compiler has seen to
/// the last of it, what is measured is the warming-up.
///
/// A process of its own with one transport, as programs are run: in one that has used all three, the compiler gives up on
/// parts of the path, and the JDK makes a slice of the errno segment at each call there.
///
///     ./anillo Cost.java WORKLOAD BYTES_MAX [WORKLOAD BYTES_MAX]...
static final int ROUNDS_MAX = 20;
static final int CONNECTIONS = 64;
static final int DEPTH = 16;

/// More than one receive buffer of any transport, and less than what a socket's buffers take while nobody reads.
static final int ECHO_BYTES = 40_000;

static final int FILE_BYTES = 4096;

static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

/// @param requests each a whole one, sent on each connection before the first answer is read
/// @param batches of that kind in a round
record Workload(Handler handler, byte[] requests, int depth, int connections, boolean stopsLoop, int batches) {
    static Workload of(String name) throws IOException {
        var get = "GET /path?query HTTP/1.1\r\nHost: localhost\r\nUser-Agent: test\r\nAccept: */*\r\n\r\n";
        return switch (name) {
            case "get" -> new Workload(GREETING, bytes(get), 1, CONNECTIONS, true, 100);
            case "pipelined" -> new Workload(GREETING, bytes(get.repeat(DEPTH)), DEPTH, CONNECTIONS, true, 10);
            case "turns" -> new Workload(GREETING, bytes(get), 1, 1, false, 4_000);
            case "json" -> new Workload(new Encoding(), bytes(get), 1, CONNECTIONS, true, 100);
            case "form" -> new Workload(ECHO, bytes(post(100)), 1, CONNECTIONS, true, 100);
            case "file" -> new Workload(file(), bytes(get), 1, CONNECTIONS, true, 100);
            case "echo" -> new Workload(ECHO, bytes(post(ECHO_BYTES)), 1, 1, false, 1_000);
            default -> throw new IllegalArgumentException(name);
        };
    }

    int requestsPerRound() {
        return batches * connections * depth;
    }
}

static String post(int bytes) {
    return "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + bytes + "\r\n\r\n" + "x".repeat(bytes);
}

static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
}

static final Handler GREETING = (_, response) -> {
    response.status(200);
    response.header("Content-Type", "text/plain");
    response.end("Hola Mundo");
};

/// Makes a text of its own for each answer, all of the same length.
static final class Encoding implements Handler {
    private int count;

    @Override
    public void handle(HttpRequest request, HttpResponse response) {
        count = (count + 1) % 1000;
        response.header("Content-Type", "application/json");
        response.end("{\"message\":\"Hola Mundo\",\"number\":" + (1000 + count) + "}");
    }
}

/// The file of that path.
static Handler file() throws IOException {
    var directory = Files.createTempDirectory("anillo-cost-");
    directory.toFile().deleteOnExit();
    var file = Files.writeString(directory.resolve("path"), "x".repeat(FILE_BYTES));
    file.toFile().deleteOnExit();
    return StaticFiles.of(directory);
}

/// Known in length, as the Content-Length of an answer is.
static final Handler ECHO = (request, response) -> request.pipe(response);

/// Stops the loop: its task waits, without allocating, until the client has written.
static final class Gate implements Runnable {
    private final Semaphore stopped = new Semaphore(0);
    private volatile Thread waiting;
    private volatile boolean open;

    @Override
    public void run() {
        waiting = Thread.currentThread();
        stopped.release();
        while (!open) LockSupport.park(this);
    }

    void awaitStop() throws InterruptedException {
        stopped.acquire();
    }

    void open() {
        open = true;
        LockSupport.unpark(waiting);
    }
}

/// The driver's counters are inside the loop's module, hence by reflection, with --add-exports.
record Counters(Object of) {
    static Counters of(EventLoop loop) throws ReflectiveOperationException {
        var internals = Class.forName("dev.anillo.loop.driver.LoopInternals");
        var driver = internals.getMethod("driver").invoke(internals.getMethod("of", EventLoop.class).invoke(null, loop));
        return new Counters(Class.forName("dev.anillo.loop.driver.Driver").getMethod("counters").invoke(driver));
    }

    long get(String name) throws ReflectiveOperationException {
        return of.getClass().getField(name).getLong(of);
    }
}

void main(String[] arguments) throws Exception {
    for (var i = 0; i < arguments.length; i += 2) {
        measure(arguments[i], Workload.of(arguments[i]), Double.parseDouble(arguments[i + 1]));
    }
}

void measure(String name, Workload workload, double bytesMax) throws Exception {
    try (var loop = EventLoop.start()) {
        var counters = Counters.of(loop);
        var thread = CompletableFuture.supplyAsync(() -> Thread.currentThread().threadId(), loop).get();
        var clients = connect(CONNECTIONS, serve(loop, workload.handler()));
        var answerBytes = answerBytes(clients.getFirst(), workload);
        var rounds = new ArrayList<Double>();
        long calls;
        long submissions;
        do {
            var allocated = THREADS.getThreadAllocatedBytes(thread);
            calls = counters.get("systemCalls");
            submissions = counters.get("submissions");
            for (var batch = 0; batch < workload.batches(); batch++) exchange(loop, clients, workload, answerBytes);
            calls = counters.get("systemCalls") - calls;
            submissions = counters.get("submissions") - submissions;
            allocated = THREADS.getThreadAllocatedBytes(thread) - allocated;
            rounds.add((double) allocated / workload.requestsPerRound());
        } while (rounds.getLast() > bytesMax && rounds.size() < ROUNDS_MAX);
        IO.println("%s %.2f %.4f %.1f %s".formatted(name, rounds.getLast(),
                (double) calls / workload.requestsPerRound(), (double) submissions / calls, rounds));
        for (var client : clients) client.close();
    }
}

int serve(EventLoop loop, Handler handler) throws Exception {
    var port = new CompletableFuture<Integer>();
    var server = HttpServer.create(loop, handler);
    server.listen(0, "127.0.0.1", () -> {
        try {
            port.complete(server.port());
        } catch (OsException refused) {
            port.completeExceptionally(refused);
        }
    });
    return port.get();
}

List<Socket> connect(int count, int port) throws IOException {
    var clients = new ArrayList<Socket>();
    for (var i = 0; i < count; i++) {
        var client = new Socket("127.0.0.1", port);
        client.setTcpNoDelay(true);
        clients.add(client);
    }
    return clients;
}

/// The length of an answer, from the first one.
int answerBytes(Socket client, Workload workload) throws IOException {
    client.getOutputStream().write(workload.requests());
    var head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) head.append((char) client.getInputStream().read());
    if (!head.toString().startsWith("HTTP/1.1 200 OK\r\n")) throw new IOException(head.toString());
    var length = Integer.parseInt(head.toString().replaceFirst("(?s).*Content-Length: (\\d+)\r\n.*", "$1"));
    var answer = head.length() + length;
    read(client, answer * workload.depth() - head.length());
    return answer;
}

void exchange(EventLoop loop, List<Socket> clients, Workload workload, int answerBytes) throws Exception {
    var gate = new Gate();
    if (workload.stopsLoop()) {
        loop.execute(gate);
        gate.awaitStop();
    }
    for (var i = 0; i < workload.connections(); i++) clients.get(i).getOutputStream().write(workload.requests());
    gate.open();
    for (var i = 0; i < workload.connections(); i++) read(clients.get(i), answerBytes * workload.depth());
}

final byte[] answer = new byte[256 * 1024];

void read(Socket client, int bytes) throws IOException {
    var read = client.getInputStream().readNBytes(answer, 0, bytes);
    if (read != bytes) throw new EOFException("after " + read + " of " + bytes + " bytes");
}
