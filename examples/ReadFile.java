import module dev.anillo.loop;

/// Tells a file's size and writes it to the standard output, without ever waiting for the disk.
///
///     ./anillo examples/ReadFile.java ARCHITECTURE.md
void main(String[] arguments) {
    var path = Path.of(arguments[0]);
    AsyncFiles.status(path).thenAccept(status -> System.err.println(path + " has " + status.size() + " bytes"));
    FileSource.open(path)
            .onData(data -> System.out.writeBytes(data.toByteArray()))
            .onEnd(System.out::flush);
}
