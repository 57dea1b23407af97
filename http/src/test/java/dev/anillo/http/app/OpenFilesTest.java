package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.EventLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a loop keeps open, by a clock of the test's own.
class OpenFilesTest {
    private static final int FILES_MAX = 3;
    private static final long START = 1_000_000;

    @TempDir
    Path directory;

    private EventLoop loop;
    private FileLookup lookup;
    private long now = START;
    private final OpenFiles files = new OpenFiles(FILES_MAX, () -> now);

    @BeforeEach
    void startLoop() throws IOException {
        loop = EventLoop.start();
        directory = directory.toRealPath();
        lookup = new FileLookup(directory, null, false, 0);
    }

    @AfterEach
    void end() {
        files.close();
        assertTrue(files.isEmpty());
        loop.close();
    }

    /// Writes a file of that name and adds it.
    private FoundFile add(String name) throws IOException {
        Files.writeString(directory.resolve(name), name);
        var found = lookUp(name);
        files.add(name, found, now);
        return found;
    }

    private FoundFile lookUp(String name) {
        return (FoundFile) lookup.find(loop, "/" + name);
    }

    private static boolean isOpen(FoundFile found) {
        try {
            found.plain().file().share().close();
            return true;
        } catch (IllegalStateException closed) {
            return false;
        }
    }

    @Test
    void aFileIsServedForASecondAndNotLonger() throws IOException {
        var found = add("a");
        assertNull(files.find("b"));
        now = START + OpenFiles.SERVED_MILLIS_MAX - 1;
        assertSame(found.plain().file(), files.find("a").found.plain().file());
        now = START + OpenFiles.SERVED_MILLIS_MAX;
        assertNull(files.find("a"));
    }

    @Test
    void itIsRenewedOnceInTheSecondHalfOfItsTime() throws IOException {
        add("a");
        now = START + OpenFiles.RENEW_MILLIS - 1;
        assertFalse(files.beginsRenewal(files.find("a")));
        now = START + OpenFiles.RENEW_MILLIS;
        assertTrue(files.beginsRenewal(files.find("a")));
        assertFalse(files.beginsRenewal(files.find("a")));
        files.add("a", lookUp("a"), now);
        assertFalse(files.beginsRenewal(files.find("a")));
        now += OpenFiles.SERVED_MILLIS_MAX - 1;
        assertTrue(files.beginsRenewal(files.find("a")));
    }

    @Test
    void theLeastRecentlyUsedIsClosedForOneMore() throws IOException {
        var a = add("a");
        var b = add("b");
        var c = add("c");
        assertNotNull(files.find("a"));
        var d = add("d");
        assertNull(files.find("b"));
        assertFalse(isOpen(b));
        for (var kept : new FoundFile[] {a, c, d}) assertTrue(isOpen(kept));
    }

    @Test
    void eachCodingCountsAsAFile() throws IOException {
        var a = add("a");
        Files.writeString(directory.resolve("b.br"), "b");
        Files.writeString(directory.resolve("b.gz"), "b");
        var b = add("b");
        assertEquals(FILES_MAX, b.openCount());
        assertFalse(isOpen(a));
        assertNotNull(files.find("b"));
    }

    @Test
    void whatIsMoreThanAllIsNotKept() throws IOException {
        var one = new OpenFiles(1, () -> now);
        Files.writeString(directory.resolve("b"), "b");
        Files.writeString(directory.resolve("b.gz"), "b");
        var b = lookUp("b");
        one.add("b", b, now);
        assertTrue(one.isEmpty());
        assertFalse(isOpen(b));
    }

    @Test
    void whoeverStillSendsAClosedOneHasItsShare() throws IOException {
        var a = add("a");
        var share = a.plain().file().share();
        files.remove("a");
        assertNull(files.find("a"));
        assertTrue(isOpen(a));
        share.close();
        assertFalse(isOpen(a));
        assertThrows(IllegalStateException.class, share::close);
    }

    @Test
    void aLookUpThatALaterOneHasOvertakenIsNotKept() throws IOException {
        add("a");
        var late = lookUp("a");
        now++;
        var newer = add("a");
        files.add("a", late, START);
        assertFalse(isOpen(late));
        assertTrue(isOpen(newer));
    }

    @Test
    void aClockThatWasSetBackMakesNothingLastLonger() throws IOException {
        var a = add("a");
        now = START - 1;
        assertNull(files.find("a"));
        files.closeOld();
        assertFalse(isOpen(a));
    }

    @Test
    void whatNobodyAsksForAnyMoreIsClosed() throws IOException {
        var a = add("a");
        now = START + 1;
        var b = add("b");
        now = START + OpenFiles.SERVED_MILLIS_MAX;
        files.closeOld();
        assertFalse(isOpen(a));
        assertTrue(isOpen(b));
        assertFalse(files.isEmpty());
    }

    @Test
    void theSameStateKeepsItsTextsAndAnotherHasItsOwn() throws IOException {
        var path = directory.resolve("a");
        add("a");
        var etag = files.find("a").found.plain().validators().etag();
        now++;
        files.add("a", lookUp("a"), now);
        assertSame(etag, files.find("a").found.plain().validators().etag());
        Files.setLastModifiedTime(path, FileTime.fromMillis(START));
        files.add("a", lookUp("a"), now);
        assertNotSame(etag, files.find("a").found.plain().validators().etag());
    }
}
