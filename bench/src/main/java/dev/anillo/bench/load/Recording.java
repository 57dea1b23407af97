package dev.anillo.bench.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// What became of the requests that were due while it was measured. Each of them is in exactly one of the counts.
public final class Recording {
    /// Latencies above are recorded as this.
    static final long NANOS_MAX = TimeUnit.HOURS.toNanos(1);
    private static final int DIGITS = 3;

    /// Of answers, since they were due; a request that was given up counts with the time until then, for it would have
    /// taken longer.
    public final Histogram latencies = new Histogram(NANOS_MAX, DIGITS);

    /// How much later than due requests were sent although a connection was free: this program's own doing.
    public final Histogram lateness = new Histogram(NANOS_MAX, DIGITS);

    /// Of the time that was measured, what a loop that never sleeps had nothing to do in. Of several threads: of the one
    /// that had least. 0 where loops sleep.
    long idleNanos = Long.MAX_VALUE;

    /// Answered as expected.
    public long good;
    /// Answered with a status that is not expected.
    long badStatus;
    /// Answered with a body that is not expected.
    long badBody;
    /// Given up because their time was over, sent or not.
    long timedOut;
    /// Whose connection ended before the answer, or what came was none.
    long lost;

    /// Answers of the warm-up too.
    public long answers;
    /// Bytes of everything that was received, and connections that were made again or could not be.
    long receivedBytes;
    long reconnects;
    long refusedConnects;
    public String firstProblem;

    public long errors() {
        return badStatus + badBody + timedOut + lost + refusedConnects;
    }

    void problem(String what) {
        if (firstProblem == null) firstProblem = what;
    }

    void latency(long nanos) {
        latencies.recordValue(Math.clamp(nanos, 0, NANOS_MAX));
    }

    void lateness(long nanos) {
        lateness.recordValue(Math.clamp(nanos, 0, NANOS_MAX));
    }

    /// Together with those of other threads.
    void add(Recording other) {
        latencies.add(other.latencies);
        lateness.add(other.lateness);
        idleNanos = Math.min(idleNanos, other.idleNanos);
        good += other.good;
        badStatus += other.badStatus;
        badBody += other.badBody;
        timedOut += other.timedOut;
        lost += other.lost;
        answers += other.answers;
        receivedBytes += other.receivedBytes;
        reconnects += other.reconnects;
        refusedConnects += other.refusedConnects;
        if (other.firstProblem != null) problem(other.firstProblem);
    }
}
