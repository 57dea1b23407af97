package dev.anillo.http.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a path leads to: a file, open, and those that lie beside it in other codings. Whoever holds it closes it; what a
/// response has taken of a file stays open for that.
///
/// @param path where it really is
/// @param type of the content, whatever its coding
/// @param plain the file as it is
/// @param coded the better first
/// @param isCompressible whether it may be compressed where it is sent as it is
record FoundFile(Path path, String type, FileVariant plain, List<FileVariant> coded, boolean isCompressible)
        implements FileLookup.Result, AutoCloseable {
    /// What is compressed here is compressed so.
    static final String COMPRESSION = "gzip";

    /// Whether another request might get another coding.
    boolean varies() {
        return isCompressible || !coded.isEmpty();
    }

    /// The form that is best for a request; what is not acceptable in any is sent as it is.
    ///
    /// @param acceptEncoding the field's value, or null
    FileVariant choose(String acceptEncoding) {
        if (acceptEncoding == null || coded.isEmpty()) return plain;
        var coding = Negotiation.encoding(acceptEncoding, coded.stream().map(FileVariant::coding).toList());
        for (var variant : coded) {
            if (variant.coding().equals(coding)) return variant;
        }
        return plain;
    }

    /// Whether the chosen form is to be compressed for this request; never for a part of it.
    boolean isToBeCompressed(FileVariant chosen, String acceptEncoding, boolean wantsRange) {
        return isCompressible && chosen == plain && !wantsRange
                && COMPRESSION.equals(Negotiation.encoding(acceptEncoding, List.of(COMPRESSION)));
    }

    /// As [FileVariant#withTextsOf], for each form.
    FoundFile withTextsOf(FoundFile former) {
        var texts = new ArrayList<FileVariant>();
        for (var i = 0; i < coded.size(); i++) {
            texts.add(i < former.coded.size() ? coded.get(i).withTextsOf(former.coded.get(i)) : coded.get(i));
        }
        return new FoundFile(path, type, plain.withTextsOf(former.plain), List.copyOf(texts), isCompressible);
    }

    int openCount() {
        return 1 + coded.size();
    }

    @Override
    public void close() {
        plain.file().close();
        for (var variant : coded) variant.file().close();
    }
}
