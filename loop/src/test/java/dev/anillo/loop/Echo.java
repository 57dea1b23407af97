package dev.anillo.loop;

import dev.anillo.loop.net.TcpSocket;

/// Sends back what comes, on the very buffer, and never has more waiting than the high-water mark and one buffer.
final class Echo {
    private Echo() {}

    static void on(TcpSocket socket) {
        socket.onData(data -> {
            if (!socket.write(data.keep())) socket.pause();
        });
        socket.onDrain(socket::resume);
    }
}
