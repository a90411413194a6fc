/* sandbox: in a child, what it must still do works, and everything else fails. The child's exit status names what did not hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ground/proc/sandbox.h"

static int listener = -1, pair[2];

static int opens(void) { return open("/etc/passwd", O_RDONLY); }
static int creates(void) { return open("/tmp/comity-sandbox-must-not-be", O_WRONLY | O_CREAT, 0600); }
static int opens_descriptor(void) { return open("/proc/self/fd/0", O_RDWR); }
static int makes_socket(void) { return socket(AF_INET, SOCK_STREAM, 0); }
static int makes_unix_socket(void) { return socket(AF_UNIX, SOCK_STREAM, 0); }
static int connects(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return connect(listener, (struct sockaddr *)&to, sizeof to);
}
static int runs_program(void)
{
    char *const nothing[] = {NULL};
    return execve("/bin/true", nothing, nothing);
}
static int forks(void) { return fork(); }
static int traces(void) { return (int)ptrace(PTRACE_ATTACH, getppid(), 0, 0); }
static int kills(void) { return kill(getppid(), 0); }
static int maps_code(void) { return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0; }
static int removes(void) { return unlink("/tmp/comity-sandbox-must-not-be"); }
static int makes_folder(void) { return mkdir("/tmp/comity-sandbox-must-not-be", 0700); }

static int (*const forbidden[])(void) = {
    opens, creates, opens_descriptor, makes_socket, makes_unix_socket, connects, runs_program, forks, traces, kills, maps_code, removes, makes_folder,
};

static void *nothing(void *arg)
{
    return arg;
}

enum way { CLOSED, ACCEPTS, READS };

/* 0, or the number of what did not hold. */
static int inside(enum way way)
{
    static const char *const folders[] = {"/usr/share", "/nonexistent/folder", NULL};
    bool accepts = way == ACCEPTS;
    struct sandbox can = {.accepts = accepts, .reads = way == READS ? folders : NULL};
    struct err err = {0};
    if (sandbox_enter(&can, &err) < 0)
        return 100;
    if ((open("/usr/share/common-licenses/GPL-3", O_RDONLY) >= 0) != (way == READS) || open("/usr/share/common-licenses/GPL-3", O_RDWR) >= 0)
        return 60;
    for (size_t i = way == READS && !can.no_files ? 1 : 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
        if (forbidden[i]() >= 0)
            return 1 + (int)i;
    if ((accept4(listener, NULL, NULL, 0) >= 0) || (!accepts && errno != EPERM) || (accepts && errno == EPERM))
        return 50;
    char byte = 'x';
    pthread_t thread;
    void *memory = malloc(1 << 22);
    if (!memory || write(pair[0], &byte, 1) != 1 || read(pair[1], &byte, 1) != 1)
        return 51;
    free(memory);
    if (pthread_create(&thread, NULL, nothing, NULL) != 0 || pthread_join(thread, NULL) != 0)
        return 52;
    return 0;
}

static void in_a_child(enum way way)
{
    listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_true(listener >= 0 && listen(listener, 1) == 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(inside(way));
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    close(listener);
    close(pair[0]);
    close(pair[1]);
}

static void test_closed(void **state)
{
    (void)state;
    in_a_child(CLOSED);
}

static void test_accepting(void **state)
{
    (void)state;
    in_a_child(ACCEPTS);
}

static void test_reading(void **state)
{
    (void)state;
    in_a_child(READS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_closed), cmocka_unit_test(test_accepting), cmocka_unit_test(test_reading)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
