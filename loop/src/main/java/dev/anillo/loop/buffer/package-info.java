/// Off-heap buffers with one owner at a time.
package dev.anillo.loop.buffer;
