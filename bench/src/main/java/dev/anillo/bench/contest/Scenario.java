package dev.anillo.bench.contest;

import dev.anillo.bench.peers.Workload;
import java.util.List;

/// What clients do for the length of one run.
///
/// @param name for the command line (`--workloads`)
/// @param connections all open from the beginning
/// @param depth requests that leave together on each connection, before the next ones wait for all their answers
/// @param uploadBytes of each request's body; 0 for GET
/// @param contentType of the answer
/// @param body of the answer: a text, or for more than that its length in `x`
/// @param requestsPerSecond by the schedule of a Poisson process; 0 for as many as the server answers
record Scenario(String name, String title, Workload asks, String path, int connections, int depth, int uploadBytes,
        String contentType, Body body, int requestsPerSecond) {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;
    private static final String OCTETS = "application/octet-stream";
    private static final int UPLOAD_BYTES = 64 * KIB;

    /// A body that is known without holding it.
    record Body(String text, int bytes) {
        static Body of(String text) {
            return new Body(text, text.length());
        }

        static Body ofX(int bytes) {
            return new Body("x", bytes);
        }

        byte at(int index) {
            return (byte) text.charAt(index % text.length());
        }
    }

    static final List<Scenario> ALL = List.of(
            plaintext("plain-64", "64 connections", 64, 1, 0),
            plaintext("pipelined-64", "64 connections, 16 requests at once on each", 64, 16, 0),
            plaintext("plain-512", "512 connections", 512, 1, 0),
            plaintext("plain-1", "1 connection", 1, 1, 0),
            new Scenario("json-64", "JSON, 64 connections", Workload.JSON, "/json", 64, 1, 0, "application/json",
                    Body.of("{\"message\":\"Hello, World!\"}"), 0),
            new Scenario("16k-64", "16 KiB, 64 connections", Workload.BYTES, "/bytes/" + 16 * KIB, 64, 1, 0, OCTETS,
                    Body.ofX(16 * KIB), 0),
            new Scenario("1m-16", "1 MiB, 16 connections", Workload.BYTES, "/bytes/" + MIB, 16, 1, 0, OCTETS,
                    Body.ofX(MIB), 0),
            new Scenario("file-16", "a file of 1 MiB, 16 connections", Workload.FILE, "/file/1m", 16, 1, 0, OCTETS,
                    Body.ofX(MIB), 0),
            new Scenario("upload-16", "64 KiB there and back, 16 connections", Workload.ECHO, "/echo", 16, 1,
                    UPLOAD_BYTES, OCTETS, Body.ofX(UPLOAD_BYTES), 0),
            plaintext("poisson-64", "20,000 requests/s by Poisson, 64 connections", 64, 1, 20_000),
            plaintext("h2load-64", "64 connections, asked by h2load", 64, 1, 0));

    private static Scenario plaintext(String name, String title, int connections, int depth, int requestsPerSecond) {
        return new Scenario(name, title, Workload.PLAINTEXT, "/plaintext", connections, depth, 0, "text/plain",
                Body.of("Hello, World!"), requestsPerSecond);
    }

    /// @throws IllegalArgumentException for an unknown name
    static Scenario of(String name) {
        return ALL.stream().filter(scenario -> scenario.name.equals(name)).findFirst().orElseThrow(() ->
                new IllegalArgumentException("no workload " + name + "; there are " + String.join(", ", names())));
    }

    static List<String> names() {
        return ALL.stream().map(Scenario::name).toList();
    }

    boolean isUpload() {
        return uploadBytes > 0;
    }

    /// A second generator, lest the first one's ways decide.
    boolean isByH2load() {
        return name.startsWith("h2load");
    }

    boolean hasSchedule() {
        return requestsPerSecond > 0;
    }

    /// The load under which the C floors compare to this one: they have one fixed answer, and its length hardly matters.
    String floorName() {
        return asks == Workload.JSON ? "plain-64" : name;
    }

    /// Requests that can be unanswered at a time.
    int underWayMax() {
        return connections * depth;
    }
}
