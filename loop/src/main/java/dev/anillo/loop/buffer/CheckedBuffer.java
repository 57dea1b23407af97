package dev.anillo.loop.buffer;

import dev.anillo.loop.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A buffer that is out while checks are on, until its release: it leaves once, and knows by whom it may be used.
final class CheckedBuffer extends Buffer {
    private final BufferAtHome atHome;
    private final Loan loan;
    /// Null when it stands in none.
    private BufferQueue queue;
    /// Of the views that were handed out; null before the first.
    private Arena views;

    CheckedBuffer(BufferAtHome atHome, int filled, Loan loan) {
        super(atHome.home, atHome.id, atHome.address, atHome.capacity, atHome.readOnly);
        this.atHome = atHome;
        this.loan = loan;
        to = filled;
        state = OWNED;
        loan.watch(this);
    }

    private void use() {
        loan.requireThread();
        if (state == AT_HOME) throw loan.broken("used after its release");
    }

    // Its ways.

    @Override
    public Buffer leaveHome() {
        throw loan.broken("handed out twice");
    }

    @Override
    public void release() {
        loan.requireThread();
        if (state == AT_HOME) throw loan.broken("released twice");
        if (queue != null) throw loan.broken("released while it stands in a queue");
        state = AT_HOME;
        loan.end();
        try {
            if (views != null) views.close();
        } finally {
            atHome.comesBack(loan);
        }
    }

    @Override
    public void lend() {
        use();
        super.lend();
    }

    @Override
    public void endLoan() {
        loan.requireThread();
        super.endLoan();
    }

    @Override
    public Buffer keep() {
        loan.requireThread();
        if (state == AT_HOME) throw loan.broken("kept after its release");
        loan.keep();
        return super.keep();
    }

    @Override
    public Buffer takeOver() {
        use();
        return super.takeOver();
    }

    @Override
    void entered(BufferQueue queue) {
        use();
        if (this.queue != null) throw loan.broken("put into a second queue");
        this.queue = queue;
    }

    @Override
    void left() {
        loan.requireThread();
        queue = null;
    }

    // What its other methods go by.

    @Override
    public int capacity() {
        use();
        return super.capacity();
    }

    @Override
    public int readable() {
        use();
        return super.readable();
    }

    @Override
    public int room() {
        use();
        return super.room();
    }

    @Override
    public boolean isEmpty() {
        use();
        return super.isEmpty();
    }

    @Override
    public long readAddress() {
        use();
        return super.readAddress();
    }

    @Override
    public long writeAddress() {
        use();
        return super.writeAddress();
    }

    @Override
    public long address() {
        use();
        return super.address();
    }

    @Override
    public Buffer clear() {
        use();
        return super.clear();
    }

    /// A view that ends with the release, where native access allows for it.
    @Override
    public MemorySegment segment() {
        var view = super.segment();
        if (!Memory.isWhole()) return view;
        if (views == null) views = Arena.ofShared();
        return view.reinterpret(views, null);
    }
}
