/* The floor with io_uring: floor_uring PORT. One thread; accept and receive are multishot, and a turn of the loop is
 * one io_uring_enter, that submits what the turn before has asked for and waits. Needs Linux 6.1.
 *
 *     cc -O2 -Wall -Wextra -Werror -o floor_uring floor_uring.c
 *
 * Switches (-D…) make it a variant in which an idea can be tried; bench/variants.sh measures them against the floor. */
#define _GNU_SOURCE
#include "floor.h"
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#ifndef SEND_NOW_FLAGS
#define SEND_NOW_FLAGS IOSQE_CQE_SKIP_SUCCESS
#endif
#ifndef SEND_OPCODE
#define SEND_OPCODE IORING_OP_SEND
#endif
#ifndef RECEIVE_MODE
#define RECEIVE_MODE IORING_RECV_MULTISHOT
#endif
#ifndef BUFFER_BYTES
#define BUFFER_BYTES 4096
#endif
#ifdef DIRECT /* accepted sockets are indexes of the ring's own table, not descriptors */
#define SOCKET_FLAGS IOSQE_FIXED_FILE
#else
#define SOCKET_FLAGS 0
#endif

enum { SUBMISSIONS = 2048, COMPLETIONS = 8192, BUFFERS = 1024, BUFFER_GROUP = 0 };

enum operation { ACCEPT, RECEIVE, SEND_NOW, SEND, UNHEEDED };

struct connection {
    size_t owed;
    size_t sent_now; /* by SEND_NOW, unless its completion says less */
    uint8_t matched;
    bool listed;  /* in `changed` */
    bool sending; /* a SEND, which may wait, is under way */
    bool slow;    /* SEND_NOW has found the socket full */
    bool ended;   /* receives nothing any more */
};

static struct connection connections[CONNECTIONS_MAX];
static int changed[CONNECTIONS_MAX]; /* connections to look at when all completions of a turn have been taken */
static size_t changes;
static int listener;
static bool out_of_descriptors;

/* --- The ring ------------------------------------------------------------------------------------------------- */

static int ring_fd;
static unsigned *submission_head, *submission_tail, *completion_head, *completion_tail;
static struct io_uring_sqe *submissions;
static struct io_uring_cqe *completions;
static struct io_uring_buf_ring *buffer_ring;
static char buffers[BUFFERS][BUFFER_BYTES];
static uint16_t buffer_tail;

static void *map(size_t length, uint64_t offset) {
    void *at = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring_fd, (off_t)offset);
    if (at == MAP_FAILED) die("mmap");
    return at;
}

static void give_buffer(uint16_t id) {
    struct io_uring_buf *buffer = &buffer_ring->bufs[buffer_tail++ % BUFFERS];
    buffer->addr = (uintptr_t)buffers[id];
    buffer->len = BUFFER_BYTES;
    buffer->bid = id;
}

static void publish_buffers(void) {
    __atomic_store_n(&buffer_ring->tail, buffer_tail, __ATOMIC_RELEASE);
}

static void make_buffer_ring(void) {
    size_t length = BUFFERS * sizeof(struct io_uring_buf);
    buffer_ring = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (buffer_ring == MAP_FAILED) die("mmap");
    struct io_uring_buf_reg registration = {
        .ring_addr = (uintptr_t)buffer_ring, .ring_entries = BUFFERS, .bgid = BUFFER_GROUP};
    if (syscall(SYS_io_uring_register, ring_fd, IORING_REGISTER_PBUF_RING, &registration, 1) != 0)
        die("IORING_REGISTER_PBUF_RING");
    for (uint16_t id = 0; id < BUFFERS; id++) give_buffer(id);
    publish_buffers();
}

static void make_ring(void) {
    struct io_uring_params p = {.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                                         IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE,
                                .cq_entries = COMPLETIONS};
    ring_fd = (int)syscall(SYS_io_uring_setup, SUBMISSIONS, &p);
    if (ring_fd < 0) die("io_uring_setup");
    char *submission_ring = map(p.sq_off.array + p.sq_entries * sizeof(unsigned), IORING_OFF_SQ_RING);
    char *completion_ring = map(p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe), IORING_OFF_CQ_RING);
    submissions = map(p.sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
    submission_head = (unsigned *)(submission_ring + p.sq_off.head);
    submission_tail = (unsigned *)(submission_ring + p.sq_off.tail);
    completion_head = (unsigned *)(completion_ring + p.cq_off.head);
    completion_tail = (unsigned *)(completion_ring + p.cq_off.tail);
    completions = (struct io_uring_cqe *)(completion_ring + p.cq_off.cqes);
    unsigned *array = (unsigned *)(submission_ring + p.sq_off.array);
    for (unsigned i = 0; i < SUBMISSIONS; i++) array[i] = i;
    make_buffer_ring();
#ifdef DIRECT
    struct io_uring_rsrc_register table = {.nr = DIRECT, .flags = IORING_RSRC_REGISTER_SPARSE};
    if (syscall(SYS_io_uring_register, ring_fd, IORING_REGISTER_FILES2, &table, sizeof table) != 0)
        die("IORING_REGISTER_FILES2");
#endif
}

/* The kernel works on this ring inside of this call only, hence no barriers around the submission queue. */
static void enter_with(unsigned completions_min, unsigned flags, const void *argument, size_t argument_bytes) {
    unsigned count = *submission_tail - *submission_head;
    if (completions_min > 0) flags |= IORING_ENTER_GETEVENTS;
    long result = syscall(SYS_io_uring_enter, ring_fd, count, completions_min, flags, argument, argument_bytes);
    if (result < 0 && errno != EINTR && errno != EAGAIN && errno != EBUSY && errno != ETIME) die("io_uring_enter");
}

static void enter(unsigned completions_min) {
    enter_with(completions_min, 0, NULL, 0);
}

static void submit_and_wait(void) {
#ifdef GATHER /* so many completions, or one after GATHER_USEC */
    struct __kernel_timespec limit = {.tv_nsec = GATHER_USEC * 1000};
    struct io_uring_getevents_arg argument = {.ts = (uintptr_t)&limit};
#ifdef MIN_WAIT /* by the kernel, else with a second call */
    limit = (struct __kernel_timespec){.tv_sec = 1};
    argument.min_wait_usec = GATHER_USEC;
#endif
    enter_with(GATHER, IORING_ENTER_EXT_ARG, &argument, sizeof argument);
    if (*completion_head != __atomic_load_n(completion_tail, __ATOMIC_ACQUIRE)) return;
#endif
    enter(1);
}

static struct io_uring_sqe *submit(enum operation operation, int fd, uint8_t opcode) {
    while (*submission_tail - *submission_head == SUBMISSIONS) enter(0);
    struct io_uring_sqe *entry = &submissions[(*submission_tail)++ % SUBMISSIONS];
    *entry = (struct io_uring_sqe){
        .opcode = opcode, .fd = fd, .user_data = (uint64_t)operation << 32 | (uint32_t)fd};
    return entry;
}

/* --- The server ----------------------------------------------------------------------------------------------- */

static void start_accept(void) {
    struct io_uring_sqe *entry = submit(ACCEPT, listener, IORING_OP_ACCEPT);
    entry->ioprio = IORING_ACCEPT_MULTISHOT;
#ifdef DIRECT
    entry->file_index = IORING_FILE_INDEX_ALLOC;
#endif
}

static void start_receive(int fd) {
    struct io_uring_sqe *entry = submit(RECEIVE, fd, IORING_OP_RECV);
    entry->ioprio = RECEIVE_MODE;
    entry->flags = SOCKET_FLAGS | IOSQE_BUFFER_SELECT;
    entry->buf_group = BUFFER_GROUP;
}

/* Sent while it is submitted, without waiting and, as long as all of it fits, without a completion: one would end the
 * wait of the same io_uring_enter at once. A send that doesn't fit tells so, and one that may wait follows. */
static void start_send(int fd, struct connection *c) {
    size_t length;
    const char *bytes = next_bytes(c->owed, &length);
    bool now = BODY_BYTES <= SEND_NOW_BODY_BYTES_MAX && !c->slow && !c->ended && length == c->owed;
    struct io_uring_sqe *entry = submit(now ? SEND_NOW : SEND, fd, now ? IORING_OP_SEND : SEND_OPCODE);
    entry->addr = (uintptr_t)bytes;
    entry->len = (uint32_t)length;
    entry->flags = SOCKET_FLAGS;
    entry->msg_flags = MSG_NOSIGNAL | MSG_WAITALL;
    if (now) {
        entry->msg_flags |= MSG_DONTWAIT;
        entry->flags |= SEND_NOW_FLAGS;
        c->sent_now = length;
        c->owed = 0;
    } else {
        c->sending = true;
    }
}

static void shut_down(int fd) {
#ifdef DIRECT
    struct io_uring_sqe *entry = submit(UNHEEDED, fd, IORING_OP_SHUTDOWN);
    entry->flags = IOSQE_FIXED_FILE;
    entry->len = SHUT_RDWR;
#else
    shutdown(fd, SHUT_RDWR);
#endif
}

static void close_socket(int fd) {
#ifdef DIRECT
    submit(UNHEEDED, 0, IORING_OP_CLOSE)->file_index = (uint32_t)fd + 1;
#else
    close(fd);
#endif
}

static void note_change(int fd, struct connection *c) {
    if (!c->listed) changed[changes++] = fd;
    c->listed = true;
}

static void look_at(int fd) {
    struct connection *c = &connections[fd];
    c->listed = false;
    if (c->sending) return;
    if (c->owed > 0) {
        start_send(fd, c);
    } else if (c->ended) {
        close_socket(fd);
        if (out_of_descriptors) start_accept();
        out_of_descriptors = false;
    }
}

static void accepted(int result, bool more) {
    if (result >= 0) {
        connections[result] = (struct connection){0};
        start_receive(result);
    } else if (result == -EMFILE || result == -ENFILE) {
        out_of_descriptors = true; /* the next close goes on */
        return;
    }
    if (!more) start_accept();
}

static void received(int fd, int result, uint32_t flags) {
    struct connection *c = &connections[fd];
    if (flags & IORING_CQE_F_BUFFER) {
        uint16_t id = (uint16_t)(flags >> IORING_CQE_BUFFER_SHIFT);
        if (result > 0) c->owed += count_ends(buffers[id], (size_t)result, &c->matched) * answer_bytes;
        give_buffer(id);
    }
    if (!(flags & IORING_CQE_F_MORE)) {
        if (result > 0 || result == -ENOBUFS) start_receive(fd);
        else c->ended = true;
    }
    if (c->owed > 0 || c->ended) note_change(fd, c);
}

/* With a broken connection nothing is owed any more; the end of its receive closes it. */
static void sent(int fd, enum operation operation, int result) {
    struct connection *c = &connections[fd];
    size_t length = result > 0 ? (size_t)result : 0;
    if (operation == SEND_NOW) {
        if (length == c->sent_now) return;
        c->owed += c->sent_now - length;
        c->slow = true;
    } else {
        c->owed -= length;
        c->slow = c->sending = false;
    }
    if (result < 0 && result != -EAGAIN) {
        c->owed = 0;
        shut_down(fd);
    }
    if (c->owed > 0 || c->ended) note_change(fd, c);
}

static void take_completions(void) {
    unsigned head = *completion_head;
    unsigned tail = __atomic_load_n(completion_tail, __ATOMIC_ACQUIRE);
    for (; head != tail; head++) {
        struct io_uring_cqe *completion = &completions[head % COMPLETIONS];
        enum operation operation = (enum operation)(completion->user_data >> 32);
        int fd = (int)(uint32_t)completion->user_data;
        if (operation == RECEIVE) received(fd, completion->res, completion->flags);
        else if (operation == ACCEPT) accepted(completion->res, completion->flags & IORING_CQE_F_MORE);
        else if (operation == UNHEEDED || completion->flags & IORING_CQE_F_NOTIF) continue; /* answers never change */
        else sent(fd, operation, completion->res);
    }
    __atomic_store_n(completion_head, head, __ATOMIC_RELEASE);
    publish_buffers();
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: floor_uring PORT\n");
        return 2;
    }
    write_answers();
    limit_descriptors();
    listener = listen_on(arguments[1], 0);
    make_ring();
    start_accept();
    for (;;) {
        submit_and_wait();
        take_completions();
        for (size_t i = 0; i < changes; i++) look_at(changed[i]);
        changes = 0;
    }
}
