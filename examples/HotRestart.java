import module dev.anillo.http;

/// A server that is replaced while it serves: start it a second time, with the same arguments, and the new process takes
/// the listening socket over; the old one answers what it has begun, and ends. No connection is refused.
///
///     ./anillo examples/HotRestart.java /tmp/hot.sock [PORT]
void main(String[] arguments) throws Exception {
    var port = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3000;
    var name = "process " + ProcessHandle.current().pid();
    Takeover.begin(arguments[0], takeover -> {
        var server = HttpServer.create((request, response) -> response.end(name));
        takeover.offer("http", server::handle).onReplaced(server::close);
        takeover.taken("http").ifPresentOrElse(
                socket -> server.listen(socket, () -> serves(name, takeover)),
                () -> server.listen(port, "127.0.0.1", () -> serves(name, takeover)));
    });
}

void serves(String name, Takeover takeover) {
    takeover.ready();
    IO.println(name + " serves");
}
