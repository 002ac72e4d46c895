// The baseline: the framed echo of ../README.md in C, one epoll thread, as directly as it can be written.
// Usage: echo-server-c PORT
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEADER = 16, MAX_FRAME = 4096, IN = 64 << 10, OUT = 128 << 10, MAX_FD = 20000 };

struct connection {
    uint32_t in_count, out_start, out_end;
    uint8_t *carry; // a partial frame, at most MAX_FRAME bytes
    uint8_t *out;   // what the socket did not take
};

static struct connection connections[MAX_FD];
static uint8_t in[MAX_FRAME + IN], out[OUT];

static uint32_t be32(const uint8_t *p) { return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3]; }
static uint16_t be16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }

static void drop(int fd) {
    free(connections[fd].carry);
    free(connections[fd].out);
    memset(&connections[fd], 0, sizeof connections[fd]);
    close(fd);
}

// Sends what there is; keeps the rest. Returns 0 when the connection is gone.
static int flush(int epoll, int fd, const uint8_t *bytes, size_t count) {
    ssize_t sent = send(fd, bytes, count, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return drop(fd), 0;
    if (sent < 0) sent = 0;
    if ((size_t)sent == count) return 1;
    struct connection *c = &connections[fd];
    c->out = malloc(OUT);
    memcpy(c->out, bytes + sent, count - sent);
    c->out_start = 0;
    c->out_end = count - sent;
    struct epoll_event event = {.events = EPOLLOUT, .data.fd = fd};
    epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event);
    return 1;
}

static void readable(int epoll, int fd) {
    struct connection *c = &connections[fd];
    memcpy(in, c->carry ? c->carry : in, c->in_count);
    ssize_t received = recv(fd, in + c->in_count, IN, 0);
    if (received <= 0) {
        if (received < 0 && errno == EAGAIN) return;
        return drop(fd);
    }
    size_t total = c->in_count + received, at = 0, out_count = 0;
    while (total - at >= HEADER) {
        uint32_t length = be32(in + at);
        if (length < HEADER || length > MAX_FRAME || be16(in + at + 8) != 7) return drop(fd);
        if (total - at < length) break;
        memcpy(out + out_count, in + at, length);
        out[out_count + 11] += 1; // the answer's command
        out[out_count + 5] = 1;   // the server's header version
        out_count += length;
        at += length;
    }
    c->in_count = total - at;
    if (c->in_count) {
        if (!c->carry) c->carry = malloc(MAX_FRAME);
        memcpy(c->carry, in + at, c->in_count);
    }
    if (out_count) flush(epoll, fd, out, out_count);
}

static void writable(int epoll, int fd) {
    struct connection *c = &connections[fd];
    ssize_t sent = send(fd, c->out + c->out_start, c->out_end - c->out_start, MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno != EAGAIN) drop(fd);
        return;
    }
    c->out_start += sent;
    if (c->out_start < c->out_end) return;
    free(c->out);
    c->out = NULL;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event);
}

int main(int argc, char **argv) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 0),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) {
        perror("listen");
        return 1;
    }
    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[1024];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int count = epoll_wait(epoll, events, 1024, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd != listener) {
                if (events[i].events & EPOLLOUT) writable(epoll, fd);
                else readable(epoll, fd);
                continue;
            }
            int accepted = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
            if (accepted < 0 || accepted >= MAX_FD) continue;
            setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            event.data.fd = accepted;
            epoll_ctl(epoll, EPOLL_CTL_ADD, accepted, &event);
        }
    }
}
