package dev.anillo.http.wire;

/// Why the peer's bytes were refused. One for each parser, shared by its parts; holds constants, allocates nothing.
final class Verdict {
    static final int NEED_MORE = 0;
    static final int BAD = -1;

    int status;
    String reason = "";

    int reject(int status, String reason) {
        this.status = status;
        this.reason = reason;
        return BAD;
    }

    boolean isBad() {
        return status != 0;
    }

    void reset() {
        if (status == 0) return;
        status = 0;
        reason = "";
    }
}
