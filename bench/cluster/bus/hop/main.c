// What one hop costs on this machine, and nothing else: 152 bytes in a millisecond from one process to another, by TCP
// on loopback, as directly as it can be written. Prints p50 and p99 in microseconds.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { COUNT = 3000, SIZE = 152 };

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static int compare(const void *a, const void *b) {
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return (one > other) - (one < other);
}

static void send_all(struct sockaddr_in place) {
    int client = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    uint64_t record[SIZE / 8] = {0};
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(client, (struct sockaddr *)&place, sizeof place) != 0) exit(1);
    for (int i = 0; i < COUNT; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        record[0] = now();
        if (send(client, record, SIZE, 0) != SIZE) exit(1);
    }
    exit(0);
}

int main(void) {
    int listener = socket(AF_INET, SOCK_STREAM, 0), epoll = epoll_create1(0);
    struct sockaddr_in place = {.sin_family = AF_INET};
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof place;
    if (bind(listener, (struct sockaddr *)&place, length) != 0 || listen(listener, 1) != 0) return 1;
    getsockname(listener, (struct sockaddr *)&place, &length);
    if (fork() == 0) send_all(place);
    int server = accept(listener, NULL, NULL);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(epoll, EPOLL_CTL_ADD, server, &event);
    static uint64_t latencies[COUNT];
    for (int i = 0; i < COUNT; i++) {
        uint64_t record[SIZE / 8];
        epoll_wait(epoll, &event, 1, -1);
        if (recv(server, record, SIZE, MSG_WAITALL) != SIZE) return 1;
        latencies[i] = now() - record[0];
    }
    qsort(latencies, COUNT, sizeof latencies[0], compare);
    printf("%.2f %.2f\n", (double)latencies[COUNT / 2] / 1000, (double)latencies[COUNT * 99 / 100] / 1000);
    return 0;
}
