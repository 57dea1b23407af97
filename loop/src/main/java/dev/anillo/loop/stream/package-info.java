/// What sockets, files, HTTP bodies and the pipes of child processes have in common: bytes that come in as callbacks,
/// bytes that go out, and a way to let a slow reader slow the writer down. A [Readable] pipes into any [Writable] of its
/// loop ([Readable#pipe]): buffers are handed on, and neither side is left over when the other breaks. For libraries that speak Reactive Streams there are adaptors both ways ([Readable#publisher],
/// [Writable#subscriber]).
package dev.anillo.loop.stream;
