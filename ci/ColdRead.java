import dev.anillo.loop.Timer;
import module dev.anillo.loop;
import module java.base;

/// Reads a file whole while a timer fires each millisecond, and tells how late the timer was. Exits with 1 when it was later
/// than the bound.
///
///     ./anillo ci/ColdRead.java FILE LAG_MILLIS_MAX
final class ColdRead {
    private static final long PERIOD_NANOS = 1_000_000;
    /// For classes to be loaded and the timer's way to be compiled; then the reading begins.
    private static final int WARM_UP_TICKS = 300;

    private final Path file;
    private final long lagMillisMax;
    private final Timer timer = EventLoop.current().setInterval(this::tick, 1);
    private long start;
    private long fetchedBefore;
    private long last;
    private long worst;
    private int ticks;
    private long bytes;

    private ColdRead(Path file, long lagMillisMax) {
        this.file = file;
        this.lagMillisMax = lagMillisMax;
    }

    private void tick() {
        var now = System.nanoTime();
        if (++ticks > WARM_UP_TICKS) worst = Math.max(worst, now - last - PERIOD_NANOS);
        last = now;
        if (ticks == WARM_UP_TICKS) read();
    }

    private void read() {
        fetchedBefore = fetched();
        last = start = System.nanoTime();
        FileSource.open(file).onData(data -> bytes += data.readable()).onEnd(this::ended);
    }

    /// What the process has had fetched from a disk (proc(5)).
    private static long fetched() {
        try (var lines = Files.lines(Path.of("/proc/self/io"))) {
            return lines.filter(line -> line.startsWith("read_bytes: ")).mapToLong(line -> Long.parseLong(line.substring(12)))
                    .findFirst().orElse(0);
        } catch (IOException unexpected) {
            throw new UncheckedIOException(unexpected);
        }
    }

    private void ended() {
        timer.cancel();
        tick();
        System.out.printf("%d MiB in %.2f s, %d MiB of them from the disk; "
                        + "the timer fired %d times, at the worst %.1f ms late%n",
                bytes >> 20, (last - start) / 1e9, fetched() - fetchedBefore >> 20, ticks - WARM_UP_TICKS, worst / 1e6);
        if (worst <= lagMillisMax * 1_000_000) return;
        System.err.println("later than " + lagMillisMax + " ms");
        System.exit(1);
    }

    static void main(String[] arguments) {
        new ColdRead(Path.of(arguments[0]), Long.parseLong(arguments[1]));
    }
}
