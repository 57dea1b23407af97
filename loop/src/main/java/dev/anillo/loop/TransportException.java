package dev.anillo.loop;

/// No transport of that name, or the one that was asked for is refused here. The message names who refused it.
public final class TransportException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TransportException(String message) {
        super(message);
    }

    public TransportException(String message, Throwable cause) {
        super(message, cause);
    }
}
