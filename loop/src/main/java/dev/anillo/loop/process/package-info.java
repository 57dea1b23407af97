/// Child processes, on the loop of the thread that starts them.
///
/// [ChildProcess#spawn] starts a program; its pipes are streams ([dev.anillo.loop.stream]) and its end is a callback. On
/// the native transports that is posix_spawn(3) and a pidfd (pidfd_open(2)) beside the sockets: nothing is polled, no
/// thread waits. On nio it is [ProcessBuilder], with a thread for each pipe.
///
/// [ChildProcess#fork] starts a virtual machine like this one and puts a [MessageChannel] between the two: frames over a
/// unix socket that the child finds by its environment, so that each end may be on any transport. A message is a value of
/// a small set, encoded by the process that sends it and believed by none: lengths, depth and what waits are bounded.
///
/// [Cluster] is both for servers: workers that run the same program and share what they listen at. What its processes say to
/// each other is in [WorkerSide]; who listens with what, in [ClusterPorts].
package dev.anillo.loop.process;
