package dev.anillo.loop.net;

import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.DatagramBatch;
import dev.anillo.loop.driver.LoopInternals;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/// Datagrams that wait to be sent. They are copied one behind the other into blocks of 64 KiB: what a datagram carries is
/// small, and lying so those of one peer can leave as one message.
final class DatagramQueue {
    private static final int BLOCK_BYTES = 64 * 1024;

    private final LoopInternals internals;
    private final DatagramBatch batch = new DatagramBatch();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private Block block;
    private long bytes;

    /// @param peer null: whom the socket is connected with
    record Waiting(Block block, long address, int length, InetSocketAddress peer, Runnable onSent,
            Consumer<OsException> onRefused) {}

    private static final class Block {
        final Buffer buffer;
        int waiting;

        Block(Buffer buffer) {
            this.buffer = buffer;
        }
    }

    DatagramQueue(LoopInternals internals) {
        this.internals = internals;
    }

    /// Room for one more, in place; [#add] has it.
    ///
    /// @param length at the most [#BLOCK_BYTES]
    Buffer room(int length) {
        if (block == null || block.buffer.room() < length) {
            if (block != null && block.waiting == 0) block.buffer.release();
            block = new Block(internals.takeBuffer(BLOCK_BYTES));
        }
        return block.buffer;
    }

    /// What was appended to [#room].
    void add(int length, InetSocketAddress peer, Runnable onSent, Consumer<OsException> onRefused) {
        waiting.add(new Waiting(block, block.buffer.writeAddress() - length, length, peer, onSent, onRefused));
        block.waiting++;
        bytes += length;
    }

    /// The first ones, lent until they are taken off.
    DatagramBatch batch() {
        batch.clear();
        for (var each : waiting) {
            if (batch.count() == DatagramBatch.COUNT_MAX) break;
            batch.add(each.address, each.length, each.peer);
        }
        return batch;
    }

    /// Takes the first one off.
    Waiting remove() {
        var first = waiting.remove();
        bytes -= first.length;
        var its = first.block;
        if (--its.waiting == 0 && (its != block || waiting.isEmpty())) {
            its.buffer.release();
            if (its == block) block = null;
        }
        return first;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int count() {
        return waiting.size();
    }

    long bytes() {
        return bytes;
    }
}
