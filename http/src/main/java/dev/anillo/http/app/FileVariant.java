package dev.anillo.http.app;

import dev.anillo.http.HttpResponse;
import dev.anillo.loop.net.SendableFile;
import java.time.Instant;

/// One form of a found file's content: the file as it is, or in a coding; open, and described.
///
/// @param coding null for the file as it is
/// @param compressed the content to be sent in place of the file's own; null for that
record FileVariant(SendableFile file, String coding, Validators validators, byte[] compressed) {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /// What tells one state of the content from another, as condition and as the texts of the fields.
    record Validators(Conditional state, String etag, String lastModified) {
        static Validators of(ETag tag, Instant lastModified) {
            return new Validators(Conditional.on(tag, lastModified), tag.toString(), HttpDate.format(lastModified));
        }

        Validators describe(HttpResponse response) {
            response.header("ETag", etag).header("Last-Modified", lastModified);
            return this;
        }
    }

    /// @param coding of the file's content, or null
    static FileVariant of(SendableFile file, String coding) {
        // Strong: who changes a file in place within a nanosecond and keeps its size has to know what he does.
        var opaque = opaque(file);
        var tag = ETag.strong(coding == null ? opaque : opaque + "-" + coding);
        return new FileVariant(file, coding, Validators.of(tag, file.lastModified()), null);
    }

    /// The same file, compressed for one answer. Its tag is weak: another zlib makes other bytes of it.
    FileVariant compressed(byte[] content) {
        var tag = ETag.weak(opaque(file) + "-compressed");
        return new FileVariant(file, FoundFile.COMPRESSION, Validators.of(tag, file.lastModified()), content);
    }

    private static String opaque(SendableFile file) {
        var modified = file.lastModified();
        var nanos = modified.getEpochSecond() * NANOS_PER_SECOND + modified.getNano();
        return Long.toHexString(nanos) + "-" + Long.toHexString(file.size());
    }

    /// With the very texts of an earlier look at the same state, where it is the same: so answers go on to be recognised.
    FileVariant withTextsOf(FileVariant former) {
        return validators.equals(former.validators) ? new FileVariant(file, coding, former.validators, compressed) : this;
    }

    long size() {
        return file.size();
    }
}
