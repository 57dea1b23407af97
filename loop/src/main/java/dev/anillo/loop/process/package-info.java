/// Child processes, on the loop of the thread that starts them.
///
/// [ChildProcess#spawn] starts a program; its pipes are streams ([dev.anillo.loop.stream]) and its end is a callback. On
/// the native transports that is posix_spawn(3) and a pidfd (pidfd_open(2)) beside the sockets: nothing is polled, no
/// thread waits. On nio it is [ProcessBuilder], with a thread for each pipe.
package dev.anillo.loop.process;
