package dev.anillo.loop;

import dev.anillo.loop.driver.Transports;
import dev.anillo.loop.driver.posix.KernelReport;
import dev.anillo.loop.memory.Memory;

/// `./anillo doctor`: which transports work here, which one is chosen, and who refused the others. Ends with status 1
/// when the choice fails.
final class Doctor {
    private Doctor() {}

    public static void main(String[] arguments) {
        print("java", System.getProperty("java.vm.version") + ", " + System.getProperty("java.home"));
        print("system", System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch"));
        print("native access", Memory.isWhole() ? "granted"
                : "denied: run java with " + Memory.nativeAccessFlag());
        for (var name : Transports.NAMES) print("transport " + name, tryOut(name));
        if (System.getProperty("os.name").equals("Linux") && Memory.isWhole()) {
            KernelReport.lines().forEach(IO::println);
        }
        choose();
    }

    private static String tryOut(String name) {
        try {
            Transports.open(name).shutDown();
            return "works";
        } catch (Transports.Refusal refusal) {
            return "refused: " + refusal.getMessage();
        }
    }

    private static void choose() {
        try {
            var choice = Transports.choose();
            var reason = Transports.forced() == null ? "the first that works" : "as asked for";
            print("choice", choice.driver().name() + " (" + reason + ")");
            choice.driver().shutDown();
        } catch (TransportException refused) {
            print("choice", "none: " + refused.getMessage());
            System.exit(1);
        }
    }

    private static void print(String name, String value) {
        IO.println(String.format("%-30s %s", name, value));
    }
}
