package dev.anillo.loop.driver.nio;

import dev.anillo.loop.driver.Listening;
import dev.anillo.loop.memory.Memory;
import dev.anillo.loop.memory.Slabs;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;

/// Sends a slab to itself and back.
final class EchoProgram {
    private EchoProgram() {}

    public static void main(String[] arguments) throws Exception {
        var driver = new NioDriver();
        var recording = new Recording(driver);
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var listener = driver.listen(new Listening(anyPort, 8, false, true));
        var address = driver.localAddress(listener);
        var client = driver.open(address);
        driver.accept(listener, 1);
        driver.connect(client, address, 2);
        if (recording.result(2) != 0) throw new AssertionError("not connected");
        var server = recording.result(1);
        driver.receive(server, 3);
        driver.receive(client, 4);
        var sent = new byte[Slabs.SLAB_BYTES];
        for (var i = 0; i < sent.length; i++) sent[i] = (byte) (i * 31);
        var there = send(driver, recording, client, 3, sent);
        var back = send(driver, recording, server, 4, there);
        driver.shutDown();
        System.out.println("echoed " + (Arrays.equals(sent, back) ? "well" : "badly")
                + (Memory.isWhole() ? " with" : " without") + " native access");
    }

    private static byte[] send(NioDriver driver, Recording recording, int from, int receiveToken, byte[] bytes) {
        var slab = Slabs.take();
        Memory.copy(bytes, 0, slab, bytes.length);
        for (var sent = 0; sent < bytes.length;) {
            driver.send(from, slab + sent, bytes.length - sent, false, 5);
            sent += recording.result(5);
        }
        Slabs.giveBack(slab);
        return recording.received(receiveToken, bytes.length);
    }
}
