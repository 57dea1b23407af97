/// Files, without making the loop wait. [dev.anillo.loop.file.AsyncFile] is an open one, read and written at an offset;
/// [dev.anillo.loop.file.FileSource] and [dev.anillo.loop.file.FileSink] are streams; [dev.anillo.loop.file.AsyncFiles] has
/// what takes a path; [dev.anillo.loop.file.DirectoryWatch] tells what changes.
///
/// Each operation answers with a `CompletableFuture` that completes on the loop's thread, so that what follows needs no
/// locks. (What hangs on a future that another thread waits for may run on that thread instead: wait for the last one of a
/// chain only.) What the system refuses completes it with an [dev.anillo.loop.OsException]: `open /x: ENOENT, no such file
/// or directory (errno 2)`. Never `join` one on the loop's thread: it would wait for itself. To cancel one means to forget
/// its result; the operation ends by itself, and what it brings is given back. An operation under way keeps the loop
/// running, an open file does not.
///
/// The way down: a handle starts an operation of [dev.anillo.loop.driver.FileOperations], each with a slot of its own, so
/// that many can be under way on one file. io_uring has operations for nearly all of it; elsewhere up to four helper threads
/// of the loop wait for the disk.
package dev.anillo.loop.file;
