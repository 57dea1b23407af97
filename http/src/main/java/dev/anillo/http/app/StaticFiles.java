package dev.anillo.http.app;

import dev.anillo.http.Handler;
import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.loop.EventLoop;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.concurrent.RejectedExecutionException;

/// Serves the files below a directory.
///
///     var files = StaticFiles.of(Path.of("public")).cacheControl("max-age=3600");
///     HttpServer.create(files).listen(3000);
///
/// | asked for | answer |
/// |---|---|
/// | a file | 200, or 206 for a Range (several as multipart/byteranges), 304, 412, 416 (RFC 9110 §13, §14) |
/// | a directory with its slash | its index file, else 404: nothing is ever listed |
/// | a directory without | 308 to the path with a slash |
/// | what is not there or must not be had | 404, the same for all |
/// | with another method than GET and HEAD | 405 with Allow; 204 for OPTIONS |
///
/// Not to be had is what may not be read, lies outside the directory by a symbolic link, is neither file nor directory, or
/// has a name that begins with a dot; and a path that is malformed or holds `.`, `..`, an empty segment, a backslash, an
/// escaped slash or a control character.
///
/// A file that lies beside the original with `.br` or `.gz` at the end of its name is sent in its place to clients that
/// accept the coding. Validators are made of size and time. The path is taken as sent and decoded segment by segment.
///
/// Files are looked up and opened by virtual threads, so that a slow disk holds up the requests that need it and no
/// others, and sent by the transport ([HttpResponse#end(dev.anillo.loop.net.SendableFile, long, long)]). Between the
/// look at where a path really leads and its opening, who may write below the directory could put a link there: it is
/// for files whose writers are trusted.
///
/// Threads: settings first, in one thread. After that it doesn't change, and several loops may share it.
public final class StaticFiles implements Handler {
    private final Path root;
    private String index = "index.html";
    private String prefix = "";
    private String cacheControl;
    private boolean dotFiles;

    private StaticFiles(Path root) {
        this.root = root;
    }

    /// @param directory what it is now, symbolic links followed
    /// @throws IOException when it can't be found or is none
    public static StaticFiles of(Path directory) throws IOException {
        var root = directory.toRealPath();
        if (!Files.isDirectory(root)) throw new NotDirectoryException(directory.toString());
        return new StaticFiles(root);
    }

    /// The file that stands for its directory; null for none. Default `index.html`.
    public StaticFiles index(String name) {
        index = name;
        return this;
    }

    /// The beginning of the path that is not part of the files' own, such as `/static`; what does not begin with it, and
    /// a slash behind it, is 404. Default empty.
    ///
    /// @throws IllegalArgumentException unless it is empty, or begins with a slash and ends without one
    public StaticFiles prefix(String path) {
        if (!path.isEmpty() && (!path.startsWith("/") || path.endsWith("/") || !Redirect.isLocal(path))) {
            throw new IllegalArgumentException("no prefix of a path: " + path);
        }
        prefix = path;
        return this;
    }

    /// The field that is sent with 200, 206 and 304, such as `public, max-age=31536000, immutable`. Default null: none.
    public StaticFiles cacheControl(String value) {
        cacheControl = value;
        return this;
    }

    /// Whether names that begin with a dot are served. Default false.
    public StaticFiles dotFiles(boolean on) {
        dotFiles = on;
        return this;
    }

    @Override
    public void handle(HttpRequest request, HttpResponse response) {
        switch (request.method()) {
            case "GET", "HEAD" -> lookUp(request, response);
            case "OPTIONS" -> allow(response).status(204).end();
            default -> refuse(allow(response), 405, "Method Not Allowed");
        }
    }

    private static HttpResponse allow(HttpResponse response) {
        return response.header("Allow", "GET, HEAD, OPTIONS");
    }

    private static void refuse(HttpResponse response, int status, String reason) {
        response.status(status).header("Content-Type", "text/plain; charset=utf-8").end(reason + "\n");
    }

    private void lookUp(HttpRequest request, HttpResponse response) {
        var path = request.path();
        if (!path.startsWith(prefix)) {
            refuse(response, 404, "Not Found");
            return;
        }
        var lookup = new FileLookup(root, index, dotFiles);
        var below = path.substring(prefix.length());
        var acceptEncoding = request.header("Accept-Encoding");
        var pending = new Pending(request, response);
        var loop = request.socket().loop();
        Thread.ofVirtual().name("anillo-files").start(() -> {
            var result = below.isEmpty() ? new FileLookup.Directory("/") : find(lookup, loop, below, acceptEncoding);
            try {
                loop.execute(() -> answer(pending, result));
            } catch (RejectedExecutionException _) { // the loop has ended, and its connections
                close(result);
            }
        });
    }

    private static FileLookup.Result find(FileLookup lookup, EventLoop loop, String path, String acceptEncoding) {
        try {
            return lookup.find(loop, path, acceptEncoding);
        } catch (RuntimeException fault) {
            System.getLogger("dev.anillo.http").log(Level.ERROR, "looking up " + path, fault);
            return new FileLookup.Unavailable();
        }
    }

    private void answer(Pending pending, FileLookup.Result result) {
        try {
            if (!pending.isAborted) answer(pending.request, pending.response, result);
        } finally {
            close(result);
        }
    }

    private void answer(HttpRequest request, HttpResponse response, FileLookup.Result result) {
        switch (result) {
            case FileLookup.Found found -> new FileAnswer(request, response, found).send(cacheControl);
            case FileLookup.Directory(var path) -> redirect(request, response, prefix + path);
            case FileLookup.Absent _ -> refuse(response, 404, "Not Found");
            case FileLookup.Unavailable _ -> refuse(response, 503, "Service Unavailable");
        }
    }

    private static void redirect(HttpRequest request, HttpResponse response, String path) {
        var withQuery = path + "?" + request.query();
        var keepsQuery = request.query() != null && Redirect.isLocal(withQuery);
        Redirect.PERMANENT.to(response, keepsQuery ? withQuery : path);
    }

    /// What the response has taken of a file stays open for it.
    private static void close(FileLookup.Result result) {
        if (result instanceof FileLookup.Found found) found.file().close();
    }

    /// A request whose file is being looked up. Its client may go meanwhile, and the request must not be asked then.
    private static final class Pending {
        final HttpRequest request;
        final HttpResponse response;
        boolean isAborted;

        Pending(HttpRequest request, HttpResponse response) {
            this.request = request;
            this.response = response;
            request.onAborted(() -> isAborted = true);
        }
    }
}
