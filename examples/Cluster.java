import module dev.anillo.http;

/// A server of several processes: the same program, in one process or in many.
///
///     ./anillo examples/Cluster.java [PORT] [WORKERS]
///
/// Workers that fail are replaced; SIGHUP replaces all of them, one after the other, and no request fails.
void main(String[] arguments) throws IOException {
    var port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3000;
    var workers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : Runtime.getRuntime().availableProcessors();
    if (Cluster.isPrimary()) {
        watch(Cluster.fork(workers));
    } else {
        HttpServer.create((request, response) -> response.end("worker " + Cluster.workerId() + "\n"))
                .listen(port, "127.0.0.1");
    }
}

void watch(Cluster cluster) {
    cluster.onListening((worker, address) -> IO.println(worker + " listens on http://127.0.0.1:" + address.getPort() + "/"));
    cluster.onExit((worker, status) -> IO.println(worker + " has ended: " + status));
    cluster.loop().onSignal(Signal.SIGHUP, () -> cluster.restart().whenComplete((_, problem) ->
            IO.println(problem == null ? "all workers are new" : problem.getMessage())));
}
