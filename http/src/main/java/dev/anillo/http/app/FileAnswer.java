package dev.anillo.http.app;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.loop.net.SendableFile;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Answers with an open file: all of it, some ranges, or that the client has it already (RFC 9110 §13, §14).
final class FileAnswer {
    private final HttpRequest request;
    private final HttpResponse response;
    private final FoundFile found;
    private final FileVariant chosen;
    private final SendableFile file;
    private final long size;

    FileAnswer(HttpRequest request, HttpResponse response, FoundFile found, FileVariant chosen) {
        this.request = request;
        this.response = response;
        this.found = found;
        this.chosen = chosen;
        this.file = chosen.file();
        this.size = chosen.size();
    }

    /// @param cacheControl null for none
    void send(String cacheControl) {
        if (cacheControl != null) response.header("Cache-Control", cacheControl);
        if (found.varies()) response.header("Vary", "Accept-Encoding");
        var state = chosen.validators().describe(response).state();
        switch (state.evaluate(request)) {
            case NOT_MODIFIED -> response.status(304).end();
            case PRECONDITION_FAILED -> response.status(412).end();
            case PROCEED -> sendContent(state.rangeApplies(request) ? request.header("Range") : null);
        }
    }

    private void sendContent(String range) {
        response.header("X-Content-Type-Options", "nosniff");
        if (chosen.coding() != null) response.header("Content-Encoding", chosen.coding());
        if (chosen.compressed() != null) {
            response.header("Content-Type", found.type()).end(chosen.compressed());
            return;
        }
        response.header("Accept-Ranges", "bytes");
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
        if (length == 0) response.header("Content-Length", "0"); // else HEAD would not be told
        response.status(status).header("Content-Type", found.type()).end(file, offset, length);
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
