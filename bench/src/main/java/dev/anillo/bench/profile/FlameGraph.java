package dev.anillo.bench.profile;

import java.io.IOException;
import java.nio.file.Path;
import jdk.jfr.consumer.RecordingFile;

/// The stacks of a recording of Java Flight Recorder as one picture: a frame's width is the part of the samples that it was
/// in, and above it stands what it called. The order from left to right is that of names and says nothing of time.
public final class FlameGraph {
    private final String title;
    private final Stacks stacks;

    private FlameGraph(String title, Stacks stacks) {
        this.title = title;
        this.stacks = stacks;
    }

    /// @throws IOException when there is no such recording, or it can't be read
    public static FlameGraph of(Path recording, String title) throws IOException {
        var stacks = new Stacks();
        try (var events = new RecordingFile(recording)) {
            while (events.hasMoreEvents()) stacks.add(events.readEvent());
        }
        return new FlameGraph(title, stacks);
    }

    public long samples() {
        return stacks.root().samples();
    }

    Frame root() {
        return stacks.root();
    }

    /// The picture, for a file of its own or for the midst of an HTML page: it refers to nothing outside. A click on a frame
    /// widens it, and there is a search, both by a script in it.
    ///
    /// @param widthPixels 400 or more
    public String svg(int widthPixels) {
        return new FlameSvg(title, stacks.counted(), stacks.root(), widthPixels).text();
    }
}
