package dev.anillo.http.soak;

import java.util.SplittableRandom;

/// How a client goes about the next few requests of a connection.
enum Mood {
    /// As fast as it can.
    PLAIN(76, false),
    /// Sends a few bytes, waits, sends a few more.
    IN_PIECES(8, false),
    /// Reads a little at a time.
    SLOWLY(4, false),
    /// Ends its side behind the requests, and waits for the answers.
    HALF_CLOSED(3, false),
    /// Tears the connection (RST) in the middle of what it sends or reads.
    TEARS(3, true),
    /// Closes it in order (FIN), in the middle too.
    LEAVES(3, true),
    /// Says a part of it, and nothing more.
    STALLS(1, true),
    /// Asks for much and does not read.
    DEAF(1, true),
    /// Says nothing until the server has had enough.
    IDLE(1, true);

    private static final Mood[] ALL = values();

    private final int weight;

    /// The server may give up on it.
    final boolean trying;

    Mood(int weight, boolean trying) {
        this.weight = weight;
        this.trying = trying;
    }

    static Mood draw(SplittableRandom random) {
        var total = 0;
        for (var mood : ALL) total += mood.weight;
        var left = random.nextInt(total);
        for (var mood : ALL) {
            left -= mood.weight;
            if (left < 0) return mood;
        }
        throw new IllegalStateException("weights");
    }
}
