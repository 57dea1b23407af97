package dev.anillo.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// A program in the place of another one, which notes what it is started with.
///
/// @param notes what it was started with; not there: it never was
record StandIn(Path notes) {
    /// @param rest of it, for sh, behind the note
    static StandIn at(Path file, String rest) throws IOException {
        var notes = file.resolveSibling(file.getFileName() + ".arguments");
        Files.writeString(file, "#!/bin/sh\nprintf '%s\\0' \"$@\" > '" + notes + "'\n" + rest + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new StandIn(notes);
    }

    boolean isStarted() {
        return Files.exists(notes);
    }

    List<String> arguments() throws IOException {
        return List.of(Files.readString(notes, StandardCharsets.UTF_8).split("\0"));
    }
}
