// The Linux calls that the toolchain's Glibc module leaves out. GNU-only prototypes are declared here by hand:
// defining _GNU_SOURCE in a module header clashes with the toolchain's own module map.
#include <arpa/inet.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>

extern int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);
extern int pipe2(int descriptors[2], int flags);
extern int gettid(void);
extern int pthread_setname_np(pthread_t thread, const char *name);
