package dev.anillo.bench.target;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/// The object of `/json`, made and encoded for each request.
record Greeting(String message) {
    private static final byte[] OPEN = "{\"message\":".getBytes(StandardCharsets.US_ASCII);

    Buffer toJson() {
        var out = EventLoop.current().takeBuffer(OPEN.length + JsonText.stringBytesMax(message) + 1);
        out.append(OPEN);
        JsonText.appendString(out, message);
        return out.append((byte) '}');
    }
}
