package dev.anillo.loop.driver.nio;

import dev.anillo.loop.driver.SendParts;
import java.nio.ByteBuffer;

/// The `ByteBuffer`s that a gathering write wants: [ByteViews] for each place in the list, because two parts may lie in
/// one window.
final class PartViews {
    private final ByteViews[] views = new ByteViews[SendParts.COUNT_MAX];
    private final ByteBuffer[] list = new ByteBuffer[SendParts.COUNT_MAX];

    /// As many as there are parts, valid until the next call.
    ByteBuffer[] of(SendParts parts) {
        for (var i = 0; i < parts.count(); i++) {
            if (views[i] == null) views[i] = new ByteViews();
            list[i] = views[i].at(parts.address(i), parts.length(i));
        }
        return list;
    }
}
