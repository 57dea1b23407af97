package dev.anillo.loop.driver;

import dev.anillo.loop.OsException;
import dev.anillo.loop.PeerCredentials;
import java.net.SocketAddress;
import java.nio.file.Path;

/// The seam between the loop and the operating system, completion-shaped: an operation is started, and each started
/// operation completes exactly once through [Completions] (accept and receive: many times, the last one marked), also
/// when it is cancelled. No completion is reported from within the method that started it.
///
/// A descriptor is a number that only its driver understands: a file descriptor for the native ones, an index for NIO.
///
/// Threads: everything belongs to the loop's thread but [#wake]. Between construction and [#start] the creating thread
/// stands in for it (listening and starting operations only).
public interface Driver {
    /// Descriptors that one message can carry. The kernel's own bound is 253 (SCM_MAX_FD, unix(7)).
    int PASSED_MAX = 16;

    /// `io_uring`, `epoll`, `nio`.
    String name();

    /// Called once on the loop's thread, before the first [#poll].
    void start();

    /// Monotonic clock of the loop. A simulated driver has its own.
    long nanoTime();

    /// The time of day in milliseconds since 1970.
    long currentTimeMillis();

    /// A bound, listening socket. Accepted sockets inherit [Listening#noDelay].
    ///
    /// @throws OsException naming `socket`, `bind` or `listen`
    int listen(Listening how) throws OsException;

    /// A socket for [#connect]ing to a peer of this address family.
    ///
    /// @throws OsException naming `socket`
    int open(SocketAddress peer) throws OsException;

    /// Multishot: completes with a new descriptor for each connection, until cancelled or refused (EMFILE, …).
    void accept(int descriptor, long token);

    /// Completes with 0 when connected.
    void connect(int descriptor, SocketAddress peer, long token);

    /// Multishot: completes with buffers of received bytes until the peer ends (0), an error, or a cancel. How much
    /// comes at once is the driver's choice. After a cancel, bytes that had arrived may still be reported before the
    /// last completion; nothing is lost: what was not reported stays in the socket for the next receive.
    /// At the most one per socket.
    void receive(int descriptor, long token);

    /// Completes with the bytes that were taken, perhaps fewer than asked. The memory is lent until then, whatever
    /// happens to the socket. At the most one per socket.
    ///
    /// @param more what is sent next follows at once: a packet that is not full may wait for it
    void send(int descriptor, long address, int length, boolean more, long token);

    /// As [#send(int, long, int, boolean, long)], of several pieces of memory in one go. The list is read before this
    /// returns; what it names is lent.
    ///
    /// @param parts one or more
    void send(int descriptor, SendParts parts, boolean more, long token);

    /// A regular file for [#sendFile]. Any thread, and best not the loop's: it may wait for a disk or a network.
    ///
    /// @throws OsException naming `open`; `EINVAL` for what is no regular file
    DriverFile openFile(Path path) throws OsException;

    /// Sends a part of a file; counts as a [#send]. Completes with the bytes that were taken, often fewer than asked, so
    /// that one long file leaves the others their turn; 0 when the file ends before `offset`. The file stays open until
    /// then.
    ///
    /// @param length 0 or more
    void sendFile(int descriptor, DriverFile file, long offset, long length, long token);

    /// Ends the sending side; completes with 0. No send may be under way.
    void shutdown(int descriptor, long token);

    /// Asks an operation under way to end early: it completes with `-ECANCELED`, or with what it had reached. A token
    /// of no operation under way is ignored.
    void cancel(int descriptor, long token);

    /// Closes a descriptor that has no operation under way; completes with 0. Bytes that were sent are still delivered.
    void close(int descriptor, long token);

    /// Makes the following [#close] discard what is unsent and send RST (SO_LINGER with 0 seconds, socket(7)).
    void abortOnClose(int descriptor);

    /// @return the local address, never null
    /// @throws OsException naming `getsockname`
    SocketAddress localAddress(int descriptor) throws OsException;

    /// @throws OsException naming `getpeername`; `ENOTCONN` once the connection is gone
    SocketAddress peerAddress(int descriptor) throws OsException;

    /// TCP_NODELAY, tcp(7).
    ///
    /// @throws OsException naming `setsockopt`
    void noDelay(int descriptor, boolean on) throws OsException;

    /// SO_KEEPALIVE, with the idle seconds before the first probe where the system can set them (0: its default).
    ///
    /// @throws OsException naming `setsockopt`
    void keepAlive(int descriptor, boolean on, int idleSeconds) throws OsException;

    /// How long ago the last bytes of a TCP connection arrived in the system, read or not, in milliseconds (TCP_INFO, tcp(7)).
    ///
    /// @return -1 where the system does not tell: without native access, and of what is no TCP connection
    int lastArrivalMillis(int descriptor);

    /// How many connections may wait to be accepted on a listening socket from now on, listen(2). Those that wait stay.
    ///
    /// @return false without native access, where it stays as it was
    boolean backlog(int descriptor, int connections);

    // Unix sockets.

    /// SO_PEERCRED, unix(7).
    ///
    /// @throws OsException naming `getsockopt`; `EOPNOTSUPP` where there is no native access
    PeerCredentials peerCredentials(int descriptor) throws OsException;

    /// As [#send(int, long, int, boolean, long)], with descriptors that travel with the first byte (SCM_RIGHTS, unix(7)).
    /// They are lent until it completes.
    ///
    /// @param passed of this driver, 1 to [#PASSED_MAX]; the array is lent as well
    /// @param length 1 or more
    void sendDescriptors(int descriptor, int[] passed, long address, int length, long token);

    /// As [#receive], and takes the descriptors that come with the bytes: [#receivedDescriptor] has them while bytes are
    /// reported. Ends with `-EMSGSIZE` when some were lost. A plain receive lets the kernel close them.
    void receiveDescriptors(int descriptor, long token);

    /// While bytes are reported: the next of the descriptors that came with them, the caller's to [#adopt] or
    /// [#discard]. Those that nobody asks for are closed.
    ///
    /// @return -1 when there is none left
    int receivedDescriptor();

    /// One more descriptor for the same socket, to be passed on; no operation can be started on it before it is adopted.
    ///
    /// @throws OsException naming `fcntl`; `EOPNOTSUPP` where there is no native access
    int duplicate(int descriptor) throws OsException;

    /// Takes over a socket that the process was started with, as a duplicated one. The number is the operating system's;
    /// it is closed.
    ///
    /// @throws OsException naming `inherit`: `EBADF` where there is none, `ENOTSOCK` for what is no socket, `EOPNOTSUPP`
    ///     where there is no native access; `fcntl` (EMFILE)
    int inherit(int number) throws OsException;

    /// Makes a received or duplicated descriptor one to start operations on.
    ///
    /// @param listening or connected
    /// @param unix or of the internet
    /// @throws OsException naming `adopt`: `EINVAL` when it is another kind of socket, `ENOTSOCK` for what is none. It
    ///     stays the caller's
    void adopt(int descriptor, boolean listening, boolean unix) throws OsException;

    /// Closes a received or duplicated descriptor at once. Its socket lives on with those who have another one for it.
    void discard(int descriptor);

    /// Sends a datagram to a unix socket, without waiting.
    ///
    /// @throws OsException naming `sendto`; `EOPNOTSUPP` where there is no native access
    void tell(SocketAddress unixSocket, byte[] message) throws OsException;

    // Child processes.

    /// What [#awaitExit] adds to the number of the signal that has ended a process. Exit codes are below it.
    int KILLED = 256;

    /// Starts a process; returns when its program runs. It inherits no descriptor but the three of [Spawn#stdio]. Our ends
    /// of its pipes are for [#send] (the child's input: to close it is its end) or [#receive] (its output), never both.
    ///
    /// @throws OsException naming `spawn` (`ENOENT`: no such program), `chdir`, `pipe2` or `pidfd_open`
    Spawned spawn(Spawn how) throws OsException;

    /// Completes with the exit code of a process, 0 to 255, or with [#KILLED] and a signal; from then on its number may be
    /// another's. At the most one per process. Whether it is awaited or closed or not, no zombie stays.
    void awaitExit(int process, long token);

    /// @param signal by its number on Linux
    /// @throws OsException naming `kill`; `EOPNOTSUPP` for a signal that the transport can't send, `ESRCH` when the process
    ///     has ended
    void kill(int process, int signal) throws OsException;

    // Datagrams.

    /// Operations on datagram sockets.
    DatagramOperations datagrams();

    // Files.

    /// Operations on files.
    FileOperations files();

    /// Submits what was started, waits until something completes, the time is up, or [#wake] is called, and reports
    /// the completions. The only method that may block.
    ///
    /// @param timeoutNanos 0: don't wait; [Long#MAX_VALUE]: no limit
    void poll(long timeoutNanos, Completions completions);

    /// For any thread, at any time, also after [#shutDown]: makes the current or the next [#poll] return.
    void wake();

    /// Ends the driver and gives its memory back. Operations under way are cancelled and awaited; descriptors that were
    /// not closed are closed. On the loop's thread.
    void shutDown();

    /// Counters since the start, for tests and `anillo bench`.
    Counters counters();
}
