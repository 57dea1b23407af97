import module dev.anillo.http;
import module java.base;

import java.util.zip.CRC32;

/// What stands behind the proxies of ci/smuggling.sh: records each request that its handler was given, and says in its
/// answer which one that was. `GET /seen` tells what was recorded since it was asked last, a line for each request:
/// `METHOD TARGET BYTES CRC32`, or `METHOD TARGET early` for one that was answered before its body was read.
///
///     ./anillo ci/SmugglingServer.java PORT [lenient]
///
/// With `lenient` it is no Anillo, but a server that makes the mistakes which others have made. It is there to be found
/// out: what does not notice it, would notice nothing.
final List<String> seen = Collections.synchronizedList(new ArrayList<>());

void main(String[] arguments) throws Exception {
    var port = Integer.parseInt(arguments[0]);
    if (arguments.length > 1 && arguments[1].equals("lenient")) new Lenient().listen(port);
    else HttpServer.create(this::handle).listen(port, "127.0.0.1");
}

void handle(HttpRequest request, HttpResponse response) {
    if (request.target().equals("/seen")) {
        response.end(takeSeen());
        return;
    }
    var what = request.method() + " " + request.target();
    if (request.method().equals("CONNECT")) response.status(405);
    if (request.target().endsWith("/early")) {
        answer(response, what + " early");
        return;
    }
    var body = new ByteArrayOutputStream();
    request.onData(data -> body.writeBytes(data.toByteArray()));
    request.onEnd(() -> answer(response, record(what, body.toByteArray())));
}

void answer(HttpResponse response, String line) {
    seen.add(line);
    response.header("X-Saw", line).end(line + "\n");
}

String takeSeen() {
    synchronized (seen) {
        var lines = String.join("\n", seen);
        seen.clear();
        return lines;
    }
}

static String record(String what, byte[] body) {
    var crc = new CRC32();
    crc.update(body);
    return what + " " + body.length + " " + crc.getValue();
}

/// Ends lines at LF, takes names with white space around, any value that has `chunked` in it, and whatever number a length
/// begins with; the last length wins, and a GET has no body.
final class Lenient {
    void listen(int port) throws IOException {
        var listener = new ServerSocket(port, 100, InetAddress.getByName("127.0.0.1"));
        while (true) {
            var socket = listener.accept();
            Thread.ofVirtual().start(() -> serve(socket));
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream());
            while (exchange(in, socket.getOutputStream())) {
                // one after the other
            }
        } catch (IOException gone) {
            // a client that leaves is no news here
        }
    }

    /// @return whether the connection goes on
    private boolean exchange(InputStream in, OutputStream out) throws IOException {
        var words = line(in).split(" ");
        if (words.length < 2) return false;
        var length = 0;
        var chunked = false;
        var close = false;
        for (var field = line(in); !field.isEmpty(); field = line(in)) {
            var colon = field.indexOf(':');
            var name = field.substring(0, Math.max(0, colon)).strip().toLowerCase(Locale.ROOT);
            var value = field.substring(colon + 1).strip().toLowerCase(Locale.ROOT);
            switch (name) {
                case "content-length" -> length = number(value, 10);
                case "transfer-encoding" -> chunked |= value.contains("chunked");
                case "connection" -> close = value.equals("close");
                default -> { }
            }
        }
        var what = words[0] + " " + words[1];
        if (words[1].equals("/seen")) {
            write(out, "", takeSeen(), close);
            return !close;
        }
        var hasBody = !words[0].equals("GET");
        var line = record(what, !hasBody ? new byte[0] : chunked ? chunks(in) : in.readNBytes(length));
        seen.add(line);
        write(out, "X-Saw: " + line + "\r\n", line + "\n", close);
        return !close;
    }

    private byte[] chunks(InputStream in) throws IOException {
        var body = new ByteArrayOutputStream();
        for (var size = number(line(in), 16); size > 0; size = number(line(in), 16)) {
            body.writeBytes(in.readNBytes(size));
            line(in);
        }
        while (!line(in).isEmpty()) {
            // trailers are thrown away
        }
        return body.toByteArray();
    }

    private static int number(String text, int radix) {
        var number = 0;
        for (var c : text.strip().replaceFirst("^(0x|\\+)", "").toCharArray()) {
            var digit = Character.digit(c, radix);
            if (digit < 0) break;
            number = number * radix + digit;
        }
        return Math.max(0, number);
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (var c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') return line.toString().stripTrailing();
            line.append((char) c);
        }
        throw new EOFException();
    }

    private static void write(OutputStream out, String fields, String body, boolean close) throws IOException {
        out.write(("HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + body.length() + (close ? "\r\nConnection: close" : "")
                + "\r\n\r\n" + body).getBytes(StandardCharsets.ISO_8859_1));
    }
}
