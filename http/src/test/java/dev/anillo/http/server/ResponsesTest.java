package dev.anillo.http.server;

import org.junit.jupiter.api.Test;

class ResponsesTest extends ServerTest {
    @Test
    void helloWorldByteForByte() {
        clientOf((_, response) -> {
            response.status(200);
            response.header("Content-Type", "text/plain");
            response.end("Hola Mundo");
        }).request("GET /").expect("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + RawClient.DATE
                + "Content-Length: 10\r\n\r\nHola Mundo");
    }
}
