/// What the two native drivers share: sockets and their options ([Sockets], [SocketAddresses]), what is under way on
/// each descriptor ([Descriptors]), completions that need no kernel ([LocalCompletions]), the door for other threads
/// ([WakeUp]), files to be sent ([PosixFile]).
package dev.anillo.loop.driver.posix;
