/// Off-heap memory by address. The one package of the loop that the HTTP wire code may use.
package dev.anillo.loop.memory;
