/// What sockets, files, HTTP bodies and the pipes of child processes have in common: bytes that come in as callbacks,
/// bytes that go out, and a way to let a slow reader slow the writer down.
package dev.anillo.loop.stream;
