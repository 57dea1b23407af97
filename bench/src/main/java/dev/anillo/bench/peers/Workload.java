package dev.anillo.bench.peers;

/// What is asked of a contender, by path. All answer with `Server` and `Date`, and keep the connection.
public enum Workload {
    /// `ok`
    ROOT("/"),
    /// `Hello, World!`
    PLAINTEXT("/plaintext"),
    /// `{"message":"Hello, World!"}`; except by [Family#NATIVE], it is encoded for each request.
    JSON("/json"),
    /// POST: the body comes back.
    ECHO("/echo"),
    /// The prefix of a count of bytes, 0 to 16 MiB; [Family#NATIVE] has files of [Contender#FILE_BYTES] only.
    BYTES("/bytes/"),
    /// 1 MiB from disk, by what the server has for files.
    FILE("/file/1m");

    private final String path;

    Workload(String path) {
        this.path = path;
    }

    public String path() {
        return path;
    }
}
