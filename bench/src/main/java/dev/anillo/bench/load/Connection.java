package dev.anillo.bench.load;

import dev.anillo.loop.OsException;
import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.net.SocketProtocol;
import dev.anillo.loop.net.TcpSocket;
import java.net.InetSocketAddress;

/// One connection to the server, made again whenever it ends: the requests that are under way on it, in their order,
/// and what comes back.
final class Connection implements SocketProtocol {
    private final Generator generator;
    private final ResponseReader reader;
    /// When each of the requests under way was due.
    private final LongQueue due = new LongQueue();

    private TcpSocket socket;
    private boolean connected;
    private boolean ending;
    /// Stands in the generator's list of those that may be given a request.
    boolean isFree;

    Connection(Generator generator, ResponseReader reader) {
        this.generator = generator;
        this.reader = reader;
    }

    void connect(InetSocketAddress server, int timeoutMillis) {
        connected = false;
        ending = false;
        reader.restart();
        try {
            socket = TcpSocket.connect(server, timeoutMillis, this::connected).claim(this);
        } catch (OsException refused) {
            generator.notConnected(this, refused);
        }
    }

    private void connected(TcpSocket stands) {
        connected = true;
        try {
            stands.noDelay(true);
        } catch (OsException gone) {
            failed(gone);
            return;
        }
        generator.connected(this);
    }

    boolean isConnected() {
        return connected && !ending;
    }

    int underWay() {
        return due.size();
    }

    /// When the request that waits longest was due.
    long oldestNanos() {
        return due.first();
    }

    void send(byte[] request, long dueNanos) {
        due.add(dueNanos);
        socket.write(request);
    }

    @Override
    public void received(Buffer data) {
        generator.received(data.readable());
        try {
            while (!data.isEmpty() && !ending) {
                data.skip(reader.read(data.readAddress(), data.readable()));
                if (reader.isComplete()) answered();
            }
        } catch (BadResponse bad) {
            giveUp(bad.getMessage());
        }
        data.clear();
    }

    private void answered() throws BadResponse {
        if (due.isEmpty()) throw new BadResponse("a response that nobody asked for");
        var dueNanos = due.remove();
        if (reader.closes()) close();
        generator.answered(this, dueNanos, reader);
    }

    /// Nothing more is expected of it; what is under way is lost.
    void giveUp(String why) {
        generator.problem(why);
        close();
    }

    void close() {
        ending = true;
        if (socket != null) socket.destroy();
    }

    /// The requests under way, which nobody answers any more.
    LongQueue left() {
        return due;
    }

    @Override
    public void peerEnded() {
        if (!ending && reader.ended()) {
            try {
                answered();
            } catch (BadResponse bad) {
                generator.problem(bad.getMessage());
            }
        } else if (!due.isEmpty()) {
            generator.problem("the server ended a connection before an answer");
        }
        close();
    }

    @Override
    public void drained() {}

    @Override
    public void failed(OsException problem) {
        if (connected) generator.problem(problem.getMessage());
        else generator.notConnected(this, problem);
    }

    /// Of a connection that stood; one that never did was told to have failed.
    @Override
    public void closed() {
        if (connected) generator.ended(this);
    }
}
