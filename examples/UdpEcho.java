import module dev.anillo.loop;

/// Gives each datagram back to whoever has sent it.
///
///     ./anillo examples/UdpEcho.java 3003
///     echo hello | nc -u -w1 127.0.0.1 3003
void main(String[] arguments) throws IOException {
    var port = arguments.length == 0 ? 3003 : Integer.parseInt(arguments[0]);
    var socket = UdpSocket.bind(new InetSocketAddress("127.0.0.1", port));
    socket.onMessage((data, sender) -> socket.send(data, sender));
    IO.println("echo of datagrams on 127.0.0.1:" + socket.port());
}
