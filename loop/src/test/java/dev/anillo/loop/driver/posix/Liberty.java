package dev.anillo.loop.driver.posix;

/// What a kernel may do, and seldom does: each is in its manual.
public enum Liberty {
    /// EINTR.
    INTERRUPTED,
    /// EAGAIN of io_uring_enter: no memory for requests just now.
    NO_MEMORY,
    /// EBUSY of io_uring_enter.
    BUSY,
    /// Fewer entries are taken than were asked for.
    PARTLY_SUBMITTED,
    /// More completions than the queue holds.
    OVERFLOW,
    /// A multishot ends with a result like any other, without IORING_CQE_F_MORE.
    ENDED_EARLY,
    /// A receive finds no buffer: ENOBUFS.
    NO_BUFFERS,
    /// The end of a receive comes with a buffer that it does not need.
    BUFFER_WITH_END,
    /// What is done is told later.
    LATE,
    /// What was cancelled tells before the cancel does.
    TARGET_FIRST,
    /// The cancel tells before what was cancelled.
    CANCEL_FIRST,
    /// The cancel finds nothing: ENOENT.
    NOTHING_TO_CANCEL,
    /// The cancel comes too late, and what was to be cancelled ends by itself: EALREADY.
    CANCEL_TOO_LATE,
    /// What was cancelled brings something with its end.
    CANCELLED_WITH_RESULT,
    /// A send takes a part.
    SHORT_SEND,
    /// A connection is gone before it is accepted: ECONNABORTED.
    ABORTED,
    /// Descriptors are used up: EMFILE.
    EXHAUSTED,
    /// An event, and nothing has happened.
    SPURIOUS,
    /// An event twice in a batch.
    TWICE,
    /// An event of a descriptor that a callback of the same batch closes.
    STALE,
    /// ENOSPC or ENOMEM of epoll_ctl.
    NOT_REGISTERED
}
