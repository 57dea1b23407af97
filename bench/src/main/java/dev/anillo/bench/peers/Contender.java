package dev.anillo.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One server that can be measured.
///
/// @param name      short, as in tables: "anillo io_uring", "netty epoll", "c epoll"
/// @param family    what kind of program it is
/// @param command   its command line, not pinned to processors; {port} and {dir} stand for what [#prepare] is told
/// @param templates resources that it needs in {dir}, in which the same is replaced
/// @param workloads what it serves
/// @param absent    why it can't run here ("no h2o is installed"), empty if it can
public record Contender(String name, Family family, List<String> command, List<String> templates,
        Set<Workload> workloads, Optional<String> absent) {
    /// Sizes of the files `bytes/N` that [#prepare] makes, for servers that don't compute.
    public static final List<Integer> FILE_BYTES =
            List.of(0, 1, 100, 1_024, 4_096, 10_240, 16_384, 65_536, 102_400, 1 << 20, 16 << 20);

    private static final int LARGE_FILE_BYTES = 1 << 20;

    /// Writes the files that the contender serves or is configured by, and tells how to start it.
    ///
    /// @param directory an empty one, of this run alone
    public List<String> prepare(int port, Path directory) throws IOException {
        writeFiles(directory);
        for (var template : templates) {
            Files.writeString(directory.resolve(template), replaced(Tools.resource(template), port, directory));
        }
        return command.stream().map(word -> replaced(word, port, directory)).toList();
    }

    /// `file/1m` and, where no program makes them, `bytes/N`, served below the same paths, and the short texts.
    private void writeFiles(Path directory) throws IOException {
        Files.write(Files.createDirectories(directory.resolve("file")).resolve("1m"), filled(LARGE_FILE_BYTES));
        if (family != Family.NATIVE) return;
        Files.write(directory.resolve("plaintext.txt"), Answers.hello());
        Files.write(directory.resolve("json.json"), Answers.json());
        Files.write(directory.resolve("ok.txt"), Answers.ok());
        var bytes = Files.createDirectories(directory.resolve("bytes"));
        for (var count : FILE_BYTES) Files.write(bytes.resolve(count.toString()), filled(count));
    }

    static byte[] filled(int count) {
        var bytes = new byte[count];
        Arrays.fill(bytes, (byte) 'x');
        return bytes;
    }

    private static String replaced(String text, int port, Path directory) {
        return text.replace("{port}", Integer.toString(port)).replace("{dir}", directory.toString())
                .replace("{user}", System.getProperty("user.name").equals("root") ? "user: root" : "");
    }
}
