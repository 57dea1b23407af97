import module dev.anillo.loop;
import module java.base;

import dev.anillo.loop.Timer;
import dev.anillo.loop.buffer.Buffer;

/// Finds how much a server can do, offers it ten times as much, and says what came of it:
///
///     ./anillo ci/OverloadClient.java PORT PID /PATH kept|new SECONDS P99_MILLIS_MAX PEAK_CONNECTIONS GOODPUT_MIN
///
/// **The peak** is what connections get that ask again as soon as they are answered. It is measured before each overload and
/// after it, and the mean of both counts: machines drift.
///
/// **The overload** comes by a schedule that waits for no answer: each request is due at its time, sent on a connection that
/// is free (`kept`: some thousands, all open before) or on one of its own (`new`), and its latency counts from when it was
/// due. Who has no answer after PATIENCE_MILLIS gives up and closes the connection. With connections of their own the bound is
/// on the latency since they stood: one that finds the queue of the server's kernel full tries again by itself after a second
/// (tcp(7)), which is the client's wait and not the server's. For `/cheap` no generator on one
/// processor can offer ten times as much: there ten times the connections ask as fast as they are answered.
///
/// Status 1 when less than GOODPUT_MIN of the peak was answered 200 in time, when 99 of 100 of these took longer than
/// P99_MILLIS_MAX, or when a second round of overload leaves the server larger than the first one did.
static final int TIMES = 10;
static final int PATIENCE_MILLIS = 2_000;
static final int KEPT_CONNECTIONS = 4_000;
/// Connections that may wait for an answer, or to be accepted, at once: below what a process may open.
static final int NEW_CONNECTIONS_MAX = 15_000;
static final int HEAP_GROWTH_KIB_MAX = 4 * 1024;
static final int RESIDENT_GROWTH_KIB_MAX = 32 * 1024;
static final int TICKS_PER_SECOND = 100; // of /proc/PID/stat, on every Linux
static final long MILLI = 1_000_000;

int port;
String pid;
String path;
boolean kept;
int seconds;
int p99MillisMax;
int peakConnections;
double goodputMin;
byte[] request;
final EventLoop loop = EventLoop.current();
final ArrayDeque<Client> free = new ArrayDeque<>();
final ArrayDeque<Long> waiting = new ArrayDeque<>();
final Set<Client> clients = new LinkedHashSet<>();
Phase phase;

/// What became of requests that were due within it.
final class Phase {
    final long begin = loop.nanoTime();
    long offered;
    long answered;
    long shed;
    long gaveUp;
    long failed;
    long unsent;
    final long cpuBefore = cpuTicks();
    final Times sinceDue = new Times();
    /// With connections of their own: since they stood.
    final Times sinceConnected = new Times();
    double elapsedSeconds;
    double cpuSeconds;
    boolean asksOn = true;

    void answered(int status, long dueNanos, long connectedNanos) {
        if (status == 503) {
            shed++;
            return;
        }
        if (status != 200) throw new IllegalStateException("answer " + status);
        answered++;
        var now = loop.nanoTime();
        sinceDue.add(now - dueNanos);
        sinceConnected.add(now - Math.max(dueNanos, connectedNanos));
    }

    void over() {
        asksOn = false;
        elapsedSeconds = (loop.nanoTime() - begin) / 1e9;
        cpuSeconds = (cpuTicks() - cpuBefore) / (double) TICKS_PER_SECOND;
    }

    double rate() {
        return answered / elapsedSeconds;
    }
}

final class Times {
    private long[] nanos = new long[1024];
    private int count;

    void add(long time) {
        if (count == nanos.length) nanos = Arrays.copyOf(nanos, count * 2);
        nanos[count++] = time;
    }

    /// @return milliseconds at or below which so much of them is; 0 of none
    double millis(double part) {
        var sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return count == 0 ? 0 : sorted[(int) Math.min(count - 1, part * count)] / 1e6;
    }
}

/// One connection.
final class Client {
    final TcpSocket socket;
    final Phase mine = phase;
    private final byte[] answer = new byte[1024];
    private int answerBytes;
    private long dueNanos;
    private Timer patience;
    private boolean connected;
    private long connectedNanos;

    Client(Runnable onConnected) throws OsException {
        socket = TcpSocket.connect(new InetSocketAddress("127.0.0.1", port), _ -> {
            connected = true;
            connectedNanos = loop.nanoTime();
            onConnected.run();
        });
        socket.noDelay(true);
        clients.add(this);
        socket.onData(this::data).onError(_ -> {}).onClose(this::closed);
    }

    void ask(long dueNanos) {
        this.dueNanos = dueNanos;
        socket.write(request);
        patience = loop.setTimeout(this::giveUp, Math.max(1, PATIENCE_MILLIS - (loop.nanoTime() - dueNanos) / MILLI));
    }

    boolean isAsking() {
        return dueNanos != 0;
    }

    private void giveUp() {
        phase.gaveUp++;
        dueNanos = 0;
        socket.destroy();
    }

    private void data(Buffer data) {
        var bytes = Math.min(data.readable(), answer.length - answerBytes);
        System.arraycopy(data.toByteArray(), 0, answer, answerBytes, bytes);
        answerBytes += bytes;
        var text = new String(answer, 0, answerBytes, StandardCharsets.ISO_8859_1);
        var head = text.indexOf("\r\n\r\n");
        if (head < 0) return;
        var length = text.indexOf("Content-Length: ");
        var body = Integer.parseInt(text.substring(length + 16, text.indexOf('\r', length)));
        if (answerBytes < head + 4 + body) return;
        answerBytes = 0;
        patience.cancel();
        var due = dueNanos;
        dueNanos = 0;
        phase.answered(Integer.parseInt(text.substring(9, 12)), due, connectedNanos);
        if (kept) onFree(this);
        else socket.destroy();
    }

    private void closed() {
        clients.remove(this);
        free.remove(this);
        if (patience != null) patience.cancel();
        if (mine.asksOn && (isAsking() || !connected && patience == null)) mine.failed++;
        dueNanos = 0;
        onClosed(this);
    }
}

Consumer<Client> onFree = _ -> {};
Consumer<Client> onClosed = _ -> {};

void onFree(Client client) {
    onFree.accept(client);
}

void onClosed(Client client) {
    onClosed.accept(client);
}

void main(String[] arguments) {
    port = Integer.parseInt(arguments[0]);
    pid = arguments[1];
    path = arguments[2];
    kept = arguments[3].equals("kept");
    seconds = Integer.parseInt(arguments[4]);
    p99MillisMax = Integer.parseInt(arguments[5]);
    peakConnections = Integer.parseInt(arguments[6]);
    goodputMin = Double.parseDouble(arguments[7]);
    request = ("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + (kept ? "" : "Connection: close\r\n") + "\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    Thread.ofVirtual().start(() -> {
        try {
            System.exit(run() ? 0 : 1);
        } catch (Throwable problem) {
            problem.printStackTrace();
            System.exit(1);
        }
    });
    loop.setInterval(() -> {}, 1_000); // keeps the loop
}

boolean run() throws Exception {
    overload(closed(peakConnections, 2)); // for both compilers
    figures();
    var first = closed(peakConnections, seconds);
    var overload = overload(first);
    var before = figures();
    var second = closed(peakConnections, seconds);
    var again = overload(second);
    var after = figures();
    var third = closed(peakConnections, seconds);
    IO.println("peak " + Math.round(first.rate()) + ", " + Math.round(second.rate()) + ", " + Math.round(third.rate())
            + "/s with " + peakConnections + " connections, p99 " + Math.round(first.sinceConnected.millis(0.99)) + " ms");
    var good = true;
    good &= judge(overload, (first.rate() + second.rate()) / 2);
    good &= judge(again, (second.rate() + third.rate()) / 2);
    IO.println("server after the first and the second: heap " + before[2] + " and " + after[2] + " KiB, resident " + before[3]
            + " and " + after[3] + " KiB; shed late " + after[0] + ", surplus " + after[1] + "; connections " + after[4]
            + ", under way " + after[5]);
    var grows = after[2] - before[2] > HEAP_GROWTH_KIB_MAX || after[3] - before[3] > RESIDENT_GROWTH_KIB_MAX;
    if (grows) IO.println("FAILED: the server grows");
    return good && !grows;
}

boolean judge(Phase overload, double peak) {
    var ratio = overload.rate() / peak;
    IO.println(String.format(Locale.ROOT, "  offered %.0f/s: answered %.0f/s, %.0f %% of the peak, p50 %.0f ms, p99 %.0f ms%s;"
            + " of %d: answered %d, 503 %d, gave up %d, failed %d, unsent %d; server's processor %.0f %% busy",
            overload.offered / overload.elapsedSeconds, overload.rate(), 100 * ratio, overload.sinceConnected.millis(0.5),
            overload.sinceConnected.millis(0.99), kept ? "" : String.format(Locale.ROOT,
            " since connected, p50 %.0f ms, p99 %.0f ms since due", overload.sinceDue.millis(0.5),
            overload.sinceDue.millis(0.99)), overload.offered, overload.answered, overload.shed, overload.gaveUp, overload.failed,
            overload.unsent, 100 * overload.cpuSeconds / overload.elapsedSeconds));
    var good = ratio >= goodputMin;
    if (!good) IO.println("FAILED: less than " + goodputMin + " of the peak");
    var bounded = overload.sinceConnected.millis(0.99) <= p99MillisMax;
    if (!bounded) IO.println("FAILED: p99 above " + p99MillisMax + " ms");
    return good && bounded;
}

// Load.

/// So many connections, each of which asks again as soon as it is answered.
Phase closed(int connections, int seconds) throws Exception {
    return onLoop(done -> {
        phase = new Phase();
        var now = phase;
        onFree = client -> {
            if (!now.asksOn) return;
            now.offered++;
            client.ask(loop.nanoTime());
        };
        onClosed = _ -> {
            if (now.asksOn) connectAndAsk(now, loop.nanoTime());
        };
        for (var i = 0; i < connections; i++) connectAndAsk(now, loop.nanoTime());
        loop.setTimeout(() -> {
            now.over();
            leave(() -> done.complete(now));
        }, seconds * 1_000L);
    });
}

/// The latency counts from when it was due, connecting included.
void connectAndAsk(Phase now, long due) {
    now.offered++;
    try {
        var holder = new Client[1];
        var timer = new Timer[1];
        holder[0] = new Client(() -> {
            timer[0].cancel();
            if (now.asksOn) holder[0].ask(due);
            else holder[0].socket.destroy();
        });
        timer[0] = loop.setTimeout(() -> {
            if (holder[0].connected) return;
            now.gaveUp++;
            holder[0].patience = timer[0];
            holder[0].socket.destroy();
        }, PATIENCE_MILLIS);
    } catch (OsException refused) {
        throw new UncheckedIOException(refused);
    }
}

Phase overload(Phase peak) throws Exception {
    if (path.equals("/cheap")) return closed(peakConnections * TIMES, seconds);
    var perSecond = (int) (peak.rate() * TIMES);
    if (kept) connectAll();
    return onLoop(done -> {
        phase = new Phase();
        var now = phase;
        onFree = client -> {
            if (waiting.isEmpty()) free.add(client);
            else client.ask(waiting.remove());
        };
        onClosed = _ -> {
            if (kept && now.asksOn) connectFree();
        };
        var ticking = new Timer[1];
        ticking[0] = loop.setInterval(() -> {
            var nanos = loop.nanoTime();
            if (nanos - now.begin >= seconds * 1_000 * MILLI) {
                ticking[0].cancel();
                now.over();
                leave(() -> done.complete(now));
                return;
            }
            while (now.offered * 1_000_000_000L / perSecond <= nanos - now.begin) {
                due(now, now.begin + now.offered * 1_000_000_000L / perSecond);
            }
            while (!waiting.isEmpty() && nanos - waiting.peek() > PATIENCE_MILLIS * MILLI) {
                waiting.remove();
                now.unsent++;
            }
        }, 1);
    });
}

void due(Phase now, long due) {
    if (kept) {
        now.offered++;
        if (free.isEmpty()) waiting.add(due);
        else free.remove().ask(due);
    } else if (clients.size() < NEW_CONNECTIONS_MAX) {
        connectAndAsk(now, due);
    } else {
        now.offered++;
        now.unsent++;
    }
}

void connectFree() {
    try {
        var holder = new Client[1];
        holder[0] = new Client(() -> onFree(holder[0]));
    } catch (OsException refused) {
        throw new UncheckedIOException(refused);
    }
}

/// Some hundreds at once: more than that would be an overload by itself.
void connectAll() throws Exception {
    for (var until = 500; until <= KEPT_CONNECTIONS; until += 500) {
        var wanted = until;
        this.<Void>onLoop(done -> {
            phase = new Phase();
            onFree = client -> {
                free.add(client);
                if (free.size() == wanted) done.complete(null);
            };
            onClosed = _ -> {};
            while (clients.size() < wanted) connectFree();
        });
    }
}

/// All connections are closed, whatever they wait for.
void leave(Runnable then) {
    onFree = _ -> {};
    onClosed = _ -> {
        if (clients.isEmpty()) then.run();
    };
    waiting.clear();
    free.clear();
    if (clients.isEmpty()) then.run();
    else for (var client : List.copyOf(clients)) client.socket.destroy();
}

<T> T onLoop(Consumer<CompletableFuture<T>> start) throws Exception {
    var done = new CompletableFuture<T>();
    loop.execute(() -> {
        try {
            start.accept(done);
        } catch (Throwable problem) {
            done.completeExceptionally(problem);
        }
    });
    return done.get(seconds + 60, TimeUnit.SECONDS);
}

// The server.

/// Waits until the server has got over what came before.
long[] figures() throws Exception {
    for (var until = System.nanoTime() + 10_000 * MILLI; ; ) {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write("GET /load HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes());
            var answer = new String(socket.getInputStream().readAllBytes());
            var words = answer.substring(answer.indexOf("\r\n\r\n") + 4).strip().split(" ");
            var figures = Arrays.stream(words).mapToLong(Long::parseLong).toArray();
            if (figures[4] == 1 && figures[6] == 0 || System.nanoTime() > until) return figures;
        }
        Thread.sleep(100);
    }
}

long cpuTicks() {
    try {
        var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    } catch (IOException gone) {
        throw new UncheckedIOException("the server has ended", gone);
    }
}
