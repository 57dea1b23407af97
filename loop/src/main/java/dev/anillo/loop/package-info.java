/// The environment: [dev.anillo.loop.EventLoop] and what it is asked for.
///
/// The way in: a driver reports a token, the reactor finds its slot's endpoint, the socket calls the program back.
/// The way out is the reverse: what callbacks write is held until the turn ends and leaves with one send per socket.
/// One thread owns everything here; only [dev.anillo.loop.EventLoop#execute] crosses threads.
package dev.anillo.loop;
