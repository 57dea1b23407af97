package dev.anillo.http.app;

import dev.anillo.http.wire.FieldRules;
import dev.anillo.loop.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.util.Objects;
import java.util.function.Consumer;

/// One field or file of a multipart form, as it arrives. Set the callbacks when the part is handed over, or [#pause]
/// and set them later. After the last data comes [#onEnd] or [#onAborted], never both.
///
/// Threads: the request's loop.
public final class Part {
    private final MultipartBody body;
    private final String name;
    private final String fileName;
    private final String contentType;

    private Consumer<Buffer> onData;
    private Runnable onEnd;
    private Runnable onAborted;

    Part(MultipartBody body, PartHead head) {
        this.body = body;
        name = head.name();
        fileName = head.fileName();
        contentType = head.contentType();
    }

    /// The field's name.
    public String name() {
        return name;
    }

    /// The file's name, null when the part is no file. As the client likes it: it may be empty, hold separators, `..`
    /// or control characters, and is no path to write to (RFC 7578 §7).
    public String fileName() {
        return fileName;
    }

    /// The Content-Type as sent, null when there is none, which means `text/plain` (RFC 7578 §4.4).
    public String contentType() {
        return contentType;
    }

    /// The part's bytes as they arrive, in order, in runs of any length. The buffer is lent until the callback returns
    /// ([Buffer#keep] to have it longer).
    public Part onData(Consumer<Buffer> callback) {
        onData = Objects.requireNonNull(callback);
        return this;
    }

    /// All of the part has arrived. Whether the form is good to its end is not known yet.
    public Part onEnd(Runnable callback) {
        onEnd = Objects.requireNonNull(callback);
        return this;
    }

    /// The part will not be completed: the client has gone, or the form is refused. Here goes what was made of it so
    /// far.
    public Part onAborted(Runnable callback) {
        onAborted = Objects.requireNonNull(callback);
        return this;
    }

    /// For short fields: the whole part, as text, in place of [#onData] and [#onEnd]. A longer one is refused with
    /// 413, one that is not UTF-8 with 400 (RFC 7578 §5.1.2).
    ///
    /// @param bytesMax of the text as sent
    public Part onText(int bytesMax, Consumer<String> callback) {
        Objects.requireNonNull(callback);
        var bytes = new ByteArrayOutputStream();
        onData(data -> {
            if (data.readable() <= bytesMax - bytes.size()) bytes.writeBytes(data.toByteArray());
            else body.refuse(new Refusal(413, "text of a part longer than the limit"));
        });
        return onEnd(() -> {
            var text = StrictUtf8.decode(bytes.toByteArray(), bytes.size());
            if (text != null) callback.accept(text);
            else body.refuse(new Refusal(400, "text of a part is not UTF-8 (RFC 7578 §5.1.2)"));
        });
    }

    /// Nothing more of the form, neither of this part nor behind it, until [#resume]. The client is slowed down.
    public void pause() {
        body.pause();
    }

    public void resume() {
        body.resume();
    }

    boolean wantsData() {
        return onData != null;
    }

    void deliver(Buffer data) {
        onData.accept(data);
    }

    void tellEnd() {
        if (onEnd != null) onEnd.run();
    }

    void tellAborted() {
        if (onAborted != null) onAborted.run();
    }

    @Override
    public String toString() {
        var file = fileName == null ? "" : ", file " + FieldRules.quote(fileName);
        return "Part[" + FieldRules.quote(name) + file + "]";
    }
}
