/// The driver over epoll, edge-triggered. [EpollDriver] turns readiness into completions: it attempts first and waits
/// only after EAGAIN. [Events] is the epoll descriptor and what one wait brought.
package dev.anillo.loop.driver.epoll;
