package dev.anillo.http.server;

/// Whether the two small objects in a handler's hands ([RequestFacade], [ResponseFacade]) may serve another request.
///
/// What a program still holds when its request is over must never become somebody else's: a time-out that was not
/// cancelled would answer another client. So the objects of a request whose answer came later than its handler's return are
/// never used again. For the others nobody can see what a program holds on to, but how it has behaved: the handler that has
/// answered [#EARNED_AFTER] requests before it returned, and has never touched one afterwards, is given the same objects
/// again. The first touch of an object whose request is over ends that for as long as the server lives; from then on each
/// request costs these 32 bytes, as it did in the beginning.
final class Reuse {
    /// Long enough for the habits of a program to show, and nothing in the life of one that is busy.
    static final int EARNED_AFTER = 10_000;

    private static final int FORFEITED = -1;

    private int answeredAtOnce;

    boolean isEarned() {
        return answeredAtOnce == EARNED_AFTER;
    }

    /// The handler has returned, and the program has no more to say.
    void answeredAtOnce() {
        if (answeredAtOnce != FORFEITED && answeredAtOnce < EARNED_AFTER) answeredAtOnce++;
    }

    /// The program holds objects longer than their request lives.
    void forfeit() {
        answeredAtOnce = FORFEITED;
    }
}
