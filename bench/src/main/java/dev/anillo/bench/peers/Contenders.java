package dev.anillo.bench.peers;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// All servers that can be measured, with their command lines. JVMs are started by this JVM's `java` with its class
/// path, a heap of one size, and the collector that a JVM with one processor chooses by itself.
public final class Contenders {
    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String CLASS_PATH = absolute(System.getProperty("java.class.path"));
    private static final List<String> COMMON = List.of("-Danillo.bench.control=true", "-Xms256m", "-Xmx256m",
            "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED");

    /// As in TechEmpower's benchmarks (run_netty.sh there): without the first two, Netty on Java 25 has no Unsafe.
    private static final List<String> NETTY = List.of("--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.noUnsafe=false", "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-Dio.netty.buffer.checkBounds=false", "-Dio.netty.buffer.checkAccessible=false",
            "-Dio.netty.leakDetection.level=disabled");

    /// As in TechEmpower's benchmarks, as far as Vert.x 5 still knows them.
    private static final List<String> VERTX = List.of("-Dvertx.disableMetrics=true", "-Dvertx.disableWebsockets=true",
            "-Dvertx.disableContextTimings=true", "-Dvertx.disableHttpHeadersValidation=true",
            "-Dvertx.cacheImmutableHttpResponseHeaders=true",
            "-Dvertx.internCommonHttpRequestHeadersToLowerCase=true");

    /// Without the limits connections beyond 200 would be closed whenever they are idle for a moment.
    private static final List<String> ROBAHO =
            List.of("-Drobaho.net.httpserver.nodelay=true", "-Drobaho.net.httpserver.maxIdleConnections=100000");
    private static final List<String> JDK =
            List.of("-Dsun.net.httpserver.nodelay=true", "-Dsun.net.httpserver.maxIdleConnections=100000");

    private Contenders() {}

    /// @param scratch a directory for the C programs, which are compiled now
    public static List<Contender> all(Path scratch) throws IOException {
        var all = new ArrayList<Contender>();
        for (var transport : List.of("io_uring", "epoll", "nio")) all.add(anillo(transport));
        all.addAll(new Floors(scratch).contenders());
        for (var name : Peer.ALL.keySet()) all.add(peer(name));
        all.addAll(NativeServers.contenders());
        return all;
    }

    /// With the launcher's options, but from the class path, where the modules are unnamed: access to what is native is
    /// then granted to all of them.
    private static Contender anillo(String transport) {
        return jvm("anillo " + transport, Family.ANILLO,
                List.of("-XX:+UseCompactObjectHeaders", "-XX:FreqInlineSize=170", "-Danillo.graceful=true",
                        "-Djava.io.tmpdir={dir}"),
                List.of("dev.anillo.bench.target.Target", "--port", "{port}", "--transport", transport),
                EnumSet.allOf(Workload.class));
    }

    private static Contender peer(String name) {
        var workloads = EnumSet.allOf(Workload.class);
        if (name.equals("microhttp")) workloads.remove(Workload.FILE);
        return jvm(name, Family.JVM, options(name), List.of(Peer.class.getName(), name, "{port}", "{dir}"), workloads);
    }

    private static List<String> options(String name) {
        return switch (name.substring(0, name.concat(" ").indexOf(' '))) {
            case "netty" -> NETTY;
            case "vertx" -> Stream.concat(NETTY.stream(), VERTX.stream()).toList();
            case "robaho" -> ROBAHO;
            case "jdk" -> JDK;
            default -> List.of();
        };
    }

    private static Contender jvm(String name, Family family, List<String> options, List<String> main,
            Set<Workload> workloads) {
        var command = Stream.of(List.of(JAVA), COMMON, options, List.of("-cp", CLASS_PATH), main).flatMap(List::stream)
                .toList();
        return new Contender(name, family, command, List.of(), workloads, needsLinux(name));
    }

    private static Optional<String> needsLinux(String name) {
        if (System.getProperty("os.name").equals("Linux")) return Optional.empty();
        var ofLinux = name.contains("epoll") || name.contains("io_uring");
        return ofLinux ? Optional.of("only Linux has it") : Optional.empty();
    }

    private static String absolute(String classPath) {
        return Stream.of(classPath.split(File.pathSeparator)).map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
