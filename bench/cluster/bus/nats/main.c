// The same measurement as bus-bench, through a NATS server: nats-bench PORT SECONDS. One process publishes, its child
// subscribes and prints: p50 and p99 in microseconds, millions of messages per second, CPU of publisher and subscriber
// per message in nanoseconds.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BODY = 128, STAMPED = 3000, BUFFER = 1 << 16 };
static const char MSG[] = "MSG t 1 128\r\n";
static const char PUB[] = "PUB t 128\r\n";
// Of the publisher, for the subscriber's report.
static volatile uint64_t *shared;

static uint64_t now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void put(int socket, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = send(socket, bytes, count, MSG_NOSIGNAL);
        if (sent <= 0) die("send");
        bytes += sent;
        count -= (size_t)sent;
    }
}

// Connects; the server's greeting and its answer to PING are read.
static int open_client(int port, const char *hello) {
    int client = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(client, (struct sockaddr *)&place, sizeof place) != 0) die("connect");
    put(client, hello, strlen(hello));
    char text[8192];
    size_t held = 0;
    while (held < sizeof text - 1) {
        ssize_t count = recv(client, text + held, sizeof text - 1 - held, 0);
        if (count <= 0) die("recv");
        held += (size_t)count;
        text[held] = 0;
        if (strstr(text, "PONG\r\n")) return client;
    }
    exit(1);
}

static int compare(const void *a, const void *b) {
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return (one > other) - (one < other);
}

// Every message has one length: head, body, line end.
static void subscribe(int client) {
    static uint64_t latencies[STAMPED];
    static char buffer[BUFFER];
    const size_t length = sizeof MSG - 1 + BODY + 2;
    size_t held = 0;
    uint64_t count = 0, start = 0, cpu = 0;
    while (1) {
        ssize_t got = recv(client, buffer + held, sizeof buffer - held, 0);
        if (got <= 0) die("recv");
        held += (size_t)got;
        size_t taken = 0;
        for (; held - taken >= length; taken += length) {
            if (memcmp(buffer + taken, MSG, sizeof MSG - 1) != 0) {
                if (memcmp(buffer + taken, "PING\r\n", 6) == 0) {
                    put(client, "PONG\r\n", 6);
                    taken -= length - 6;
                    continue;
                }
                fprintf(stderr, "not a message: %.20s\n", buffer + taken);
                exit(1);
            }
            if (count < STAMPED) {
                uint64_t stamp;
                memcpy(&stamp, buffer + taken + sizeof MSG - 1, sizeof stamp);
                latencies[count] = now(CLOCK_MONOTONIC) - stamp;
            } else if (count == STAMPED) {
                start = now(CLOCK_MONOTONIC);
                cpu = now(CLOCK_PROCESS_CPUTIME_ID);
            }
            count++;
        }
        memmove(buffer, buffer + taken, held - taken);
        held -= taken;
        if (shared[0] > 0 && count == STAMPED + shared[0]) break;
    }
    double flood = (double)shared[0], elapsed = (double)(now(CLOCK_MONOTONIC) - start);
    cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    qsort(latencies, STAMPED, sizeof latencies[0], compare);
    printf(
        "%.2f %.2f %f %.0f %.0f\n", (double)latencies[STAMPED / 2] / 1000, (double)latencies[STAMPED * 99 / 100] / 1000,
        flood * 1000 / elapsed, (double)shared[1] / flood, (double)cpu / flood);
}

static void publish(int client, int seconds) {
    static char batch[BUFFER];
    const size_t length = sizeof PUB - 1 + BODY + 2;
    char one[sizeof PUB - 1 + BODY + 2];
    memset(one, 'a', sizeof one);
    memcpy(one, PUB, sizeof PUB - 1);
    memcpy(one + length - 2, "\r\n", 2);
    for (int i = 0; i < STAMPED; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        uint64_t stamp = now(CLOCK_MONOTONIC);
        memcpy(one + sizeof PUB - 1, &stamp, sizeof stamp);
        put(client, one, length);
    }
    memset(one + sizeof PUB - 1, 'a', BODY);
    sleep(1);
    size_t whole = sizeof batch / length * length;
    for (size_t place = 0; place < whole; place += length) memcpy(batch + place, one, length);
    uint64_t end = now(CLOCK_MONOTONIC) + (uint64_t)seconds * 1000000000, cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    uint64_t count = 0;
    while (now(CLOCK_MONOTONIC) < end) {
        put(client, batch, whole);
        count += whole / length;
    }
    shared[1] = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    shared[0] = count + 1;
    put(client, one, length);
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    int port = atoi(argv[1]);
    shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const char *quiet = "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nPING\r\n";
    const char *listener = "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nSUB t 1\r\nPING\r\n";
    int subscriber = open_client(port, listener);
    pid_t child = fork();
    if (child == 0) {
        subscribe(subscriber);
        return 0;
    }
    publish(open_client(port, quiet), atoi(argv[2]));
    int status = 1;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
