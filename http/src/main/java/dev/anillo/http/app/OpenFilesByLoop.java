package dev.anillo.http.app;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The [OpenFiles] of one handler on each loop that serves from it: no loop waits for another. A loop has some as long as
/// it has files open, and closes them when it ends.
final class OpenFilesByLoop {
    private final Map<EventLoop, OfLoop> byLoop = new ConcurrentHashMap<>();

    /// Those of the loop that this runs on.
    OpenFiles of(EventLoop loop, int filesMax) {
        var known = byLoop.get(loop);
        return known != null ? known.files : new OfLoop(loop, filesMax).files;
    }

    private final class OfLoop {
        final EventLoop loop;
        final OpenFiles files;
        final Runnable ending = this::end;
        final Timer tick;

        OfLoop(EventLoop loop, int filesMax) {
            this.loop = loop;
            files = new OpenFiles(filesMax, loop::currentTimeMillis);
            tick = loop.setInterval(this::tick, OpenFiles.SERVED_MILLIS_MAX).unref();
            loop.onEnd(ending);
            byLoop.put(loop, this);
        }

        private void tick() {
            files.closeOld();
            if (files.isEmpty()) end();
        }

        private void end() {
            files.close();
            tick.cancel();
            loop.removeOnEnd(ending);
            byLoop.remove(loop);
        }
    }
}
