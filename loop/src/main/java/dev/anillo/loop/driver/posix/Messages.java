package dev.anillo.loop.driver.posix;

import dev.anillo.linux.iovec;
import dev.anillo.linux.msghdr;
import dev.anillo.loop.driver.SendParts;
import dev.anillo.loop.memory.Memory;

/// Messages as sendmsg(2) takes them: a header, and behind it the list of the parts.
///
///     | msghdr | iovec · iovec … |
public final class Messages {
    private static final long HEADER_BYTES = msghdr.sizeof();
    private static final long PART_BYTES = iovec.sizeof();

    /// Room that [#write] needs, aligned to 8.
    public static final int BYTES_MAX = (int) (HEADER_BYTES + SendParts.COUNT_MAX * PART_BYTES);

    private Messages() {}

    /// @return `to`
    public static long write(long to, SendParts parts) {
        Memory.fill(to, HEADER_BYTES, (byte) 0);
        var list = to + HEADER_BYTES;
        Memory.putLong(to + msghdr.msg_iov$offset(), list);
        Memory.putLong(to + msghdr.msg_iovlen$offset(), parts.count());
        for (var i = 0; i < parts.count(); i++) {
            Memory.putLong(list + i * PART_BYTES + iovec.iov_base$offset(), parts.address(i));
            Memory.putLong(list + i * PART_BYTES + iovec.iov_len$offset(), parts.length(i));
        }
        return to;
    }
}
