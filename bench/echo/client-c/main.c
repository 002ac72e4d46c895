// The load of the framed echo: CONNECTIONS sockets, DEPTH frames of 116 bytes in flight on each, for SECONDS.
// Usage: echo-client-c PORT CONNECTIONS DEPTH SECONDS. Prints the number of answered frames.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FRAME = 116, MAX_DEPTH = 64 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc != 5) return fprintf(stderr, "usage: echo-client-c PORT CONNECTIONS DEPTH SECONDS\n"), 2;
    int connections = atoi(argv[2]), depth = atoi(argv[3]), one = 1;
    double seconds = atof(argv[4]);
    static uint8_t frames[FRAME * MAX_DEPTH], answer[FRAME * MAX_DEPTH];
    for (int i = 0; i < depth; i++) {
        uint8_t *frame = frames + i * FRAME;
        memcpy(frame, (uint8_t[]){0, 0, 0, FRAME, 0, 1, 0, 0, 0, 7, 7, 1, 0, i, 0, 0}, 16);
        memset(frame + 16, 'x', FRAME - 16);
    }
    int epoll = epoll_create1(0);
    uint32_t *pending = calloc(65536, sizeof *pending);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (int i = 0; i < connections; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(fd, (struct sockaddr *)&address, sizeof address)) return perror("connect"), 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
        if (send(fd, frames, FRAME * depth, 0) != FRAME * depth) return perror("send"), 1;
        pending[fd] = FRAME * depth;
    }
    uint64_t answered = 0;
    struct epoll_event events[1024];
    double end = now() + seconds;
    while (now() < end) {
        int count = epoll_wait(epoll, events, 1024, 100);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            ssize_t received = recv(fd, answer, pending[fd], 0);
            if (received <= 0) return perror("recv"), 1;
            pending[fd] -= received;
            if (pending[fd]) continue;
            answered += depth;
            if (send(fd, frames, FRAME * depth, 0) != FRAME * depth) return perror("send"), 1;
            pending[fd] = FRAME * depth;
        }
    }
    printf("%llu\n", (unsigned long long)answered);
}
