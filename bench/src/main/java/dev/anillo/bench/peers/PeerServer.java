package dev.anillo.bench.peers;

import java.nio.file.Path;

/// A server of the JVM that answers as [Workload] says.
interface PeerServer {
    /// Where all of them listen.
    String HOST = "127.0.0.1";
    /// Connections that wait to be accepted: as many as a load generator opens at once.
    int BACKLOG = 4_096;

    /// Starts the server, which from then on runs as long as its JVM.
    ///
    /// @param port      0 for a free one
    /// @param directory has `file/1m`
    /// @return the port it listens on
    int listen(int port, Path directory) throws Exception;
}
