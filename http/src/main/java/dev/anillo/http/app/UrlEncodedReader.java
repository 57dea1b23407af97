package dev.anillo.http.app;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.loop.buffer.Buffer;
import java.util.function.Consumer;

/// Reads forms as browsers send them by default: application/x-www-form-urlencoded (WHATWG URL §5.1).
///
///     private static final UrlEncodedReader FORMS = UrlEncodedReader.create();
///
///     FORMS.read(request, response, fields -> response.end("Hola " + fields.get("name")));
///
/// Made once, with its limits, and used for every request. The body is decoded as it arrives, and its bytes are not
/// kept. What is refused: 415 for another Content-Type, a charset other than UTF-8 or a Content-Encoding; 400 for a
/// percent sign without its two digits and for what is not UTF-8; 413 above a limit.
///
/// Threads: settings before the first [#read], on any thread; then [#read] on the request's loop, of any number of
/// loops.
public final class UrlEncodedReader {
    /// Bytes of a body as sent. Bounds the memory that one request's fields take, to about four times as much.
    public static final long BYTES_MAX = 1 << 20;

    /// Fields of a form. Each costs some 100 bytes, however short it is.
    public static final int FIELDS_MAX = 1_000;

    /// Bytes of a name, decoded. Names are the program's own; longer ones are not.
    public static final int NAME_BYTES_MAX = 256;

    /// Bytes of a value, decoded: a long text that somebody wrote into a field.
    public static final int VALUE_BYTES_MAX = 256 * 1024;

    private long bytesMax = BYTES_MAX;
    private int fieldsMax = FIELDS_MAX;
    private int nameBytesMax = NAME_BYTES_MAX;
    private int valueBytesMax = VALUE_BYTES_MAX;

    private UrlEncodedReader() {}

    /// With the default limits.
    public static UrlEncodedReader create() {
        return new UrlEncodedReader();
    }

    // Settings, before the first read.

    /// Default [#BYTES_MAX].
    public UrlEncodedReader bytesMax(long bytes) {
        bytesMax = bytes;
        return this;
    }

    /// Default [#FIELDS_MAX].
    public UrlEncodedReader fieldsMax(int count) {
        fieldsMax = count;
        return this;
    }

    /// Default [#NAME_BYTES_MAX].
    public UrlEncodedReader nameBytesMax(int bytes) {
        nameBytesMax = bytes;
        return this;
    }

    /// Default [#VALUE_BYTES_MAX].
    public UrlEncodedReader valueBytesMax(int bytes) {
        valueBytesMax = bytes;
        return this;
    }

    long bytesMax() {
        return bytesMax;
    }

    int fieldsMax() {
        return fieldsMax;
    }

    int nameBytesMax() {
        return nameBytesMax;
    }

    int valueBytesMax() {
        return valueBytesMax;
    }

    // Reading.

    /// Reads the request's body; a refusal is answered with its status and reason. The reader takes the request's
    /// `onData` and `onEnd` for itself.
    ///
    /// @param onFields called once, when the body is complete
    public void read(HttpRequest request, HttpResponse response, Consumer<Query> onFields) {
        read(request, onFields, refusal -> refusal.answer(request, response));
    }

    /// As [#read(HttpRequest, HttpResponse, Consumer)], for a program that answers refusals itself.
    ///
    /// @param onRefused called at the most once, instead of `onFields`; at once for what the head tells. The rest of
    ///     the body is thrown away.
    public void read(HttpRequest request, Consumer<Query> onFields, Consumer<Refusal> onRefused) {
        var head = FormHead.of(request, "application", "x-www-form-urlencoded", bytesMax);
        var refusal = head.refusal() == null ? charsetRefusal(head.type()) : head.refusal();
        if (refusal == null) new Body(this, onFields, onRefused).read(request);
        else onRefused.accept(refusal);
    }

    /// The type has no such parameter; some clients send it all the same, and then it must tell the truth.
    private static Refusal charsetRefusal(MediaType type) {
        var charset = type.parameter("charset");
        return charset == null || charset.equalsIgnoreCase("utf-8") ? null
                : new Refusal(415, "charset of the form is not UTF-8");
    }

    /// One request's body.
    private static final class Body {
        private final UrlEncodedParser parser;
        private final Consumer<Query> onFields;
        private final Consumer<Refusal> onRefused;

        Body(UrlEncodedReader limits, Consumer<Query> onFields, Consumer<Refusal> onRefused) {
            this.parser = new UrlEncodedParser(limits);
            this.onFields = onFields;
            this.onRefused = onRefused;
        }

        void read(HttpRequest request) {
            request.onData(this::received).onEnd(this::ended);
        }

        private void received(Buffer data) {
            if (parser.refusal() != null) return;
            if (!parser.read(data.readAddress(), data.readable())) onRefused.accept(parser.refusal());
        }

        private void ended() {
            if (parser.refusal() != null) return;
            var fields = parser.finish();
            if (fields != null) onFields.accept(fields);
            else onRefused.accept(parser.refusal());
        }
    }
}
