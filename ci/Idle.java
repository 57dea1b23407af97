import module dev.anillo.http;
import module java.base;

/// Many connections that have had one answer each and then stand idle, on one loop: what each of them costs the server, in
/// heap, in other memory of its process, and in the kernel; whether they are still served; and whether all of it comes back.
///
///     ./anillo ci/Idle.java [COUNT]                 50,000 by default, or as many as the server may open descriptors
///
/// Clients are processes of their own, 10,000 connections each, to addresses from 127.0.0.1 on: one has only 28,232 ports to
/// connect to another one from (net.ipv4.ip_local_port_range). Status 1 when a connection is refused or not served, when
/// descriptors don't come back, or when as many connections again leave the server larger than the first ones did.
static final int PER_CLIENT = 10_000;
static final int BATCH = 200;
static final int SAMPLE_EVERY = 100;
static final int DESCRIPTORS_BESIDE = 500;
static final int SETTLED_KIB = 64;
static final int MAY_STAY_KIB = 2_048;
static final int MAY_GROW_KIB = 16 * 1024;
static final int STEP_SECONDS_MAX =
        Integer.parseInt(System.getenv().getOrDefault("IDLE_STEP_SECONDS_MAX", "120"));
static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

void main(String[] arguments) throws Exception {
    switch (arguments.length == 0 ? "" : arguments[0]) {
        case "server" -> serve();
        case "client" -> connect(Integer.parseInt(arguments[1]), arguments[2], Integer.parseInt(arguments[3]));
        default -> measure(arguments.length == 0 ? 50_000 : Integer.parseInt(arguments[0]));
    }
}

// The server: for each line that it reads it prints connections, descriptors, and KiB of heap and of the process.

void serve() {
    var loop = EventLoop.current();
    var server = HttpServer.create((_, response) -> response.header("Content-Type", "text/plain").end("Hola Mundo"))
            .limits(new HttpLimits().idleMillis(3_600_000));
    server.listen(0, () -> {
        try {
            IO.println(server.port());
        } catch (OsException refused) {
            throw new UncheckedIOException(refused);
        }
    });
    Thread.ofPlatform().daemon().start(() -> {
        while (IO.readln() != null) loop.execute(() -> IO.println(figures(server)));
    });
}

String figures(HttpServer server) {
    System.gc();
    System.gc(); // what the first one has only made unreachable
    var runtime = Runtime.getRuntime();
    var heapKib = (runtime.totalMemory() - runtime.freeMemory()) / 1024;
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
        return server.load().connections() + " " + descriptors.count() + " " + heapKib + " "
                + kib(Path.of("/proc/self/status"), "VmRSS:");
    } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
    }
}

static long kib(Path file, String name) throws IOException {
    return Files.readAllLines(file).stream().filter(line -> line.startsWith(name)).findFirst()
            .map(line -> Long.parseLong(line.replaceAll("\\D", ""))).orElseThrow();
}

// A client: opens all, then asks a sample again for each line that it reads; ends with its input.

void connect(int port, String host, int count) throws IOException {
    var open = new ArrayList<Socket>();
    while (open.size() < count) {
        var batch = new ArrayList<Socket>();
        for (var i = Math.min(BATCH, count - open.size()); i > 0; i--) {
            var socket = new Socket();
            socket.setSoTimeout(STEP_SECONDS_MAX * 1_000);
            socket.connect(new InetSocketAddress(host, port), STEP_SECONDS_MAX * 1_000);
            batch.add(socket);
        }
        for (var socket : batch) socket.getOutputStream().write(REQUEST);
        for (var socket : batch) expectAnswer(socket);
        open.addAll(batch);
    }
    IO.println("open");
    while (IO.readln() != null) {
        var asked = 0;
        for (var i = 0; i < open.size(); i += SAMPLE_EVERY) {
            open.get(i).getOutputStream().write(REQUEST);
            expectAnswer(open.get(i));
            asked++;
        }
        IO.println(asked);
    }
    for (var socket : open) socket.close();
}

void expectAnswer(Socket socket) throws IOException {
    var answer = new byte[512];
    var bytes = 0;
    while (!new String(answer, 0, bytes, StandardCharsets.US_ASCII).endsWith("Hola Mundo")) {
        var read = socket.getInputStream().read(answer, bytes, answer.length - bytes);
        if (read < 0) throw new EOFException("after " + new String(answer, 0, bytes, StandardCharsets.US_ASCII));
        bytes += read;
    }
}

// The measurement.

/// A process of ours, one line at a time.
record Peer(Process process, BufferedReader out, Writer in) {
    static Peer start(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("./anillo", "ci/Idle.java"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        // All of the heap is there from the beginning, so that what the process grows by is something else. Collections hold
        // the loop here.
        if (arguments[0].equals("server")) {
            builder.environment().put("ANILLO_JAVA_OPTS",
                    "-Xms192m -Xmx192m -XX:+AlwaysPreTouch -Danillo.stallMillis=0");
        }
        var process = builder.start();
        return new Peer(process, process.inputReader(), process.outputWriter());
    }

    String line() throws IOException {
        var line = out.readLine();
        if (line == null) throw new EOFException("a process has ended, see above");
        return line;
    }

    String ask() throws IOException {
        in.write("\n");
        in.flush();
        return line();
    }

    void end() throws Exception {
        in.close();
        if (!process.waitFor(STEP_SECONDS_MAX, TimeUnit.SECONDS)) throw new TimeoutException("a client does not end");
    }
}

/// @param kernelKib of the whole machine: slabs, and what sockets hold
record Figures(long connections, long descriptors, long heapKib, long residentKib, long kernelKib) {
    static Figures of(Peer server) throws IOException {
        var words = Arrays.stream(server.ask().split(" ")).mapToLong(Long::parseLong).toArray();
        var tcp = Files.readAllLines(Path.of("/proc/net/sockstat")).stream().filter(line -> line.startsWith("TCP:"))
                .findFirst().orElseThrow();
        var pages = Long.parseLong(tcp.substring(tcp.indexOf("mem ") + 4).strip());
        return new Figures(words[0], words[1], words[2], words[3], kib(Path.of("/proc/meminfo"), "Slab:") + pages * 4);
    }

    /// Once the server has no connection and what those held is no longer reachable (the loop lets go of it a turn or so
    /// after it has counted them down), or the time is up.
    static Figures whenEmpty(Peer server) throws Exception {
        var last = of(server);
        for (var until = System.nanoTime() + STEP_SECONDS_MAX * 1_000_000_000L; ; ) {
            Thread.sleep(200);
            var figures = of(server);
            var isSettled = last.connections == 0 && last.heapKib - figures.heapKib < SETTLED_KIB;
            if (isSettled || System.nanoTime() - until > 0) return figures;
            last = figures;
        }
    }
}

void measure(int wanted) throws Exception {
    var limit = Files.readAllLines(Path.of("/proc/self/limits")).stream().filter(line -> line.startsWith("Max open files"))
            .findFirst().orElseThrow().replaceAll(" +", " ").split(" ")[4];
    var mayOpen = limit.equals("unlimited") ? Integer.MAX_VALUE : Integer.parseInt(limit);
    var count = Math.min(wanted, mayOpen - DESCRIPTORS_BESIDE);
    if (count < wanted) IO.println(count + " connections instead of " + wanted + ": ulimit -Hn is " + limit);
    var clients = new ArrayList<Peer>();
    var server = Peer.start("server");
    try {
        var port = server.line();
        open(port, 2_000, clients); // tables and pools grow to some size, and stay
        end(clients);
        var before = Figures.whenEmpty(server);
        open(port, count, clients);
        var idle = Figures.of(server);
        if (idle.connections != count) throw new IllegalStateException(idle + " instead of " + count + " connections");
        var served = 0;
        for (var client : clients) served += Integer.parseInt(client.ask());
        reportCosts(count, served, before, idle);
        end(clients);
        var after = Figures.whenEmpty(server);
        open(port, count, clients);
        end(clients);
        reportReturn(before, after, Figures.whenEmpty(server));
    } finally {
        for (var client : clients) client.process.destroyForcibly();
        server.process.destroyForcibly().waitFor();
    }
}

void open(String port, int count, List<Peer> clients) throws IOException {
    for (var left = count; left > 0; left -= PER_CLIENT) {
        var host = "127.0.0." + (1 + clients.size());
        clients.add(Peer.start("client", port, host, Integer.toString(Math.min(left, PER_CLIENT))));
        clients.getLast().line();
    }
}

void end(List<Peer> clients) throws Exception {
    for (var client : clients) client.end();
    clients.clear();
}

void reportCosts(int count, int served, Figures before, Figures idle) {
    var heap = (idle.heapKib - before.heapKib) * 1024.0 / count;
    var other = (idle.residentKib - before.residentKib) * 1024.0 / count;
    var kernel = (idle.kernelKib - before.kernelKib) * 1024.0 / count / 2;
    IO.println(String.format(Locale.ROOT, "%,d idle connections, bytes of each: heap %.0f, other memory of the process %.0f,"
            + " kernel %.0f (half of what both ends take); %d of them asked again and were served", count, heap, other, kernel,
            served));
}

/// @param after all of them have gone
/// @param again after as many more have come and gone
void reportReturn(Figures before, Figures after, Figures again) {
    IO.println(String.format(Locale.ROOT, "when all have gone: %d connections, %+d descriptors, heap %+d KiB, process %+d KiB"
            + " (tables and pools, kept for the next ones); when as many more have come and gone: %+d, %+d and %+d more",
            after.connections, after.descriptors - before.descriptors, after.heapKib - before.heapKib,
            after.residentKib - before.residentKib, again.descriptors - after.descriptors, again.heapKib - after.heapKib,
            again.residentKib - after.residentKib));
    var isBack = after.connections == 0 && again.connections == 0 && again.descriptors <= before.descriptors
            && again.heapKib - after.heapKib <= MAY_STAY_KIB && again.residentKib - after.residentKib <= MAY_GROW_KIB;
    if (isBack) return;
    IO.println("FAILED: not all has come back");
    System.exit(1);
}
