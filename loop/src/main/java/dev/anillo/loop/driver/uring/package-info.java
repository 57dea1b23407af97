/// The driver over io_uring. [UringDriver] knows what operations mean, [Submissions] how an entry is filled,
/// [BufferRing] which receive buffers the kernel holds, [CachedFileSends] and [FileSends] how a file gets to a
/// socket, and [Ring] the memory shared with the kernel and the one system call per turn.
package dev.anillo.loop.driver.uring;
