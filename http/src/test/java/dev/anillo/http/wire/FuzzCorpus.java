package dev.anillo.http.wire;

import java.util.List;

/// Requests that are right, requests that are wrong in known ways, and pieces to put into either.
final class FuzzCorpus {
    static final List<String> REQUESTS = List.of(
            "GET / HTTP/1.1\r\nHost: localhost:8080\r\n\r\n",
            "\r\nHEAD /x?y=z HTTP/1.0\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nhost:\r\n\r\n",
            "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n",
            "GET http://[2001:db8::1]:81/p?q HTTP/1.1\r\nHost: a%20b\r\nConnection: close\r\n\r\n",
            "POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
            "PUT /f HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "5;n=\"v\\\"\"\r\nhello\r\nA;x\r\n0123456789\r\n0\r\nDigest: z\r\n\r\n",
            "PATCH /f HTTP/1.1\r\nHost: a\r\ntransfer-encoding:  Chunked\t\r\n\r\n1\r\nx\r\n0\r\n\r\nGET /",
            "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                    + "X_y!#$: \t v w \t\r\nEmpty:\r\n\r\n",
            """
                    GET /index.html HTTP/1.1\r
                    Host: www.example.org\r
                    User-Agent: Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0\r
                    Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r
                    Accept-Encoding: gzip, deflate, br, zstd\r
                    Cookie: session=0123456789abcdef; theme=dark; caf\u00e9=1\r
                    Connection: keep-alive\r
                    \r
                    """,
            "GET / HTTP/1.1\nHost: a\n\n",
            "GET  / HTTP/1.1\r\nHost : a\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n folded\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003");

    static final List<String> PIECES = List.of("\r\n", "\r", "\n", "\r\n\r\n", " ", "\t", "\0", ":", ",", ";", "\"",
            "\\", "#", "%", "[", "]", "*", "GET ", "HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "http://", "https://a",
            "Host: b\r\n", "Host:", "Content-Length: 3\r\n", "Content-Length: 18446744073709551616\r\n",
            "Transfer-Encoding: chunked\r\n", "Connection: close\r\n", "Expect: x\r\n", "chunked", "identity",
            "keep-alive", "0\r\n\r\n", "7fffffffffffffff", "ffffffffffffffff", "0x", "+", "-", "\u007f", "\u0080",
            "\u00ff", "::", "1.2.3.4", "X: y\r\n", "x".repeat(40));

    private FuzzCorpus() {}
}
