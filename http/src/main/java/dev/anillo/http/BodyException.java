package dev.anillo.http;

/// A request body could not be had as it was asked for; carries the status that fits as an answer.
public final class BodyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    public BodyException(int status, String message) {
        super(message);
        this.status = status;
    }

    /// 413 for a body above the bound, 400 for one that was cut off (then nobody is there to be answered).
    public int status() {
        return status;
    }
}
