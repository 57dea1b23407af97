package dev.anillo.loop.driver.nio;

import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.Listening;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;

/// Runs out of descriptors and gets over it. To be run with few of them.
final class ExhaustionProgram {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private ExhaustionProgram() {}

    public static void main(String[] arguments) throws Exception {
        var driver = new NioDriver();
        var recording = new Recording(driver);
        var listener = driver.listen(new Listening(ANY_PORT, 8, false, true));
        var address = driver.localAddress(listener);
        // The classes for what follows can be loaded while there are descriptors to read them with.
        new Recording.Completion(accept(driver, recording, listener, address), 0, false, null).toString();
        System.out.println("listening again: " + refusal(driver, address));

        var spare = new ArrayList<Integer>();
        var refused = "";
        while (refused.isEmpty()) {
            try {
                spare.add(driver.open(address));
            } catch (OsException e) {
                refused = e.operation() + " " + e.code();
            }
        }
        System.out.println("opening one more: " + refused);

        driver.connect(spare.removeLast(), address, 2);
        driver.accept(listener, 1);
        var last = recording.await(1);
        System.out.println("accepting: " + Errno.name(-last.result()) + (last.more() ? ", going on" : ", ended"));

        driver.close(spare.removeLast(), 3);
        recording.await(3);
        driver.accept(listener, 1);
        System.out.println("accepting with one to spare: " + (recording.result(1) >= 0 ? "accepted" : "refused"));
        driver.shutDown();
    }

    private static int accept(NioDriver driver, Recording recording, int listener, SocketAddress address)
            throws OsException {
        driver.accept(listener, 1);
        driver.connect(driver.open(address), address, 2);
        recording.await(2);
        var accepted = recording.result(1);
        driver.cancel(listener, 1);
        recording.await(1);
        return accepted;
    }

    private static String refusal(NioDriver driver, SocketAddress address) {
        try {
            return "descriptor " + driver.listen(new Listening(address, 8, false, true));
        } catch (OsException e) {
            return e.operation() + " " + e.code();
        }
    }
}
