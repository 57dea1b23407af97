package dev.anillo.http.app;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.loop.net.SendableFile;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Answers with an open file: all of it, some ranges, or that the client has it already (RFC 9110 §13, §14).
final class FileAnswer {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final HttpRequest request;
    private final HttpResponse response;
    private final FileLookup.Found found;
    private final SendableFile file;
    private final long size;

    FileAnswer(HttpRequest request, HttpResponse response, FileLookup.Found found) {
        this.request = request;
        this.response = response;
        this.found = found;
        this.file = found.file();
        this.size = file.size();
    }

    /// @param cacheControl null for none
    void send(String cacheControl) {
        if (cacheControl != null) response.header("Cache-Control", cacheControl);
        if (found.varies()) response.header("Vary", "Accept-Encoding");
        var state = Conditional.on(tag(), file.lastModified()).describe(response);
        switch (state.evaluate(request)) {
            case NOT_MODIFIED -> response.status(304).end();
            case PRECONDITION_FAILED -> response.status(412).end();
            case PROCEED -> sendContent(state.rangeApplies(request) ? request.header("Range") : null);
        }
    }

    /// Strong: who changes a file in place within a nanosecond and keeps its size has to know what he does.
    private ETag tag() {
        var modified = file.lastModified();
        var nanos = modified.getEpochSecond() * NANOS_PER_SECOND + modified.getNano();
        var opaque = Long.toHexString(nanos) + "-" + Long.toHexString(size);
        return ETag.strong(found.coding() == null ? opaque : opaque + "-" + found.coding());
    }

    private void sendContent(String range) {
        response.header("Accept-Ranges", "bytes").header("X-Content-Type-Options", "nosniff");
        if (found.coding() != null) response.header("Content-Encoding", found.coding());
        switch (RangeRequest.parse(range, size)) {
            case RangeRequest.Whole _ -> sendPart(200, 0, size);
            case RangeRequest.Parts(var ranges) when ranges.size() == 1 -> {
                var only = ranges.getFirst();
                response.header("Content-Range", only.contentRange(size));
                sendPart(206, only.first(), only.length());
            }
            case RangeRequest.Parts(var ranges) -> sendParts(ranges);
            case RangeRequest.Unsatisfiable _ -> response.removeHeader("Content-Encoding").status(416)
                    .header("Content-Range", ByteRange.unsatisfied(size)).end();
        }
    }

    private void sendPart(int status, long offset, long length) {
        response.status(status).header("Content-Type", found.type()).header("Content-Length", Long.toString(length))
                .end(file, offset, length);
    }

    /// As multipart/byteranges (RFC 9110 §14.6).
    private void sendParts(List<ByteRange> ranges) {
        var random = ThreadLocalRandom.current();
        var boundary = HexFormat.of().toHexDigits(random.nextLong()) + HexFormat.of().toHexDigits(random.nextLong());
        var heads = ranges.stream().map(range -> "\r\n--" + boundary + "\r\nContent-Type: " + found.type()
                + "\r\nContent-Range: " + range.contentRange(size) + "\r\n\r\n").toList();
        var end = "\r\n--" + boundary + "--\r\n";
        var length = (long) end.length();
        for (var head : heads) length += head.length();
        for (var range : ranges) length += range.length();
        response.status(206).header("Content-Type", "multipart/byteranges; boundary=" + boundary)
                .header("Content-Length", Long.toString(length));
        for (var i = 0; i < ranges.size(); i++) {
            response.write(heads.get(i));
            response.write(file, ranges.get(i).first(), ranges.get(i).length());
        }
        response.end(end);
    }
}
