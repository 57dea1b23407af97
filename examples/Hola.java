// The whole program: ./anillo examples/Hola.java
import module dev.anillo.http;

void main() {
    var server = HttpServer.create((request, response) -> {
        response.status(200);
        response.header("Content-Type", "text/plain");
        response.end("Hola Mundo");
    });
    server.listen(3000, "127.0.0.1", () ->
        IO.println("El servidor se está ejecutando en http://127.0.0.1:3000/"));
}
