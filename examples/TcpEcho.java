import module dev.anillo.loop;

/// Gives back what a connection sends, byte by byte, until it ends its side.
///
///     ./anillo examples/TcpEcho.java 3002
///     nc 127.0.0.1 3002
void main(String[] arguments) {
    var port = arguments.length == 0 ? 3002 : Integer.parseInt(arguments[0]);
    var server = TcpServer.create(socket -> socket
            .onData(data -> {
                if (!socket.write(data.keep())) socket.pause();
            })
            .onDrain(socket::resume));
    server.listen(port, "127.0.0.1", () -> IO.println("echo on 127.0.0.1:" + port));
}
