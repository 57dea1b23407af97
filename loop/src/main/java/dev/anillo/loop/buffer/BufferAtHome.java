package dev.anillo.loop.buffer;

import dev.anillo.loop.memory.Guards;

/// What a home has while checks are on: each time the buffer leaves, a new [CheckedBuffer] goes in its place, so that
/// whoever still has an old one is found out even when the memory has a new owner.
final class BufferAtHome extends Buffer {
    private BufferAtHome(BufferHome home, int id, long address, int capacity, boolean readOnly) {
        super(home, id, address, capacity, readOnly);
    }

    /// Of this type, so that a virtual machine without checks need not load it to verify who calls.
    static Buffer make(BufferHome home, int id, long address, int capacity, boolean readOnly) {
        if (!readOnly) Guards.comesHome(address, null);
        return new BufferAtHome(home, id, address, capacity, readOnly);
    }

    @Override
    public Buffer leaveHome() {
        return leave(0);
    }

    @Override
    public Buffer leaveHome(int received) {
        return leave(received);
    }

    @Override
    public Buffer leaveHome(long address, int bytes) {
        requireAtHome();
        this.address = address;
        capacity = bytes;
        return leave(bytes);
    }

    private void requireAtHome() {
        if (state != AT_HOME) throw new IllegalStateException("buffer handed out twice");
    }

    private Buffer leave(int filled) {
        requireAtHome();
        var loan = new Loan(capacity);
        if (!readOnly) Guards.leavesHome(address, filled, loan);
        state = OWNED;
        return new CheckedBuffer(this, filled, loan);
    }

    void comesBack(Loan loan) {
        state = AT_HOME;
        if (!readOnly) Guards.comesHome(address, loan);
        home.takeBack(this);
    }
}
