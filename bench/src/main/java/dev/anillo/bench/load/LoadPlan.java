package dev.anillo.bench.load;

import dev.anillo.bench.load.Schedule.Arrivals;

/// How much is asked, and for how long.
///
/// @param requestsPerSecond of all connections; 0: each connection asks again as soon as it is answered (closed loop)
/// @param arrivals of requests that are due by a schedule
/// @param depth requests that a connection may have under way
/// @param threads loops that share connections and rate
/// @param warmUpNanos requests that are due earlier are sent, and not measured
/// @param nanos that are measured
/// @param timeoutNanos after which a request is given up, and its connection closed
/// @param spins whether the loop never sleeps, so that its waking up is not measured, nor left to the server's processor; needs one
///     for each thread
/// @param expected what answers are to be
public record LoadPlan(double requestsPerSecond, Arrivals arrivals, int connections, int depth, int threads, long warmUpNanos,
        long nanos, long timeoutNanos, boolean spins, long seed, Expected expected) {
    /// @param status 0: any from 200 to 399
    /// @param body null: any
    public record Expected(int status, byte[] body) {
        private static final int GOOD_MIN = 200;
        private static final int GOOD_MAX = 399;

        boolean isStatus(int told) {
            return status == 0 ? told >= GOOD_MIN && told <= GOOD_MAX : told == status;
        }
    }

    boolean hasSchedule() {
        return requestsPerSecond > 0;
    }

    /// What one thread does of it.
    LoadPlan part(int thread) {
        var mine = connections / threads + (thread < connections % threads ? 1 : 0);
        return new LoadPlan(requestsPerSecond / threads, arrivals, mine, depth, 1, warmUpNanos, nanos, timeoutNanos,
                spins, seed + thread, expected);
    }
}
