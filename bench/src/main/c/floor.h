/* What both floors share: the listener, the answer, and the search for the ends of requests.
 *
 * A floor does the least that a server can do: it looks for CRLFCRLF and sends one fixed answer, of about the bytes
 * that Anillo sends for /plaintext (its Date is the start's). No request is parsed, no answer is written. What another
 * server loses against it is the price of HTTP, of its runtime and of its design; the rest is the kernel's. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef BODY_BYTES
#define BODY_BYTES 13
#endif
enum { BACKLOG = 4096, CONNECTIONS_MAX = 65536, HEAD_BYTES_MAX = 256, SEND_NOW_BODY_BYTES_MAX = 4096 };
enum { ANSWER_BYTES_MAX = HEAD_BYTES_MAX + BODY_BYTES };
enum { ANSWERS_PER_SEND = BODY_BYTES > SEND_NOW_BODY_BYTES_MAX ? 1 : 256 };

static char answers[ANSWERS_PER_SEND * ANSWER_BYTES_MAX];
static size_t answer_bytes;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void write_answers(void) {
    char date[64];
    time_t now = time(NULL);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&now));
    int written = snprintf(answers, HEAD_BYTES_MAX,
                           "HTTP/1.1 200 OK\r\nServer: floor\r\nDate: %s\r\nContent-Type: text/plain\r\n"
                           "Content-Length: %d\r\n\r\n",
                           date, BODY_BYTES);
    if (written <= 0 || written >= HEAD_BYTES_MAX) die("answer");
    answer_bytes = (size_t)written + BODY_BYTES;
    for (size_t i = 0; i < BODY_BYTES; i++) answers[(size_t)written + i] = "Hello, World!"[i % 13];
    for (size_t i = 1; i < ANSWERS_PER_SEND; i++) memcpy(answers + i * answer_bytes, answers, answer_bytes);
}

/* All answers are alike, so what is owed to a client is a number of bytes, and tells where among the copies the next
 * send begins. No connection needs a buffer, however much it pipelines. */
static const char *next_bytes(size_t owed, size_t *length) {
    size_t from = (answer_bytes - owed % answer_bytes) % answer_bytes;
    size_t available = ANSWERS_PER_SEND * answer_bytes - from;
    *length = owed < available ? owed : available;
    return answers + from;
}

/* How many requests end in these bytes; `matched` keeps what a split CRLFCRLF had of it in the bytes before. */
static size_t count_ends(const char *at, size_t length, uint8_t *matched) {
    const char *end = at + length;
    size_t ends = 0;
    while (at < end) {
        if (*matched == 0 && (at = memchr(at, '\r', (size_t)(end - at))) == NULL) break;
        char byte = *at++;
        if (byte == "\r\n\r\n"[*matched]) ++*matched;
        else *matched = byte == '\r';
        if (*matched == 4) {
            *matched = 0;
            ends++;
        }
    }
    return ends;
}

/* Descriptors stay below CONNECTIONS_MAX, so that they are indexes of the table of connections. */
static void limit_descriptors(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) die("getrlimit");
    limit.rlim_cur = limit.rlim_max < CONNECTIONS_MAX ? limit.rlim_max : CONNECTIONS_MAX;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) die("setrlimit");
}

/* Accepted sockets inherit TCP_NODELAY. */
static int listen_on(const char *port, int type_flags) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)atoi(port)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | type_flags, 0);
    if (listener < 0) die("socket");
    if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0) die("SO_REUSEADDR");
    if (setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) != 0) die("TCP_NODELAY");
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0) die("bind");
    if (listen(listener, BACKLOG) != 0) die("listen");
    return listener;
}
