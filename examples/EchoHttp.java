import module dev.anillo.http;

/// Gives back the body of each request while it still arrives: a few buffers are held, however long the body.
///
///     ./anillo examples/EchoHttp.java 3001
///     curl --data-binary @FILE http://127.0.0.1:3001/
void main(String[] arguments) {
    var port = arguments.length == 0 ? 3001 : Integer.parseInt(arguments[0]);
    var server = HttpServer.create((request, response) -> {
        response.header("Content-Type", "application/octet-stream");
        request.pipe(response);
    });
    server.listen(port, "127.0.0.1", () -> IO.println("echo on http://127.0.0.1:" + port + "/"));
}
