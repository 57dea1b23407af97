package dev.anillo.http.server;

import dev.anillo.http.HttpLimits;
import java.util.concurrent.TimeUnit;

/// Whether a request is handed to the handler, or answered 503 at once: because too many others are under way, or because
/// it has waited too long for the loop to get to it.
///
/// **When waiting counts.** A burst, a pause of the virtual machine, one slow callback: all make requests wait, and go by
/// themselves. What does not go by is a queue that stands. So, as in CoDel (RFC 8289), nothing is shed before requests have
/// been late for twice the bound: each look that finds one adds the time since the last look, each that finds none takes it
/// off, and a single step counts for a quarter of the bound at the most. Then the server is overloaded, until none has been
/// late for as long. While it is, those are shed that have waited longer than the bound, to a 64th of it.
///
/// **What it costs.** Without overload one request in [#LOOK_EVERY] looks at the clock, and asks the system how long its
/// bytes have been there only when the last such answer is a sixteenth of the bound old. In overload each request looks at the
/// clock, and few ask: what one turn brings comes in the order in which it arrived, so that an answer counts for those behind
/// it as well, as many as arrive in a 64th of the bound. They have waited less by about that at the most. The first request of
/// a connection asks for itself: it may have waited in another queue.
///
/// **New connections** are accepted by an overloaded server about as fast as it serves requests, unless it has nothing else to
/// do: one that is accepted, answered 503 and closed costs as much as some requests. The others wait in the kernel, whose
/// queue is kept so short meanwhile that it is gone through in a quarter of the bound: from a long one only those would come
/// that are late already.
///
/// Time is a parameter: nanoseconds of the loop's clock.
final class Admission {
    /// Of so many requests one looks at the clock: a nanosecond or two for each.
    static final int LOOK_EVERY = 16;

    /// In the bound: between two questions to the system, and between two decisions about new connections.
    static final int LOOKS_PER_BOUND = 16;

    /// In overload: between two questions to the system within a turn.
    static final int QUESTIONS_PER_BOUND = 64;

    /// The kernel's queue of new connections holds what is served in the bound through this.
    private static final int BACKLOGS_PER_BOUND = 4;

    /// ... and no less than this.
    static final int BACKLOG_MIN = 16;

    /// A single step counts for the bound through this at the most, and a loop has rested that slept so long.
    private static final int STEPS_PER_BOUND = 4;

    /// For so many bounds requests have to be late, and for so many none of them.
    static final int STANDING_BOUNDS = 2;

    private int underWayMax;
    private int underWay;
    private long waitNanosMax;
    private int backlogMax;

    private int untilLook = 1;
    private long clockNanos;
    private long lookedNanos;

    /// The turn that was seen last, and since when what it has brought may have waited, where the system does not tell.
    private long turnNanos;
    private long sinceNanos;

    /// When the bytes arrived that the system was asked about last, if it told, and for how many more requests that counts.
    private long arrivedNanos;
    private boolean arrivalKnown;
    private int answerCounts;

    /// For how long requests have been late.
    private long standingNanos;
    private boolean isNear;

    private boolean overloaded;
    private long lateNanos;
    private long decidedNanos;
    /// Requests that were let through since the last decision about new connections, and in a bound.
    private int served;
    private double servedPerBound;
    /// Likewise those that came.
    private int came;
    private double comePerBound;
    /// Connections that were accepted since.
    private int accepted;
    private long idleNanos;
    /// Connections that may still be accepted before the next decision; negative when too many came.
    private int credit;
    private int backlog;
    /// At the most so many connections were in the kernel's queue when it was made shorter. All of them are accepted, until one
    /// comes that is not late.
    private int old;
    /// The last turn that brought a request or a connection.
    private long busyTurnNanos;

    void limits(HttpLimits limits) {
        underWayMax = limits.requestsUnderWayMax();
        waitNanosMax = TimeUnit.MILLISECONDS.toNanos(limits.queueMillisMax());
    }

    /// @param connections that may wait in the kernel without overload
    void backlogMax(int connections) {
        backlogMax = connections;
    }

    // Requests under way.

    void begun() {
        underWay++;
    }

    void ended() {
        underWay--;
    }

    int underWay() {
        return underWay;
    }

    boolean isFull() {
        return underWay >= underWayMax;
    }

    boolean isHalfEmpty() {
        return underWay <= underWayMax / 2;
    }

    // Waiting.

    /// Whether this request is one that looks at the clock.
    boolean looks() {
        return --untilLook <= 0 && waitNanosMax > 0;
    }

    /// The next request looks too.
    void lookAgain() {
        untilLook = 1;
    }

    /// Whether [#isLate] is to be asked about the request. A rare one is always looked at.
    boolean isDue(long nowNanos) {
        var isDue = isAlert() || nowNanos - lookedNanos >= waitNanosMax / LOOKS_PER_BOUND;
        untilLook = isAlert() || nowNanos - clockNanos >= waitNanosMax / LOOKS_PER_BOUND ? 1 : LOOK_EVERY;
        if (!isDue) clockNanos = nowNanos;
        return isDue;
    }

    private boolean isAlert() {
        return overloaded || isNear || standingNanos > 0;
    }

    /// Whether the system is to be asked how long the request has been there, for [#told], before [#isLate] judges it; else
    /// an earlier answer counts. Each call is for another request.
    ///
    /// @param turnNanos when the loop's turn began, as far as anybody has looked
    /// @param isNew the first one of its connection
    boolean asks(long turnNanos, boolean isNew) {
        return isNew || turnNanos != this.turnNanos || --answerCounts < 0;
    }

    /// @param arrivalMillis how long the request's bytes have been there at the least; -1 where the system does not tell. Then
    ///     the most that it can have waited counts: since the turn before began, unless the loop has rested since
    void told(long nowNanos, int arrivalMillis, boolean isNew) {
        arrivalKnown = arrivalMillis >= 0;
        arrivedNanos = nowNanos - TimeUnit.MILLISECONDS.toNanos(arrivalMillis);
        answerCounts = overloaded && !isNew ? (int) (comePerBound / QUESTIONS_PER_BOUND) : 0;
    }

    /// A request has come to its turn.
    ///
    /// @return whether it is to be shed
    boolean isLate(long nowNanos, long turnNanos, boolean isNew) {
        busyTurnNanos = turnNanos;
        var longStep = waitNanosMax / STEPS_PER_BOUND;
        if (turnNanos != this.turnNanos) {
            sinceNanos = turnNanos - clockNanos > longStep ? turnNanos : this.turnNanos;
            this.turnNanos = turnNanos;
        }
        var waited = arrivalKnown ? nowNanos - Math.min(turnNanos, arrivedNanos) : nowNanos - sinceNanos;
        var step = Math.min(nowNanos - lookedNanos, longStep);
        clockNanos = lookedNanos = nowNanos;
        if (isNew && waited <= waitNanosMax) old = 0;
        return saw(waited, step, nowNanos);
    }

    private boolean saw(long waited, long step, long nowNanos) {
        var late = waited > waitNanosMax;
        isNear = waited > waitNanosMax / 2;
        if (isAlert()) untilLook = 1;
        if (late) lateNanos = nowNanos;
        if (overloaded) {
            came++;
            if (!late) served++;
            return late;
        }
        standingNanos = Math.max(0, standingNanos + (late ? step : -step));
        if (standingNanos < STANDING_BOUNDS * waitNanosMax) return false;
        overloaded = true;
        backlog = Math.min(BACKLOG_MIN, backlogMax);
        old = backlogMax;
        credit = accepted = served = came = 0;
        idleNanos = nowNanos;
        servedPerBound = comePerBound = 0;
        decidedNanos = nowNanos;
        return true;
    }

    boolean isOverloaded() {
        return overloaded;
    }

    /// How often [#decide] is to be called while overloaded.
    long decideNanos() {
        return waitNanosMax / LOOKS_PER_BOUND;
    }

    /// Whether overload goes on, and how many new connections are let in: a quarter more than requests were served, and as many
    /// as make the shortest queue move on. Where nothing waits for the loop, enough to have something to do.
    ///
    /// @param turnNanos of the turn that has just ended: timers come before a turn's own affairs
    void decide(long nowNanos, long turnNanos) {
        var bounds = (double) (nowNanos - decidedNanos) / waitNanosMax;
        decidedNanos = nowNanos;
        servedPerBound += (served / bounds - servedPerBound) * Math.min(1, bounds);
        comePerBound += (came / bounds - comePerBound) * Math.min(1, bounds);
        var queue = Math.clamp((int) servedPerBound / BACKLOGS_PER_BOUND, Math.min(BACKLOG_MIN, backlogMax), backlogMax);
        credit = Math.min(credit, 0) + (int) Math.ceil(served * 1.25 + BACKLOGS_PER_BOUND * BACKLOG_MIN * bounds);
        if (turnNanos != busyTurnNanos) {
            idleNanos = nowNanos;
            credit = backlogMax;
        }
        // Who finds the kernel's queue full is not seen. Late or not, there is too much to do then, unless the loop has rests.
        if (accepted > backlog && nowNanos - idleNanos > waitNanosMax) lateNanos = nowNanos;
        backlog = queue;
        accepted = served = came = 0;
        if (nowNanos - lateNanos >= STANDING_BOUNDS * waitNanosMax) {
            overloaded = false;
            standingNanos = 0;
        }
    }

    /// A connection has come, perhaps one too many: the system may have accepted it before. As long as others have to wait
    /// there is too much to do, whether a request is late or not.
    void accepted(long nowNanos, long turnNanos) {
        busyTurnNanos = turnNanos;
        accepted++;
        if (old > 0) old--;
        else credit--;
        if (!isAccepting()) lateNanos = nowNanos;
    }

    /// A connection has gone without a request: its client had given up before it was accepted.
    void leftUnheard() {
        credit++;
    }

    boolean isAccepting() {
        return !overloaded || old > 0 || credit > 0;
    }

    /// Connections that may wait in the kernel.
    int backlog() {
        return overloaded ? backlog : backlogMax;
    }
}
