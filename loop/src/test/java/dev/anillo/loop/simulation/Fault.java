package dev.anillo.loop.simulation;

/// What the simulated system does to the programs above it. Each run has some of them, by its seed.
public enum Fault {
    /// A send takes a part.
    SHORT_SEND,
    /// A receive brings a part of what is there.
    SHORT_RECEIVE,
    /// What was cancelled goes on for a while, and may still bring something.
    LATE_CANCEL,
    /// What is due is reported in another order, and in several polls.
    REORDERED,
    /// A connection is reset by the network.
    RESET,
    /// Nobody answers a connect: ECONNREFUSED.
    REFUSED,
    /// Nothing comes back from a connect: ETIMEDOUT, after minutes.
    TIMED_OUT,
    /// Descriptors are used up: EMFILE.
    ACCEPT_EXHAUSTED,
    /// No buffer is left to receive into.
    NO_BUFFERS,
    /// A peer, or the network, does nothing for seconds.
    STALL,
    /// An operation begins late: the queue to the kernel is full.
    QUEUE_FULL,
    /// The machine sleeps for a minute.
    CLOCK_JUMP
}
