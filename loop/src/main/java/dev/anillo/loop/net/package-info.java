/// Servers and sockets with callbacks, on the loop of the thread that makes them: [TcpServer] and [TcpSocket] between
/// machines, [UnixServer] and [UnixSocket] within one. What both kinds share is in [StreamServer] and [StreamSocket]; a
/// socket is made of the half that receives, the half that sends, and the operations that are under way between it and
/// the driver. Unix sockets also carry sockets to other processes, as a [SocketHandle].
package dev.anillo.loop.net;
