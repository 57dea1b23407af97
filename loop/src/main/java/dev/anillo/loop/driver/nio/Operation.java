package dev.anillo.loop.driver.nio;

/// What is under way on one side of a descriptor: incoming (accept, receive) or outgoing (connect, send, shutdown,
/// close). One at a time, as the seam demands.
///
///     idle ── begin ──> begun ── await ──> waiting for readiness ── end, from within a poll ──> idle
///                         └──── decide ───────┴──> decided, the next poll reports it ── end ──> idle
final class Operation {
    private static final int NOTHING = 0;

    private final Descriptor descriptor;
    private boolean underWay;
    private long token;
    private int awaited;
    private int result;

    Operation(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    void begin(long token) {
        requireIdle();
        underWay = true;
        this.token = token;
        descriptor.poller.counters.submissions++;
    }

    void requireIdle() {
        if (underWay) {
            throw new IllegalStateException("on descriptor " + descriptor.number() + " an operation of token "
                    + Long.toHexString(token) + " is still under way");
        }
    }

    /// @param readiness a bit of `SelectionKey`
    void await(int readiness) {
        awaited = readiness;
        descriptor.updateInterest();
    }

    /// The readiness that is waited for, or 0.
    int awaited() {
        return awaited;
    }

    boolean isWaiting() {
        return awaited != NOTHING;
    }

    boolean isWaiting(long forToken) {
        return awaited != NOTHING && token == forToken;
    }

    /// The result is known, but nothing may be reported from here: the next poll does.
    void decide(int result) {
        this.result = result;
        await(NOTHING);
        descriptor.poller.decided(this);
    }

    /// Idle again, so that whoever hears of the result can begin anew.
    ///
    /// @return the token
    long end() {
        if (!underWay) throw new IllegalStateException("an operation ended twice");
        underWay = false;
        await(NOTHING);
        return token;
    }

    long token() {
        return token;
    }

    int result() {
        return result;
    }

    Descriptor descriptor() {
        return descriptor;
    }
}
