/* The floor with epoll: floor_epoll PORT. One thread, edge-triggered; in the common case a request costs one recv and
 * one send, and a share of an epoll_wait.
 *
 *     cc -O2 -Wall -Wextra -Werror -o floor_epoll floor_epoll.c */
#define _GNU_SOURCE
#include "floor.h"
#include <sys/epoll.h>

enum { EVENTS_MAX = 1024, RECEIVE_BYTES = 64 * 1024 };

struct connection {
    size_t owed;
    uint8_t matched;
};

static struct connection connections[CONNECTIONS_MAX];
static char received[RECEIVE_BYTES];
static int poll_fd, listener;
static bool out_of_descriptors;

static void watch(int fd, uint32_t events) {
    struct epoll_event event = {.events = events | EPOLLET, .data.fd = fd};
    if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
}

static void accept_all(void) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            connections[fd] = (struct connection){0};
            watch(fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP);
        } else if (errno != EINTR && errno != ECONNABORTED) {
            out_of_descriptors = errno == EMFILE || errno == ENFILE;
            if (errno != EAGAIN && !out_of_descriptors) die("accept");
            return;
        }
    }
}

/* The listener's edge has passed when descriptors ran out: the next one that is free takes what waits. */
static void close_connection(int fd) {
    close(fd);
    if (out_of_descriptors) accept_all();
}

enum outcome { DONE, WAITS, BROKEN };

static enum outcome send_owed(int fd, struct connection *c) {
    while (c->owed > 0) {
        size_t length;
        const char *bytes = next_bytes(c->owed, &length);
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent >= 0) c->owed -= (size_t)sent;
        else if (errno == EAGAIN) return WAITS; /* EPOLLOUT tells */
        else if (errno != EINTR) return BROKEN;
    }
    return DONE;
}

/* A short receive has emptied the socket: what comes later makes a new edge. Only the end of the stream may have come
 * with the edge of these bytes already (epoll(7), question 9). */
static void serve(int fd, bool ended) {
    struct connection *c = &connections[fd];
    for (;;) {
        enum outcome outcome = send_owed(fd, c);
        if (outcome == WAITS) return;
        ssize_t length = outcome == DONE ? recv(fd, received, sizeof received, 0) : 0;
        if (length > 0) {
            c->owed += count_ends(received, (size_t)length, &c->matched) * answer_bytes;
            if (length == sizeof received || ended) continue;
            if (send_owed(fd, c) != BROKEN) return;
        } else if (length < 0) {
            if (errno == EAGAIN) return;
            if (errno == EINTR) continue;
        }
        close_connection(fd);
        return;
    }
}

int main(int count, char **arguments) {
    struct epoll_event events[EVENTS_MAX];
    if (count != 2) {
        fprintf(stderr, "usage: floor_epoll PORT\n");
        return 2;
    }
    write_answers();
    limit_descriptors();
    listener = listen_on(arguments[1], SOCK_NONBLOCK);
    poll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (poll_fd < 0) die("epoll_create1");
    watch(listener, EPOLLIN);
    for (;;) {
        int ready = epoll_wait(poll_fd, events, EVENTS_MAX, -1);
        if (ready < 0 && errno != EINTR) die("epoll_wait");
        for (int i = 0; i < ready; i++) {
            if (events[i].data.fd == listener) accept_all();
            else serve(events[i].data.fd, events[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR));
        }
    }
}
