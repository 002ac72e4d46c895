// Opens COUNT connections to 127.0.0.1:PORT and holds them until standard input ends.
// Usage: hold PORT COUNT. Prints "ready" when all are open.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "usage: hold PORT COUNT\n"), 2;
    int one = 1;
    for (int i = 0; i < atoi(argv[2]); i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        // Several source addresses, as one has only some 28,000 ports; the kernel picks the port when it connects.
        struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7F000002 + i / 5000)};
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
        if (bind(fd, (struct sockaddr *)&from, sizeof from) || connect(fd, (struct sockaddr *)&to, sizeof to))
            return perror("connect"), 1;
    }
    puts("ready");
    fflush(stdout);
    while (getchar() != EOF) {}
}
