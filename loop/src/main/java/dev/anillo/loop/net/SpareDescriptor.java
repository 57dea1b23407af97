package dev.anillo.loop.net;

import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.Errno;
import java.io.FileInputStream;
import java.io.IOException;

/// A descriptor of the process kept for the moment when there is none left. To load a class from a directory or to
/// write a log takes one: without it a server would fail at telling of the shortage, not of the shortage.
///
/// Threads: any.
final class SpareDescriptor {
    private static final String NULL_DEVICE = System.getProperty("os.name").startsWith("Windows") ? "NUL" : "/dev/null";

    private static FileInputStream spare;

    static {
        // A class that can't be loaded for want of a descriptor stays refused to whoever has linked to it, for ever: and
        // another thread may meet the shortage before us.
        new OsException("accept", "", Errno.EMFILE);
    }

    private SpareDescriptor() {}

    /// To be called while there are descriptors.
    static synchronized void keep() {
        if (spare != null) return;
        try {
            spare = new FileInputStream(NULL_DEVICE);
        } catch (IOException _) {
            spare = null; // none to spare: the next chance is the next shortage's end
        }
    }

    /// Runs the action with one descriptor more.
    static synchronized void spend(Runnable action) {
        try {
            if (spare != null) spare.close();
        } catch (IOException _) {
            // Of a device that is only held open there is nothing to lose.
        }
        spare = null;
        try {
            action.run();
        } finally {
            keep();
        }
    }
}
