package dev.anillo.http.app;

/// A part of a representation (RFC 9110 §14.1.2).
///
/// @param first offset of its first byte
/// @param last offset of its last byte
public record ByteRange(long first, long last) {
    /// @throws IllegalArgumentException for an empty or negative range
    public ByteRange {
        if (first < 0 || last < first) throw new IllegalArgumentException("no range of bytes: " + first + "-" + last);
    }

    /// In bytes.
    public long length() {
        return last - first + 1;
    }

    /// The value of Content-Range with 206 (RFC 9110 §14.4).
    ///
    /// @param completeLength bytes of the whole representation
    public String contentRange(long completeLength) {
        return "bytes " + first + "-" + last + "/" + completeLength;
    }

    /// The value of Content-Range with 416 (RFC 9110 §14.4).
    ///
    /// @param completeLength bytes of the whole representation
    public static String unsatisfied(long completeLength) {
        return "bytes */" + completeLength;
    }

    boolean overlaps(ByteRange other) {
        return first <= other.last && other.first <= last;
    }
}
