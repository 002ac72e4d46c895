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
// <linux/fs.h>: SYNC_FILE_RANGE_WRITE, and with it _WAIT_BEFORE and _WAIT_AFTER.
extern int sync_file_range(int file, off_t offset, off_t count, unsigned int flags);
static const unsigned int gv_write_back = 2, gv_await_write_back = 7;
// <linux/fcntl.h>: F_SETLEASE.
static const int gv_set_lease = 1024;
extern int pthread_setname_np(pthread_t thread, const char *name);
