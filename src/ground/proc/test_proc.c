#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ground/proc/proc.h"

static void test_hardened(void **state)
{
    (void)state;
    struct err err = {0};
    struct rlimit core;
    pid_t child = fork(); /* the limits stay with the child */
    assert_true(child >= 0);
    if (child == 0) {
        bool ok = proc_harden(&err) == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 && prctl(PR_GET_DUMPABLE) == 0 &&
                  getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0;
        raise(SIGPIPE);
        _exit(ok ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_stop_is_heard(void **state)
{
    (void)state;
    struct err err = {0};
    int fd;
    assert_int_equal(proc_stop_open(&fd, &err), 0);
    assert_int_equal(proc_stop_wait(fd, 1, &err), 0);
    kill(getpid(), SIGTERM);
    assert_int_equal(proc_stop_wait(fd, 5000, &err), 1);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hardened),
        cmocka_unit_test(test_stop_is_heard),
    };
    return cmocka_run_group_tests_name("proc", tests, NULL, NULL);
}
