/// The driver for wherever Java runs: nothing but `java.nio.channels`, no native access, no system call by hand.
///
/// NIO tells who is ready; the seam wants to hear what is done. In between: an [Operation] that can be done at once is
/// done at once and its result queued, another waits for readiness. [Poller] asks the selector, collects who is ready,
/// lets each [Descriptor] do what it waited for ([Connection] reads, writes, sends a [ChannelFile] and connects, [Listener] accepts) and
/// reports. [NioDriver] is the seam's side of it all, [ByteViews] the way from an address to the `ByteBuffer` that a
/// channel wants, [JavaErrors] the way from an exception to an errno.
///
/// What the selector looks for on a channel is the sum of what its two operations wait for, never kept twice.
/// Nothing is allocated here for a receive or a send; the JDK's selector allocates nothing either when it is
/// given an action instead of being asked for its set of selected keys.
package dev.anillo.loop.driver.nio;
