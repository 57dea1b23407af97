package dev.anillo.http.app;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import java.util.function.Consumer;

/// Reads forms with files: multipart/form-data (RFC 7578). The parts come one after another, each as a stream;
/// nothing of them is kept here, however long they are.
///
///     private static final MultipartReader UPLOADS = MultipartReader.create().bytesMax(1L << 30);
///
///     UPLOADS.read(request, response, part -> {
///         if (part.fileName() == null) part.onText(1000, text -> …);
///         else part.onData(buffer -> …).onEnd(() -> …).onAborted(() -> …);
///     }, () -> response.end("thank you"));
///
/// Made once, with its limits, and used for every request. What is refused: 415 for another Content-Type, a
/// Content-Encoding, parts within a part, and a Content-Transfer-Encoding that would have to be decoded; 413 above a
/// limit; 400 for what is malformed or could be read in two ways: no boundary or a bad one, a boundary with something
/// behind it, bare CR or LF, folded lines, no Content-Disposition or two, no name, a parameter that comes twice,
/// headers that are not UTF-8, no last boundary. What stands before the first boundary and behind the last one is
/// skipped (RFC 2046 §5.1.1). A body without any part is one: browsers send it for an empty form.
///
/// Threads: settings before the first [#read], on any thread; then [#read] on the request's loop, of any number of
/// loops.
public final class MultipartReader {
    /// Bytes of a body, everything counted. Bounds time and traffic, not memory: nothing is kept.
    public static final long BYTES_MAX = 64L << 20;

    /// Parts of a form. Each costs the program a callback and perhaps a file.
    public static final int PARTS_MAX = 256;

    /// Bytes of the headers of one part, with the line ends and the white space behind the boundary. Bounds memory.
    public static final int HEAD_BYTES_MAX = 4 * 1024;

    /// Bytes of a part's name. Names are the program's own; longer ones are not.
    public static final int NAME_BYTES_MAX = 256;

    /// Bytes of a file's name: four times what file systems take, for names of which some need more bytes here than
    /// there.
    public static final int FILE_NAME_BYTES_MAX = 1_024;

    private long bytesMax = BYTES_MAX;
    private int partsMax = PARTS_MAX;
    private int headBytesMax = HEAD_BYTES_MAX;
    private int nameBytesMax = NAME_BYTES_MAX;
    private int fileNameBytesMax = FILE_NAME_BYTES_MAX;

    private MultipartReader() {}

    /// With the default limits.
    public static MultipartReader create() {
        return new MultipartReader();
    }

    // Settings, before the first read.

    /// Default [#BYTES_MAX].
    public MultipartReader bytesMax(long bytes) {
        bytesMax = bytes;
        return this;
    }

    /// Default [#PARTS_MAX].
    public MultipartReader partsMax(int count) {
        partsMax = count;
        return this;
    }

    /// Default [#HEAD_BYTES_MAX].
    public MultipartReader headBytesMax(int bytes) {
        headBytesMax = bytes;
        return this;
    }

    /// Default [#NAME_BYTES_MAX].
    public MultipartReader nameBytesMax(int bytes) {
        nameBytesMax = bytes;
        return this;
    }

    /// Default [#FILE_NAME_BYTES_MAX].
    public MultipartReader fileNameBytesMax(int bytes) {
        fileNameBytesMax = bytes;
        return this;
    }

    long bytesMax() {
        return bytesMax;
    }

    int partsMax() {
        return partsMax;
    }

    int headBytesMax() {
        return headBytesMax;
    }

    int nameBytesMax() {
        return nameBytesMax;
    }

    int fileNameBytesMax() {
        return fileNameBytesMax;
    }

    // Reading.

    /// Reads the request's body; a refusal is answered with its status and reason. The reader takes the request's
    /// `onData`, `onEnd` and `onAborted` for itself; [Part#onAborted] tells when a client goes in the middle of a
    /// part.
    ///
    /// @param onPart called for each part before its first byte. A part whose data nobody asks for is skipped.
    /// @param onEnd called once, when the form is complete
    public void read(HttpRequest request, HttpResponse response, Consumer<Part> onPart, Runnable onEnd) {
        read(request, onPart, onEnd, refusal -> refusal.answer(request, response));
    }

    /// As [#read(HttpRequest, HttpResponse, Consumer, Runnable)], for a program that answers refusals itself.
    ///
    /// @param onRefused called at the most once, instead of `onEnd`, when parts may have been delivered already; at
    ///     once for what the head tells. The rest of the body is thrown away.
    public void read(HttpRequest request, Consumer<Part> onPart, Runnable onEnd, Consumer<Refusal> onRefused) {
        var head = FormHead.of(request, "multipart", "form-data", bytesMax);
        if (head.refusal() != null) {
            onRefused.accept(head.refusal());
            return;
        }
        var boundary = head.type().parameter("boundary");
        if (boundary == null || !Delimiter.isBoundary(boundary)) {
            onRefused.accept(new Refusal(400, "multipart without a boundary, or with a bad one (RFC 2046 §5.1.1)"));
            return;
        }
        new MultipartBody(request, new MultipartParser(this, boundary), onPart, onEnd, onRefused).read();
    }
}
