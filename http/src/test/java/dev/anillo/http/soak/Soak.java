package dev.anillo.http.soak;

import dev.anillo.http.soak.Tally.Count;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// Starts a server with little memory and few descriptors, lets thousands of connections at it from other processes, which it
/// kills and stops, floods it now and then, and looks at the end whether each answer was right and all is as before.
///
///     Soak DIRECTORY MINUTES TRANSPORT SEED
///
/// Status 0, or 1 with a line for each thing that is off.
final class Soak {
    private static final int CLIENTS = 8;
    private static final int CONNECTIONS_PER_CLIENT = 250;

    /// Of the server: room for all clients and a few more, so that a flood meets 503 first and EMFILE then.
    private static final int CONNECTIONS_MAX = 2_200;
    private static final int DESCRIPTORS_MAX = 2_300;
    private static final int FLOOD_CONNECTIONS = 900;

    private static final int WARM_UP_SECONDS = 20;
    private static final int START_MILLIS = 500;
    private static final int ACTION_MILLIS_MAX = 4_000;
    private static final int STOPPED_MILLIS_MAX = 15_000;
    private static final int FLOOD_MILLIS_MAX = 6_000;
    private static final int STOPPED_MAX = 2;

    /// How long the one flood that each run has at the least goes on at the most: until the server is out of descriptors.
    private static final int SHORTAGE_MILLIS_MAX = 30_000;

    /// Nobody is answered for that long: the server hangs.
    private static final int PROGRESS_SECONDS = 60;

    /// For a client to finish what it has begun, and to be answered once more.
    private static final int END_SECONDS = 120;

    /// Until what is held for a while (lingering connections, files for a second, carriers of virtual threads) is let go.
    private static final int REST_SECONDS = 60;

    private final Path directory;
    private final String transport;
    private final SplittableRandom random;
    private final List<String> off = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final Tally total = new Tally();
    private Member server;
    private int port;
    private int kills;
    private int stops;
    private int floods;
    private Flood flood;
    private long floodEnds;

    /// A process of connections, and what it has told last.
    private final class Client {
        private Member member;
        private Tally told = new Tally();
        private long stoppedUntil;
        private boolean done;

        void start() throws IOException {
            member = new Member(javaCommand(SoakClient.class, List.of("-Xmx48m", "-XX:TieredStopAtLevel=1"),
                    Integer.toString(port), Integer.toString(CONNECTIONS_PER_CLIENT), Long.toString(random.nextLong())),
                    directory.resolve("clients.log"));
            done = false;
        }

        boolean isStopped() {
            return stoppedUntil != 0;
        }

        void listen() {
            member.eachLine(line -> {
                var tally = line.startsWith("tally ") ? Tally.parse(line.substring(6)) : null;
                if (tally != null) told = tally;
                else if (line.equals("done")) done = true;
                else if (line.startsWith("wrong ") || line.startsWith("late ")) note(line);
            });
        }

        /// It has ended: what it has told counts, whatever became of it.
        void settle() throws InterruptedException {
            for (listen(); !member.hasEnded(); listen()) Thread.sleep(1); // its pipe is being read to the end
            total.add(told);
            told = new Tally();
        }
    }

    private Soak(Path directory, String transport, long seed) {
        this.directory = directory;
        this.transport = transport;
        random = new SplittableRandom(seed);
    }

    static void main(String[] arguments) throws Exception {
        var minutes = Double.parseDouble(arguments[1]);
        var soak = new Soak(Path.of(arguments[0]), arguments[2], Long.parseLong(arguments[3]));
        IO.println("soak    " + arguments[2] + ": " + minutes + " minutes, seed " + arguments[3]);
        boolean fine;
        try {
            fine = soak.run((long) (minutes * 60_000));
        } finally {
            soak.endProcesses();
        }
        System.exit(fine ? 0 : 1);
    }

    private boolean run(long millis) throws IOException, InterruptedException {
        startServer();
        rage(WARM_UP_SECONDS * 1_000L);
        endClients();
        var before = balance(null);
        off.addAll(before.lostSince(before));
        var warmUp = total.get(Count.RIGHT);
        if (off.isEmpty()) {
            rage(millis);
            endClients();
        }
        var after = balance(before);
        off.addAll(after.lostSince(before));
        stopServer();
        if (total.get(Count.WRONG) > 0) off.add(total.get(Count.WRONG) + " wrong answers");
        if (total.get(Count.LATE) > 0) off.add(total.get(Count.LATE) + " requests without an answer");
        if (total.get(Count.RIGHT) <= warmUp) off.add("nothing was answered");
        report(before, after);
        return off.isEmpty();
    }

    private void note(String line) {
        if (off.size() < 50) off.add(line);
    }

    // Processes.

    private static List<String> javaCommand(Class<?> main, List<String> options, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseSerialGC");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /// With the launcher's options, but for the sizes.
    private void startServer() throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("bash", "-c", "ulimit -n " + DESCRIPTORS_MAX + " && exec \"$@\"", "soak"));
        command.addAll(javaCommand(SoakServer.class, List.of("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch",
                "-XX:+UseCompactObjectHeaders", "-XX:FreqInlineSize=170", "-Danillo.graceful=true", "-Danillo.transport=" + transport,
                "--enable-native-access=ALL-UNNAMED"), directory.toString(), Integer.toString(CONNECTIONS_MAX)));
        server = new Member(command, directory.resolve("server.log"));
        port = Integer.parseInt(server.awaitLine(PROGRESS_SECONDS));
    }

    private void stopServer() throws IOException, InterruptedException {
        server.signal("TERM");
        var status = server.awaitEnd(PROGRESS_SECONDS);
        if (status != 143) off.add("the server ended with status " + status + " after SIGTERM");
        if (!hasSeenShortage()) off.add("the server never ran out of descriptors");
        var log = Files.readAllLines(directory.resolve("server.log"));
        log.stream().filter(line -> !line.startsWith("\t")) // frames, of the watch that tells where a loop is held
                .filter(line -> line.contains("Exception") || line.contains("Error")).limit(20)
                .forEach(line -> off.add("server: " + line));
    }

    private void endProcesses() {
        for (var client : clients) client.member.kill();
        if (server != null) server.kill();
    }

    // Faults.

    private void rage(long millis) throws IOException, InterruptedException {
        for (var i = 0; i < CLIENTS; i++) {
            if (clients.size() < CLIENTS) clients.add(new Client());
            clients.get(i).start();
            Thread.sleep(START_MILLIS); // so that they don't all begin at once; nothing is awaited by it
        }
        var now = millis();
        var end = now + millis;
        var nextAction = now + ACTION_MILLIS_MAX;
        var rightSeen = total.get(Count.RIGHT);
        var progressed = now;
        var middle = now + millis / 2;
        var shortageAsked = hasSeenShortage();
        while (now < end) {
            requireServer();
            for (var client : clients) {
                client.listen();
                if (client.isStopped() && client.stoppedUntil <= now) goOn(client);
                else if (client.member.hasEnded()) {
                    note("a client ended by itself: see its log");
                    client.settle();
                    client.start();
                }
            }
            if (flood != null) flood.speak();
            if (flood != null && floodEnds <= now) endFlood();
            if (flood == null && !shortageAsked && middle <= now) {
                shortageAsked = true;
                beginFlood(now);
                floodEnds = awaitShortage(now);
            }
            if (nextAction <= now) {
                act(now);
                nextAction = now + 1 + random.nextInt(ACTION_MILLIS_MAX);
            }
            var right = rightSoFar();
            if (right > rightSeen) {
                rightSeen = right;
                progressed = now;
            } else if (now - progressed > PROGRESS_SECONDS * 1_000L) {
                note("nobody was answered for " + PROGRESS_SECONDS + " s");
                progressed = now;
            }
            Thread.sleep(50); // the pace of a look at the clients; nothing is awaited by it
            now = millis();
        }
    }

    /// Goes on with the flood until the server has told of EMFILE.
    ///
    /// @return when the flood is to end
    private long awaitShortage(long began) throws IOException, InterruptedException {
        while (!hasSeenShortage() && millis() - began < SHORTAGE_MILLIS_MAX) {
            flood.speak();
            for (var client : clients) client.listen();
            Thread.sleep(50); // the pace of looking
        }
        return millis() + FLOOD_MILLIS_MAX;
    }

    private boolean hasSeenShortage() throws IOException {
        return Files.readString(directory.resolve("server.log")).contains("EMFILE");
    }

    private void requireServer() throws IOException {
        server.eachLine(line -> note("server: " + line));
        if (!server.hasEnded()) return;
        var log = Files.readString(directory.resolve("server.log"));
        throw new IllegalStateException("the server has ended; it has said\n" + log + String.join("\n", off));
    }

    private static long millis() {
        return System.nanoTime() / 1_000_000;
    }

    private long rightSoFar() {
        return total.get(Count.RIGHT) + clients.stream().mapToLong(client -> client.told.get(Count.RIGHT)).sum();
    }

    private void act(long now) throws IOException, InterruptedException {
        var client = clients.get(random.nextInt(CLIENTS));
        switch (random.nextInt(5)) {
            case 0, 1 -> {
                client.member.kill(); // perhaps while it is stopped
                client.settle();
                client.stoppedUntil = 0;
                client.start();
                kills++;
            }
            case 2, 3 -> {
                if (client.isStopped() || clients.stream().filter(Client::isStopped).count() == STOPPED_MAX) return;
                client.member.signal("STOP");
                client.stoppedUntil = now + 1 + random.nextInt(STOPPED_MILLIS_MAX);
                stops++;
            }
            default -> {
                if (flood == null) beginFlood(now);
            }
        }
    }

    private void goOn(Client client) throws IOException, InterruptedException {
        client.member.signal("CONT");
        client.stoppedUntil = 0;
    }

    private void beginFlood(long now) throws IOException {
        flood = new Flood(port, FLOOD_CONNECTIONS, random.split());
        floodEnds = now + 1_000 + random.nextInt(FLOOD_MILLIS_MAX - 1_000);
        floods++;
    }

    private void endFlood() {
        flood.end();
        flood = null;
    }

    /// No more faults: each connection finishes what it has begun, and a fresh one in its place must be answered.
    private void endClients() throws IOException, InterruptedException {
        if (flood != null) endFlood();
        for (var client : clients) {
            if (client.isStopped()) goOn(client);
        }
        for (var client : clients) client.member.say("end");
        var deadline = millis() + END_SECONDS * 1_000L;
        for (var client : clients) {
            while (!client.member.hasEnded() && millis() < deadline) {
                client.listen();
                requireServer();
                Thread.sleep(50); // the pace of looking
            }
            if (!client.member.hasEnded()) {
                note("a client is not done after " + END_SECONDS + " s");
                client.member.kill();
            }
            client.settle();
            if (!client.done) note("a client has not come to its end: see its log");
        }
    }

    // The balance.

    /// As soon as it is what it was, or at the end of patience.
    ///
    /// @param before null for the first one, which waits for the connections alone
    private Balance balance(Balance before) throws IOException, InterruptedException {
        var deadline = millis() + REST_SECONDS * 1_000L;
        while (true) {
            var now = look();
            var settled = before == null ? now.handles() == 1 && deadline - millis() < REST_SECONDS * 500L
                    : now.lostSince(before).isEmpty();
            if (settled || millis() > deadline) {
                if (now.handles() != 1) off.add(now.handles() + " handles with nobody connected");
                return now;
            }
            Thread.sleep(1_000); // between two looks, each of which collects the garbage
        }
    }

    private Balance look() throws IOException, InterruptedException {
        server.say("");
        var figures = server.awaitLine(PROGRESS_SECONDS).split(" ");
        if (!figures[5].equals("0")) off.add(figures[5] + " failures of handlers");
        return new Balance(server.descriptors(), Integer.parseInt(figures[0]), Integer.parseInt(figures[1]),
                Integer.parseInt(figures[2]), Integer.parseInt(figures[3]), Long.parseLong(figures[4]),
                server.residentKib());
    }

    // The report.

    private void report(Balance before, Balance after) {
        row("clients killed", kills);
        row("clients stopped", stops);
        row("floods", floods);
        for (var count : Count.values()) row(count.text, total.get(count));
        IO.println(String.format(Locale.ROOT, "  %-42s %12s %12s", "the server without connections", "before", "after"));
        row("descriptors", before.descriptors(), after.descriptors());
        row("handles", before.handles(), after.handles());
        row("buffers out", before.buffers(), after.buffers());
        row("slabs of 256 KiB", before.slabs(), after.slabs());
        row("threads", before.threads(), after.threads());
        row("heap, KiB", before.heapBytes() / 1024, after.heapBytes() / 1024);
        row("resident, KiB", before.residentKib(), after.residentKib());
        if (off.isEmpty()) IO.println("soak    " + transport + ": all answers right, nothing lost");
        for (var line : off) IO.println("OFF     " + transport + ": " + line);
    }

    private static void row(String name, long... numbers) {
        var line = new StringBuilder(String.format(Locale.ROOT, "  %-42s", name));
        for (var number : numbers) line.append(String.format(Locale.ROOT, " %12d", number));
        IO.println(line);
    }
}
