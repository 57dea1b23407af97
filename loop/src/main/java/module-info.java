/// The event loop: [dev.anillo.loop] is the environment, [dev.anillo.loop.net] the sockets,
/// [dev.anillo.loop.process] child processes, [dev.anillo.loop.buffer] the off-heap memory that travels through all.
// http is compiled after this module.
@SuppressWarnings("module")
module dev.anillo.loop {
    requires dev.anillo.linux;
    requires jdk.net; // TCP_KEEPIDLE on NIO; in every JDK
    requires jdk.unsupported; // signals

    exports dev.anillo.loop;
    exports dev.anillo.loop.buffer;
    exports dev.anillo.loop.file;
    exports dev.anillo.loop.net;
    exports dev.anillo.loop.process;
    exports dev.anillo.loop.stream;
    exports dev.anillo.loop.memory to dev.anillo.http;
}
