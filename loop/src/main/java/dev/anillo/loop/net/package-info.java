/// TCP servers and sockets with callbacks, on the loop of the thread that makes them.
package dev.anillo.loop.net;
