/// What two or three threads can do to each other at the loop's door, in all orders that the processor and the compilers make
/// of it: [InboxStress] the queue, [SleepStress] a task against a loop that is about to sleep, [EndStress] against one that
/// ends, [PulseStress] a question from outside. The loop's own classes, with [SleepingDriver] in the place of a kernel.
package dev.anillo.loop;
