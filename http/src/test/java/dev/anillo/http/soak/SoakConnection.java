package dev.anillo.http.soak;

import dev.anillo.http.soak.AnswerReader.Outcome;
import dev.anillo.http.soak.Tally.Count;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;

/// One connection after the other: asks a few times, compares what comes, and misbehaves as its [Mood] is.
final class SoakConnection {
    private static final int BATCHES_MAX = 24;
    private static final int PIPELINED_MAX = 4;
    private static final int SMALL_RECEIVE_BYTES = 4 * 1024;
    private static final int PIECES_MILLIS_MAX = 30;
    private static final int KEEP_ALIVE_SECONDS = 10;
    private static final int RETRY_MILLIS = 250;

    /// As long as a connection may wait until a descriptor is free for it, and more.
    private static final int PATIENCE_MILLIS = 60_000;

    /// Until the server must have lost patience.
    private static final int TRIAL_MILLIS = 4 * SoakServer.BOUND_MILLIS;

    private final SoakClient client;
    private final Tally tally;
    private final ArrayDeque<AnswerReader> awaited = new ArrayDeque<>();
    private SocketChannel channel;
    private SelectionKey key;
    private ByteBuffer output;
    /// Where in the output the head of the last request ends.
    private int lastHeadEnd;
    private Mood mood = Mood.PLAIN;
    /// When the server may have begun to wait for us.
    private long begunNanos;
    private long sentNanos;
    /// Changes whenever what was planned is off.
    private int life;
    private int batchesLeft;
    private boolean fresh;
    private int pausesBefore;
    /// Bytes to go, in and out, until a connection is torn or left.
    private int breakAfter;
    /// Whether the end of this connection is due: it was announced, or is ours.
    private boolean over;
    /// The one request after all others.
    private boolean last;

    SoakConnection(SoakClient client) {
        this.client = client;
        tally = client.tally;
    }

    private void later(long millis, Runnable task) {
        var planned = life;
        client.later(millis, () -> {
            if (planned == life) task.run();
        });
    }

    private int upTo(int max) {
        return 1 + client.random.nextInt(max);
    }

    void connect() {
        life++;
        awaited.clear();
        output = null;
        over = false;
        fresh = true;
        mood = Mood.PLAIN;
        last = client.isEnding();
        batchesLeft = last ? 1 : upTo(BATCHES_MAX);
        pausesBefore = client.pauses;
        begunNanos = System.nanoTime();
        try {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            if (!last && client.random.nextInt(4) == 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_RECEIVE_BYTES);
            }
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            keepAlive();
            key = channel.register(client.selector, SelectionKey.OP_CONNECT, this);
            if (channel.connect(client.server)) connected();
            later(PATIENCE_MILLIS, this::giveUp);
        } catch (IOException refused) {
            notConnected();
        }
    }

    /// A reset that is lost on the way is not repeated: who only waits learns of it by asking.
    @SuppressWarnings("unchecked")
    private void keepAlive() throws IOException {
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        for (var option : channel.supportedOptions()) { // by name: they are constants of a module that is not ours to read
            if (option.name().equals("TCP_KEEPIDLE") || option.name().equals("TCP_KEEPINTERVAL")) {
                channel.setOption((SocketOption<Integer>) option, KEEP_ALIVE_SECONDS);
            }
        }
    }

    private void notConnected() {
        tally.add(Count.NOT_CONNECTED);
        again(RETRY_MILLIS);
    }

    /// Closes what is there and begins anew.
    private void again(int millis) {
        life++;
        try {
            channel.close();
        } catch (IOException _) {
            // a socket that can't be closed is gone already
        }
        later(client.isEnding() ? RETRY_MILLIS : millis, this::connect);
    }

    private void connected() {
        tally.add(Count.CONNECTIONS);
        begin();
    }

    // Asking.

    private void begin() {
        life++;
        pausesBefore = client.pauses;
        if (!fresh) begunNanos = System.nanoTime();
        mood = last ? Mood.PLAIN : Mood.draw(client.random);
        if (mood == Mood.IDLE) {
            key.interestOps(SelectionKey.OP_READ);
            later(TRIAL_MILLIS, this::leave);
            return;
        }
        batchesLeft--;
        over = batchesLeft == 0 && (last || client.random.nextBoolean());
        var requests = last ? 1 : mood == Mood.DEAF ? PIPELINED_MAX : upTo(PIPELINED_MAX);
        var parts = new byte[requests][];
        for (var i = 0; i < requests; i++) {
            var asked = Asked.of(client.random.nextLong(Long.MAX_VALUE));
            parts[i] = asked.request(over && i == requests - 1);
            awaited.add(new AnswerReader(asked));
        }
        output = ByteBuffer.wrap(Asked.join(parts));
        lastHeadEnd = output.capacity() - parts[requests - 1].length + Asked.headBytes(parts[requests - 1]);
        sentNanos = Long.MAX_VALUE;
        breakAfter = upTo(client.random.nextBoolean() ? output.capacity() : 64 * 1024);
        if (mood == Mood.STALLS) output.limit(client.random.nextInt(output.capacity()));
        if (mood == Mood.HALF_CLOSED) over = true;
        later(mood == Mood.STALLS || mood == Mood.DEAF ? TRIAL_MILLIS : PATIENCE_MILLIS, this::giveUp);
        send();
    }

    private void giveUp() {
        if (mood == Mood.STALLS) {
            leave();
        } else if (mood == Mood.DEAF && key.interestOps() == 0) {
            key.interestOps(SelectionKey.OP_READ); // what has come by now, and then the end, or more
            later(PATIENCE_MILLIS, this::giveUp);
        } else if (client.pauses != pausesBefore) { // it was we who were away
            pausesBefore = client.pauses;
            later(PATIENCE_MILLIS, this::giveUp);
        } else if (!channel.isConnected()) { // the queue of new connections is short while there is too much to do
            notConnected();
        } else {
            tally.add(Count.LATE);
            IO.println("late " + mood + " fresh=" + fresh + " awaited=" + awaited.size()
                    + (output == null ? "" : " unsent=" + output.remaining()));
            again(RETRY_MILLIS);
        }
    }

    private void send() {
        try {
            if (mood == Mood.IN_PIECES) {
                output.limit(Math.min(output.capacity(), output.position() + upTo(Math.max(64, output.capacity() / 8))));
            }
            var sent = channel.write(output);
            if (breaksWithin(sent)) return;
        } catch (IOException _) {
            torn();
            return;
        }
        if (output.position() == output.capacity()) {
            sentWhole();
        } else if (output.hasRemaining()) {
            key.interestOps(reading() | SelectionKey.OP_WRITE);
        } else {
            key.interestOps(reading());
            if (mood == Mood.IN_PIECES) later(upTo(PIECES_MILLIS_MAX), this::sendIfAlive);
        }
    }

    private void sendIfAlive() {
        if (output.position() < output.capacity()) send();
    }

    private int reading() {
        return mood == Mood.DEAF ? 0 : SelectionKey.OP_READ;
    }

    private void sentWhole() {
        sentNanos = System.nanoTime();
        tally.add(Count.REQUESTS, awaited.size());
        key.interestOps(reading());
        if (mood == Mood.HALF_CLOSED) {
            try {
                channel.shutdownOutput();
            } catch (IOException _) {
                torn();
                return;
            }
        }
        if (awaited.isEmpty()) batchAnswered(); // refused before their bodies were sent
    }

    private boolean breaksWithin(int bytes) throws IOException {
        breakAfter -= Math.max(bytes, 0);
        if (breakAfter > 0 || mood != Mood.TEARS && mood != Mood.LEAVES) return false;
        if (mood == Mood.TEARS) channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        tally.add(mood == Mood.TEARS ? Count.RESETS_MADE : Count.LEFT);
        again(upTo(SoakClient.THINK_MILLIS));
        return true;
    }

    private void leave() {
        tally.add(Count.LEFT);
        again(upTo(SoakClient.THINK_MILLIS));
    }

    // Reading.

    void ready() {
        if (!key.isValid()) return;
        if (key.isConnectable()) {
            try {
                channel.finishConnect();
            } catch (IOException _) {
                notConnected();
                return;
            }
            connected();
            return;
        }
        if (key.isWritable()) {
            var now = life;
            send();
            if (now != life || !key.isValid()) return;
        }
        if (key.isReadable()) receive();
    }

    private void receive() {
        var input = client.input.clear();
        if (mood == Mood.SLOWLY) input.limit(SMALL_RECEIVE_BYTES);
        int count;
        try {
            count = channel.read(input);
            if (count < 0) {
                ended();
                return;
            }
            if (breaksWithin(count)) return;
        } catch (IOException _) {
            torn();
            return;
        }
        input.flip();
        while (input.hasRemaining()) {
            var reader = awaited.peek();
            if (reader == null) {
                if (fresh && isBusyAnswer(input)) tally.add(Count.REFUSED);
                else client.wrong("bytes that nobody has asked for");
                again(RETRY_MILLIS);
                return;
            }
            var before = input.remaining();
            var outcome = reader.read(input);
            tally.add(Count.BYTES, before - input.remaining());
            if (outcome != Outcome.MORE && !answered(reader, outcome)) return;
        }
        if (mood == Mood.SLOWLY && key.isValid()) {
            key.interestOps(0);
            later(upTo(PIECES_MILLIS_MAX), this::readOn);
        }
    }

    /// A server without a place for us says so before it is asked.
    private static boolean isBusyAnswer(ByteBuffer input) {
        var start = "HTTP/1.1 503";
        for (var i = 0; i < Math.min(start.length(), input.remaining()); i++) {
            if (input.get(input.position() + i) != start.charAt(i)) return false;
        }
        return true;
    }

    private void readOn() {
        key.interestOps(output != null && output.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
                : SelectionKey.OP_READ);
    }

    private boolean mayLosePatience() {
        return mood.trying || client.pauses != pausesBefore || wasSlow();
    }

    /// Not on purpose, but as a client whose machine has much to do.
    private boolean wasSlow() {
        var sent = Math.min(sentNanos, System.nanoTime());
        return sent - begunNanos > SoakServer.BOUND_MILLIS / 2 * 1_000_000L;
    }

    /// @return whether the connection goes on
    private boolean answered(AnswerReader reader, Outcome outcome) {
        awaited.remove();
        switch (outcome) {
            case RIGHT -> tally.add(Count.RIGHT);
            case REFUSED -> tally.add(Count.REFUSED);
            case TIMED_OUT -> {
                tally.add(Count.TIMED_OUT);
                if (!mayLosePatience()) wrong("408 without a reason", reader);
            }
            case WRONG -> wrong("not as it should be", reader);
            case MORE -> throw new IllegalStateException("not answered");
        }
        if (last && outcome == Outcome.RIGHT) {
            tally.add(Count.LAST_RIGHT);
            finish();
            return false;
        }
        if (outcome == Outcome.WRONG || outcome == Outcome.TIMED_OUT || last || reader.closes()) {
            again(upTo(SoakClient.THINK_MILLIS));
            return false;
        }
        if (!awaited.isEmpty()) return true;
        if (output.position() < output.capacity()) {
            if (!mood.trying && !isEarlyRefusal(outcome)) wrong("an answer before its request", reader);
            return true;
        }
        return batchAnswered();
    }

    /// A server that has too much to do says so as soon as it has read the head (RFC 9110 §15.6.4), and reads over the body.
    private boolean isEarlyRefusal(Outcome outcome) {
        return outcome == Outcome.REFUSED && output.position() >= lastHeadEnd;
    }

    /// Each request is sent, and answered.
    ///
    /// @return whether the connection goes on
    private boolean batchAnswered() {
        fresh = false;
        if (batchesLeft == 0 || client.isEnding()) again(upTo(2 * SoakClient.THINK_MILLIS));
        else if (!over) think();
        return !over && key.isValid();
    }

    private void think() {
        life++;
        key.interestOps(SelectionKey.OP_READ);
        mood = Mood.IDLE; // the server may close while we do
        var millis = -Math.log(1 - client.random.nextDouble()) * SoakClient.THINK_MILLIS;
        later((long) millis, this::begin);
    }

    private void wrong(String what, AnswerReader reader) {
        client.wrong(what + ": " + mood + (fresh ? ", fresh, " : ", ") + (System.nanoTime() - begunNanos) / 1_000_000
                + " ms after it was begun, " + reader.problem());
    }

    /// The server has ended its side.
    private void ended() {
        var reader = awaited.peek();
        if (reader != null && reader.hasBegun()) {
            tally.add(Count.CUT_SHORT);
            if (!mayLosePatience()) wrong("cut short", reader);
        } else if (reader != null) {
            tally.add(Count.CLOSED);
            if (fresh && !mayLosePatience()) wrong("closed without an answer", reader);
        }
        again(upTo(SoakClient.THINK_MILLIS));
    }

    /// The connection was reset.
    private void torn() {
        tally.add(Count.RESETS_SEEN);
        var reader = awaited.peek();
        if (reader != null && reader.hasBegun() && !mayLosePatience()) {
            wrong("torn in the middle", reader);
        }
        again(upTo(SoakClient.THINK_MILLIS));
    }

    // The end.

    /// Whoever only waits stops waiting; the others finish what they have begun.
    void end() {
        if (mood.trying) {
            life++;
            if (channel != null) again(RETRY_MILLIS);
            else later(RETRY_MILLIS, this::connect);
        }
    }

    private void finish() {
        life++;
        try {
            channel.close();
        } catch (IOException _) {
            // gone already
        }
        client.done();
    }
}
