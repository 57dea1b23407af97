import module dev.anillo.http;
import module java.base;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// Serves keep-alive requests to a client in the same process and prints, for each round, the bytes that the loop's
/// thread has allocated on the heap per request, by that thread's own count. Ends with the first round below 1, or after
/// ROUNDS_MAX: until the compiler has seen to the last of it, what is measured is the warming-up.
///
/// A process of its own with one transport, as programs are run: in one that has used all three, the compiler gives up on
/// parts of the path, and the JDK makes a slice of the errno segment at each call there.
///
///     ./anillo Allocation.java get|pipe REQUESTS BATCH
static final int ROUNDS_MAX = 12;

void main(String[] arguments) throws Exception {
    var pipes = arguments[0].equals("pipe");
    var requests = Integer.parseInt(arguments[1]);
    var batch = Integer.parseInt(arguments[2]);
    var loop = EventLoop.start();
    var thread = new CompletableFuture<Long>();
    loop.execute(() -> thread.complete(Thread.currentThread().threadId()));
    var port = new CompletableFuture<Integer>();
    var server = HttpServer.create(loop, (request, response) -> {
        response.status(200);
        response.header("Content-Type", "text/plain");
        if (pipes) request.pipe(response);
        else response.end("Hola Mundo");
    });
    server.listen(0, "127.0.0.1", () -> {
        try {
            port.complete(server.port());
        } catch (OsException refused) {
            port.completeExceptionally(refused);
        }
    });
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (var client = new Socket("127.0.0.1", port.get())) {
        client.setTcpNoDelay(true);
        var bytes = Double.MAX_VALUE;
        for (var round = 0; bytes >= 1 && round < ROUNDS_MAX; round++) {
            var before = threads.getThreadAllocatedBytes(thread.get());
            serve(client, pipes ? POST : GET, requests, batch);
            bytes = (double) (threads.getThreadAllocatedBytes(thread.get()) - before) / requests;
            IO.println(bytes);
        }
    }
    loop.close();
}

static final String GET = "GET /path?query HTTP/1.1\r\nHost: localhost\r\nUser-Agent: test\r\nAccept: */*\r\n\r\n";
static final String POST = "POST /path HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nHola Mundo";

void serve(Socket client, String one, int requests, int batch) throws IOException {
    var request = one.repeat(batch).getBytes(StandardCharsets.US_ASCII);
    var expected = """
            HTTP/1.1 200 OK\r
            Content-Type: text/plain\r
            Date: Mon, 23 Nov 2026 12:00:00 GMT\r
            Content-Length: 10\r
            \r
            Hola Mundo""".length() * batch;
    for (var i = 0; i < requests; i += batch) {
        client.getOutputStream().write(request);
        var read = client.getInputStream().readNBytes(expected);
        if (read.length != expected) throw new EOFException("after " + read.length + " of " + expected + " bytes");
    }
}
