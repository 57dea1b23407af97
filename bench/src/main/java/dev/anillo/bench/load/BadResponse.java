package dev.anillo.bench.load;

/// What came is no response.
final class BadResponse extends Exception {
    private static final long serialVersionUID = 1;

    BadResponse(String what) {
        super(what);
    }
}
