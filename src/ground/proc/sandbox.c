#include "ground/proc/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Every right on files that any kernel knows since Landlock's first version; a kernel that knows fewer takes fewer. */
#define LANDLOCK_ALL_V1 ((1ULL << 13) - 1)

/* One folder that may be read. */
static int allow_reading(int ruleset, const char *folder, struct err *err)
{
    struct landlock_path_beneath_attr beneath = {.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
                                                 .parent_fd = open(folder, O_PATH | O_CLOEXEC)};
    if (beneath.parent_fd < 0)
        return errno == ENOENT ? 0 : err_errno(err, ERR_IO, errno, "the system makes no sandbox");
    int r = (int)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    if (r < 0)
        r = err_errno(err, ERR_IO, errno, "the system makes no sandbox");
    close(beneath.parent_fd);
    return r;
}

/* A ruleset that handles everything and allows nothing but reading in those folders. 1: in force, 0: this kernel has no Landlock. */
static int forbid_files(const char *const *reads, struct err *err)
{
    struct landlock_ruleset_attr attr = {.handled_access_fs = LANDLOCK_ALL_V1};
    int fd = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    if (fd < 0)
        return errno == ENOSYS || errno == EOPNOTSUPP ? 0 : err_errno(err, ERR_IO, errno, "the system makes no sandbox");
    int r = 1;
    for (size_t i = 0; r > 0 && reads && reads[i]; i++)
        if (allow_reading(fd, reads[i], err) < 0)
            r = ERR_IO;
    if (r > 0 && syscall(SYS_landlock_restrict_self, fd, 0) < 0)
        r = err_errno(err, ERR_IO, errno, "the system makes no sandbox");
    close(fd);
    return r;
}

/* What computing and answering takes. What is not here is refused. */
static const int allowed[] = {
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(sendmsg),
    SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(shutdown), SCMP_SYS(close),
    SCMP_SYS(futex), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(mlock), SCMP_SYS(mlock2), SCMP_SYS(munlock), SCMP_SYS(brk),
    SCMP_SYS(getrandom), SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday),
    SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction), SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
    SCMP_SYS(gettid), SCMP_SYS(getpid),
};

/* What reading files takes besides: Landlock says which. */
static const int allowed_reading[] = {
    SCMP_SYS(newfstatat), SCMP_SYS(fstat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(statx), SCMP_SYS(statfs), SCMP_SYS(fstatfs), SCMP_SYS(access),
    SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(getdents64), SCMP_SYS(lseek), SCMP_SYS(pread64), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
    SCMP_SYS(fadvise64),
};

static int rules_reading(scmp_filter_ctx c)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < sizeof allowed_reading / sizeof allowed_reading[0]; i++)
        r = seccomp_rule_add(c, SCMP_ACT_ALLOW, allowed_reading[i], 0);
    if (r == 0)
        r = seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND, O_RDONLY));
    if (r == 0)
        r = seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(open), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND, O_RDONLY));
    if (r == 0) /* fonts and their index are mapped */
        r = seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC | PROT_WRITE, 0),
                             SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_PRIVATE, MAP_PRIVATE));
    if (r == 0)
        r = seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_GETFD));
    if (r == 0)
        r = seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_SETFD));
    if (r == 0)
        r = seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_GETFL));
    return r;
}

static int rules(scmp_filter_ctx c, const struct sandbox *can)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < sizeof allowed / sizeof allowed[0]; i++)
        r = seccomp_rule_add(c, SCMP_ACT_ALLOW, allowed[i], 0);
    /* memory that is nobody's file, and never code */
    if (r == 0)
        r = seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                             SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
    if (r == 0)
        r = seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    /* threads, not processes; clone3 hides its flags in memory, so the C library is told to use clone */
    if (r == 0)
        r = seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    if (r == 0)
        r = seccomp_rule_add(c, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    /* answers, not messages to somewhere */
    if (r == 0)
        r = seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(sendto), 1, SCMP_A4(SCMP_CMP_EQ, 0));
    if (r == 0 && can->accepts)
        r = seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(accept4), 0);
    if (r == 0 && can->accepts)
        r = seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(getsockopt), 0);
    if (r == 0 && can->reads)
        r = rules_reading(c);
    return r;
}

int sandbox_enter(struct sandbox *can, struct err *err)
{
    const struct rlimit none = {0, 0};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || setrlimit(RLIMIT_CORE, &none) < 0 ||
        setrlimit(RLIMIT_FSIZE, &none) < 0)
        return err_errno(err, ERR_IO, errno, "the system makes no sandbox");
    int r = forbid_files(can->reads, err);
    if (r < 0)
        return r;
    can->no_files = r > 0;
    scmp_filter_ctx c = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!c)
        return err_set(err, ERR_IO, "the system makes no sandbox: seccomp is not there");
    r = rules(c, can);
    if (r == 0)
        r = seccomp_load(c);
    seccomp_release(c);
    return r < 0 ? err_errno(err, ERR_IO, -r, "the system makes no sandbox") : 0;
}
