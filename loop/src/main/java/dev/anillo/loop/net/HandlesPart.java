package dev.anillo.loop.net;

/// Handles that travel with the first of the bytes behind them.
final class HandlesPart extends OutputPart {
    /// By their descriptors, as the driver wants them.
    final int[] descriptors;

    private final SocketHandle[] handles;

    /// @param handles owned by this part
    HandlesPart(SocketHandle[] handles) {
        this.handles = handles;
        descriptors = new int[handles.length];
        for (var i = 0; i < handles.length; i++) descriptors[i] = handles[i].descriptor();
        for (var handle : handles) handle.keep(); // now that none of them has turned out to be used
    }

    @Override
    void close() {
        for (var handle : handles) handle.close();
    }
}
