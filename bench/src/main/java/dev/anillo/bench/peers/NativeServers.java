package dev.anillo.bench.peers;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Servers that are not for the JVM, as far as this system has them; their configurations are resources.
final class NativeServers {
    /// nginx and h2o serve files and fixed texts: nothing is echoed or encoded.
    private static final Set<Workload> FIXED =
            EnumSet.of(Workload.ROOT, Workload.PLAINTEXT, Workload.JSON, Workload.BYTES, Workload.FILE);

    private NativeServers() {}

    static List<Contender> contenders() {
        return List.of(
                contender("nginx", List.of("-p", "{dir}", "-e", "stderr", "-c", "{dir}/nginx.conf"), "nginx.conf",
                        FIXED),
                contender("h2o", List.of("-c", "{dir}/h2o.conf"), "h2o.conf", FIXED),
                contender("node", List.of("{dir}/node.js", "{port}", "{dir}"), "node.js",
                        EnumSet.allOf(Workload.class)));
    }

    private static Contender contender(String name, List<String> arguments, String template, Set<Workload> workloads) {
        var program = Tools.find(name);
        var command = new ArrayList<>(List.of(program.map(Object::toString).orElse(name)));
        command.addAll(arguments);
        var absent = program.isPresent() ? Optional.<String>empty() : Optional.of("no " + name + " is installed");
        return new Contender(name, Family.NATIVE, List.copyOf(command), List.of(template), workloads, absent);
    }
}
