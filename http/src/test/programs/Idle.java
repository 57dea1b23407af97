import module dev.anillo.http;
import module java.base;

/// Serves on a free port, which it prints. For each line that it reads it prints the bytes of heap in use after a full
/// collection.
///
///     ./anillo Idle.java
void main() {
    var server = HttpServer.create((_, response) -> {
        response.header("Content-Type", "text/plain");
        response.end("Hola Mundo");
    });
    server.listen(0, "127.0.0.1", () -> {
        try {
            IO.println(server.port());
        } catch (OsException refused) {
            throw new UncheckedIOException(refused);
        }
    });
    Thread.ofPlatform().daemon().start(() -> {
        while (IO.readln() != null) IO.println(usedBytes());
    });
}

long usedBytes() {
    var runtime = Runtime.getRuntime();
    System.gc();
    System.gc(); // what the first one has only made unreachable
    return runtime.totalMemory() - runtime.freeMemory();
}
