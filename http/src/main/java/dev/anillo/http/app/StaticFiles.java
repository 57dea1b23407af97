package dev.anillo.http.app;

import dev.anillo.http.Handler;
import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.loop.EventLoop;
import dev.anillo.loop.net.SendableFile;
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
/// What was looked up serves the requests of the next second too ([#KEPT_MILLIS_MAX]), from the file as it was opened
/// then: within that time a file that was replaced or deleted is still served as it was. Who changes a file in place,
/// instead of putting another one in its place by renaming, may see new content under the old validators for that long;
/// one that has become shorter resets the connections that it is being sent to. [#keepOpen] switches this off.
///
/// Files are looked up and opened by virtual threads, so that a slow disk holds up the requests that need it and no
/// others, and sent by the transport ([HttpResponse#end(dev.anillo.loop.net.SendableFile, long, long)]). What counts
/// is where the file is that was opened: a link that is put into the path at the last moment leads nowhere either
/// ([SendableFile#openBelow], which has less to go by on the nio transport).
///
/// Threads: settings first, in one thread. After that it doesn't change, and several loops may share it.
public final class StaticFiles implements Handler {
    /// Files that each loop keeps open, unless [#keepOpen] says otherwise: an eighth of the 4,096 descriptors that a process
    /// has where nobody has raised their number.
    public static final int KEPT_OPEN_MAX = 512;

    /// How old what is served may be, in milliseconds, where files are kept open. Short for people; for a busy server
    /// thousands of requests.
    public static final int KEPT_MILLIS_MAX = OpenFiles.SERVED_MILLIS_MAX;

    /// Files that are compressed on request at once, in a process ([#gzip]). Who comes meanwhile gets the file as it is: a
    /// client pays a few bytes for what costs a server milliseconds.
    public static final int COMPRESSIONS_MAX = 2;

    private final Path root;
    private String index = "index.html";
    private String prefix = "";
    private String cacheControl;
    private boolean dotFiles;
    private int gzipBytesMax;
    private int keptOpenMax = KEPT_OPEN_MAX;
    private final OpenFilesByLoop openFiles = new OpenFilesByLoop();

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

    /// The longest file of a compressible type, such as text, that is compressed for clients that accept `gzip` where no
    /// sibling lies beside it; never for a request with Range. Each such answer takes the time to compress it and as much
    /// memory as the file has, so that siblings are better for what is asked for often; beyond [#COMPRESSIONS_MAX] at once
    /// they are sent as they are. Default 0: none.
    public StaticFiles gzip(int fileBytesMax) {
        if (fileBytesMax < 0 || fileBytesMax == Integer.MAX_VALUE) {
            throw new IllegalArgumentException("no bound: " + fileBytesMax);
        }
        gzipBytesMax = fileBytesMax;
        return this;
    }

    /// How many files each loop keeps open for further requests; a file that is served in several codings counts for each.
    /// Default [#KEPT_OPEN_MAX]; 0: each request looks its file up and opens it, and sees what it is at that moment.
    public StaticFiles keepOpen(int filesMax) {
        if (filesMax < 0) throw new IllegalArgumentException("no number of files: " + filesMax);
        keptOpenMax = filesMax;
        return this;
    }

    @Override
    public void handle(HttpRequest request, HttpResponse response) {
        switch (request.method()) {
            case "GET", "HEAD" -> serve(request, response);
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

    private void serve(HttpRequest request, HttpResponse response) {
        var path = request.path();
        if (!path.startsWith(prefix)) {
            refuse(response, 404, "Not Found");
            return;
        }
        var loop = request.socket().loop();
        var open = openFiles(loop);
        var entry = open == null ? null : open.find(path);
        if (entry == null) {
            lookUp(loop, path, new Pending(request, response));
            return;
        }
        if (open.beginsRenewal(entry)) lookUp(loop, path, null);
        answer(loop, path, request, response, entry.found);
    }

    /// Null where none are kept.
    private OpenFiles openFiles(EventLoop loop) {
        return keptOpenMax == 0 ? null : openFiles.of(loop, keptOpenMax);
    }

    private void answer(EventLoop loop, String path, HttpRequest request, HttpResponse response, FoundFile found) {
        var acceptEncoding = found.varies() ? request.header("Accept-Encoding") : null;
        var chosen = found.choose(acceptEncoding);
        if (acceptEncoding != null && found.isToBeCompressed(chosen, acceptEncoding, request.header("Range") != null)) {
            lookUp(loop, path, new Pending(request, response));
        } else {
            new FileAnswer(request, response, found, chosen).send(cacheControl);
        }
    }

    // On threads that may wait for the disk, and back.

    /// @param pending who waits for it; or null
    private void lookUp(EventLoop loop, String path, Pending pending) {
        var lookup = new FileLookup(root, index, dotFiles, gzipBytesMax);
        var beganMillis = loop.currentTimeMillis();
        Thread.ofVirtual().name("anillo-files").start(() -> {
            var result = find(lookup, loop, path.substring(prefix.length()), pending);
            try {
                loop.execute(() -> lookedUp(loop, path, pending, result, beganMillis));
            } catch (RejectedExecutionException _) { // the loop has ended, and its connections
                if (result instanceof FoundFile found) found.close();
            }
        });
    }

    private static FileLookup.Result find(FileLookup lookup, EventLoop loop, String path, Pending pending) {
        if (path.isEmpty()) return new FileLookup.Directory("/"); // the prefix without its slash
        try {
            var result = lookup.find(loop, path);
            if (result instanceof FoundFile found && pending != null) pending.choose(lookup, found);
            return result;
        } catch (Throwable fault) { // an error too, of a class that can't be loaded say: the request wants an answer
            System.getLogger("dev.anillo.http").log(Level.ERROR, "looking up " + path, fault);
            return new FileLookup.Unavailable();
        }
    }

    private void lookedUp(EventLoop loop, String path, Pending pending, FileLookup.Result result, long beganMillis) {
        try {
            if (pending != null && !pending.isAborted) answer(pending, result);
        } finally {
            keep(openFiles(loop), path, result, beganMillis);
        }
    }

    private void answer(Pending pending, FileLookup.Result result) {
        var request = pending.request;
        var response = pending.response;
        switch (result) {
            case FoundFile found -> new FileAnswer(request, response, found, pending.chosen).send(cacheControl);
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
    private static void keep(OpenFiles open, String path, FileLookup.Result result, long beganMillis) {
        switch (result) {
            case FoundFile found when open == null -> found.close();
            case FoundFile found -> open.add(path, found, beganMillis);
            case FileLookup.Unavailable _ when open != null -> open.close(); // what we hold may be what is short
            default -> {
                if (open != null) open.remove(path);
            }
        }
    }

    /// A request whose file is being looked up. Its client may go meanwhile, and the request must not be asked then.
    private static final class Pending {
        final HttpRequest request;
        final HttpResponse response;
        private final String acceptEncoding;
        private final boolean wantsRange;
        boolean isAborted;

        /// By the thread that has looked it up.
        FileVariant chosen;

        Pending(HttpRequest request, HttpResponse response) {
            this.request = request;
            this.response = response;
            acceptEncoding = request.header("Accept-Encoding");
            wantsRange = request.header("Range") != null;
            request.onAborted(() -> isAborted = true);
        }

        void choose(FileLookup lookup, FoundFile found) {
            chosen = lookup.choose(found, acceptEncoding, wantsRange);
        }
    }
}
