package dev.anillo.loop.process;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;

/// Which worker of a [Cluster] gets a connection that the primary has accepted.
@FunctionalInterface
public interface Distribution {
    /// @param client where the connection comes from
    /// @param workers those that listen there and take connections; at least one, in the order of their slots
    /// @return one of them
    Worker choose(InetSocketAddress client, List<Worker> workers);

    /// Each in turn.
    static Distribution roundRobin() {
        return new Distribution() {
            private int next;

            @Override
            public Worker choose(InetSocketAddress client, List<Worker> workers) {
                next = next < workers.size() ? next : 0;
                return workers.get(next++);
            }
        };
    }

    /// All connections from one address to one worker, and to the one that takes its place when it is restarted. When the
    /// number of workers changes, only clients of those that came or went move (highest random weight).
    static Distribution byAddress() {
        return (client, workers) -> {
            var address = Arrays.hashCode(client.getAddress().getAddress());
            var chosen = workers.getFirst();
            for (var worker : workers) {
                if (weight(address, worker) > weight(address, chosen)) chosen = worker;
            }
            return chosen;
        };
    }

    /// Any good mixture of the two (the finalizer of MurmurHash3).
    private static long weight(int address, Worker worker) {
        var bits = (long) address << 32 | worker.slot();
        bits = (bits ^ bits >>> 33) * 0xff51afd7ed558ccdL;
        bits = (bits ^ bits >>> 33) * 0xc4ceb9fe1a85ec53L;
        return bits ^ bits >>> 33;
    }
}
