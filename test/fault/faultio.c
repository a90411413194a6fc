/* faultio: stops, tears or fails the Nth change that a program makes to the files in a folder. Loaded with LD_PRELOAD.
 *
 * What: sees every system call that changes a file (write, pwrite, writev, fsync, fdatasync, ftruncate, rename, unlink, mkdir,
 *       rmdir, creating open) below a folder, and every write to standard output; counts them over all processes that share
 *       one state file; does the planned harm at the planned number; keeps a journal of them, if asked, for trying out later
 *       what a power cut would have left.
 * Why:  what a program promised before it died is only worth testing at every point at which it can die.
 *
 *     FAULTIO_FOLDER=/dev/shm/x  the folder (absolute)
 *     FAULTIO_STATE=/path        a file of FAULTIO_STATE_LEN zero bytes: counters, shared by all processes
 *     FAULTIO_JOURNAL=/path      optional
 *     FAULTIO_PLAN=count | before N | after N | torn N BYTES | fail N ERRNO once|on | short N BYTES ERRNO
 *
 * before, after: SIGKILL to the process group right before or after change N. torn: only the first BYTES of write N are made
 * (all but one, if it is not longer), then SIGKILL. fail: change N, or all from N on, returns ERRNO. short: write N makes BYTES
 * and says so; all after it fail.
 *
 * How: a seccomp filter turns these calls into SIGSYS, and the handler makes them from one page of code at a fixed address
 * that the filter lets through. So nothing escapes, whichever door of libc is used (the C library's own stdio calls the kernel
 * without passing any symbol that could be replaced), and children inherit it, also through exec.
 * Not seen: writes through mmap (the index of the write-ahead log, which is not meant to outlive a crash), copies made within the
 * kernel (copy_file_range, sendfile), sockets. Paths are taken as they are given, so a folder should not be left through "..".
 * x86-64 Linux only.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

#define GATE_AT 0x70fee0000000UL
#define GATE_AFTER 25 /* the address behind the syscall instruction, which is what the filter sees */
#define PATH_LEN 1024
#define FAULTIO_STATE_LEN 4096

enum kind { K_NONE, K_WRITE, K_SYNC, K_TRUNCATE, K_CREATE, K_MKDIR, K_RENAME, K_UNLINK, K_RMDIR, K_OUTPUT };
enum harm { H_COUNT, H_BEFORE, H_AFTER, H_TORN, H_FAIL, H_SHORT };

struct state {
    _Atomic uint64_t count;
    _Atomic uint32_t lock;
    _Atomic uint32_t struck; /* the planned change was reached */
};

/* One change, as it stands in the journal, followed by path, path2 and, for K_WRITE and K_OUTPUT, data. */
struct record {
    uint64_t seq, ino, offset, len;
    uint32_t kind, pid;
    uint16_t path_len, path2_len;
    uint32_t is_dir;
};

struct change {
    struct record head;
    char path[PATH_LEN], path2[PATH_LEN];
    const struct iovec *iov;
    size_t n_iov;
};

static struct {
    struct state *state;
    int journal;
    char folder[PATH_LEN];
    size_t folder_len;
    enum harm harm;
    uint64_t at, bytes;
    int why;
    bool once;
} plan = {.journal = -1};

typedef long (*gate_fn)(long nr, long a, long b, long c, long d, long e, long f);

static long call(long nr, long a, long b, long c, long d)
{
    return ((gate_fn)GATE_AT)(nr, a, b, c, d, 0, 0);
}

/* --- what a call would change --- */

static bool below_folder(const char *path)
{
    return strncmp(path, plan.folder, plan.folder_len) == 0 && (path[plan.folder_len] == '/' || path[plan.folder_len] == 0);
}

static bool link_of(const char *prefix, long number, char out[PATH_LEN])
{
    char link[64];
    snprintf(link, sizeof link, "%s%ld", prefix, number);
    long n = call(SYS_readlink, (long)link, (long)out, PATH_LEN - 1, 0);
    if (n < 0)
        return false;
    out[n] = 0;
    return true;
}

/* The absolute path of (dirfd, path). */
static bool path_of(long dirfd, const char *path, char out[PATH_LEN])
{
    size_t len = strlen(path), base = 0;
    if (path[0] != '/') {
        bool ok = (int)dirfd == AT_FDCWD ? call(SYS_getcwd, (long)out, PATH_LEN, 0, 0) > 0 : link_of("/proc/self/fd/", (int)dirfd, out);
        if (!ok)
            return false;
        base = strlen(out);
        if (base + 1 >= PATH_LEN)
            return false;
        out[base++] = '/';
    }
    if (base + len >= PATH_LEN)
        return false;
    memcpy(out + base, path, len + 1);
    while (len + base > 1 && out[base + len - 1] == '/')
        out[base + --len] = 0;
    return true;
}

static enum kind on_path(struct change *c, enum kind kind, long dirfd, long path)
{
    return path_of(dirfd, (const char *)path, c->path) && below_folder(c->path) ? kind : K_NONE;
}

static enum kind on_rename(struct change *c, long from_dir, long from, long to_dir, long to)
{
    if (!path_of(from_dir, (const char *)from, c->path) || !path_of(to_dir, (const char *)to, c->path2))
        return K_NONE;
    return below_folder(c->path) || below_folder(c->path2) ? K_RENAME : K_NONE;
}

static enum kind on_fd(struct change *c, enum kind kind, long fd)
{
    struct stat st;
    if (!link_of("/proc/self/fd/", fd, c->path) || call(SYS_fstat, fd, (long)&st, 0, 0) < 0)
        return K_NONE;
    if (fd == STDOUT_FILENO && kind == K_WRITE && (S_ISFIFO(st.st_mode) || !below_folder(c->path)))
        return K_OUTPUT;
    c->head.ino = st.st_ino;
    c->head.is_dir = S_ISDIR(st.st_mode);
    return below_folder(c->path) ? kind : K_NONE;
}

static enum kind on_write(struct change *c, long fd, const struct iovec *iov, long n, int64_t offset)
{
    enum kind kind = on_fd(c, K_WRITE, fd);
    c->iov = iov;
    c->n_iov = (size_t)n;
    for (long i = 0; i < n; i++)
        c->head.len += iov[i].iov_len;
    if (offset < 0 && kind == K_WRITE) {
        long flags = call(SYS_fcntl, fd, F_GETFL, 0, 0);
        offset = call(SYS_lseek, fd, 0, flags > 0 && (flags & O_APPEND) ? SEEK_END : SEEK_CUR, 0);
    }
    c->head.offset = kind == K_WRITE ? (uint64_t)offset : 0;
    return kind;
}

/* Fills c; K_NONE: none of our business. one holds the only part of a plain write. */
static enum kind examine(long nr, const long a[6], struct change *c, struct iovec *one)
{
    *one = (struct iovec){(void *)a[1], (size_t)a[2]};
    c->head.offset = c->head.len = 0;
    switch (nr) {
    case SYS_write: return on_write(c, a[0], one, 1, -1);
    case SYS_pwrite64: return on_write(c, a[0], one, 1, a[3]);
    case SYS_writev: return on_write(c, a[0], (const struct iovec *)a[1], a[2], -1);
    case SYS_pwritev:
    case SYS_pwritev2: return on_write(c, a[0], (const struct iovec *)a[1], a[2], a[3]);
    case SYS_fsync:
    case SYS_fdatasync: return on_fd(c, K_SYNC, a[0]);
    case SYS_ftruncate: c->head.len = (uint64_t)a[1]; return on_fd(c, K_TRUNCATE, a[0]);
    case SYS_fallocate: c->head.len = (uint64_t)(a[2] + a[3]); return on_fd(c, K_TRUNCATE, a[0]);
    case SYS_open: c->head.len = (uint64_t)a[1]; return on_path(c, K_CREATE, AT_FDCWD, a[0]);
    case SYS_openat: c->head.len = (uint64_t)a[2]; return on_path(c, K_CREATE, a[0], a[1]);
    case SYS_rename: return on_rename(c, AT_FDCWD, a[0], AT_FDCWD, a[1]);
    case SYS_renameat:
    case SYS_renameat2: return on_rename(c, a[0], a[1], a[2], a[3]);
    case SYS_unlink: return on_path(c, K_UNLINK, AT_FDCWD, a[0]);
    case SYS_unlinkat: return on_path(c, a[2] & AT_REMOVEDIR ? K_RMDIR : K_UNLINK, a[0], a[1]);
    case SYS_rmdir: return on_path(c, K_RMDIR, AT_FDCWD, a[0]);
    case SYS_mkdir: return on_path(c, K_MKDIR, AT_FDCWD, a[0]);
    case SYS_mkdirat: return on_path(c, K_MKDIR, a[0], a[1]);
    default: return K_NONE;
    }
}

static const int watched[] = {
    SYS_write, SYS_pwrite64, SYS_writev, SYS_pwritev, SYS_pwritev2, SYS_fsync, SYS_fdatasync, SYS_ftruncate, SYS_fallocate,
    SYS_rename, SYS_renameat, SYS_renameat2, SYS_unlink, SYS_unlinkat, SYS_rmdir, SYS_mkdir, SYS_mkdirat,
};
#define N_WATCHED (sizeof watched / sizeof watched[0])

/* --- harm --- */

static void die(void)
{
    call(SYS_kill, 0, SIGKILL, 0, 0);
    for (;;)
        call(SYS_pause, 0, 0, 0, 0);
}

/* The first bytes of the write, but not all of it. Returns how many. */
static long write_part(long fd, const struct change *c)
{
    uint64_t left = plan.bytes < c->head.len ? plan.bytes : c->head.len ? c->head.len - 1 : 0;
    long done = 0;
    for (size_t i = 0; i < c->n_iov && left > 0; i++) {
        size_t n = c->iov[i].iov_len < left ? c->iov[i].iov_len : left;
        long r = c->head.kind == K_OUTPUT ? call(SYS_write, fd, (long)c->iov[i].iov_base, (long)n, 0)
                                          : call(SYS_pwrite64, fd, (long)c->iov[i].iov_base, (long)n, (long)c->head.offset + done);
        if (r < 0)
            return r;
        done += r;
        left -= (uint64_t)r;
    }
    return done;
}

/* A full disk refuses what takes room; a broken one refuses everything. */
static bool can_fail(enum kind kind)
{
    return plan.why != ENOSPC || (kind != K_UNLINK && kind != K_RMDIR);
}

static long make(long nr, const long a[6])
{
    return ((gate_fn)GATE_AT)(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
}

static long strike(long nr, const long a[6], const struct change *c)
{
    uint64_t n = c->head.seq;
    bool here = n == plan.at;
    if (here)
        plan.state->struck = 1;
    switch (plan.harm) {
    case H_COUNT: break;
    case H_BEFORE:
        if (here)
            die();
        break;
    case H_AFTER:
        if (here) {
            make(nr, a);
            die();
        }
        break;
    case H_TORN:
        if (here) {
            if (c->n_iov)
                write_part(a[0], c);
            die();
        }
        break;
    case H_FAIL:
        if ((here || (n > plan.at && !plan.once)) && can_fail((enum kind)c->head.kind))
            return -plan.why;
        break;
    case H_SHORT:
        if (here && c->n_iov && c->head.len > 1) {
            long done = write_part(a[0], c);
            if (done > 0 && nr != SYS_pwrite64 && c->head.kind == K_WRITE)
                call(SYS_lseek, a[0], (long)c->head.offset + done, SEEK_SET, 0);
            return done;
        }
        if (n >= plan.at && can_fail((enum kind)c->head.kind))
            return -plan.why;
        break;
    }
    return make(nr, a);
}

/* --- the journal --- */

static void put(const void *p, size_t len)
{
    for (size_t done = 0; done < len;) {
        long n = call(SYS_write, plan.journal, (long)p + (long)done, (long)(len - done), 0);
        if (n <= 0)
            die(); /* a journal with a hole would prove nothing */
        done += (size_t)n;
    }
}

static void keep(struct change *c, long result)
{
    struct stat st;
    if (plan.journal < 0 || result < 0)
        return;
    uint64_t data = 0;
    if (c->head.kind == K_CREATE && call(SYS_fstat, result, (long)&st, 0, 0) == 0)
        c->head.ino = st.st_ino;
    if (c->n_iov)
        c->head.len = data = (uint64_t)result;
    c->head.path_len = (uint16_t)strlen(c->path);
    c->head.path2_len = (uint16_t)strlen(c->path2);
    put(&c->head, sizeof c->head);
    put(c->path, c->head.path_len);
    put(c->path2, c->head.path2_len);
    for (size_t i = 0; i < c->n_iov && data > 0; i++) {
        size_t n = c->iov[i].iov_len < data ? c->iov[i].iov_len : data;
        put(c->iov[i].iov_base, n);
        data -= n;
    }
}

static long handle(long nr, const long a[6])
{
    struct change c = {0};
    struct iovec one;
    enum kind kind = examine(nr, a, &c, &one);
    if (kind == K_NONE)
        return make(nr, a);
    /* one change at a time over all processes, so that the journal has them in the order in which they took effect */
    uint32_t free_lock = 0;
    while (!atomic_compare_exchange_weak(&plan.state->lock, &free_lock, 1)) {
        free_lock = 0;
        call(SYS_sched_yield, 0, 0, 0, 0);
    }
    c.head.kind = kind;
    c.head.pid = (uint32_t)call(SYS_getpid, 0, 0, 0, 0);
    c.head.seq = ++plan.state->count;
    long result = strike(nr, a, &c);
    keep(&c, result);
    plan.state->lock = 0;
    return result;
}

static void on_sigsys(int signal_number, siginfo_t *info, void *context)
{
    (void)signal_number;
    greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;
    const long a[6] = {r[REG_RDI], r[REG_RSI], r[REG_RDX], r[REG_R10], r[REG_R8], r[REG_R9]};
    r[REG_RAX] = handle(info->si_syscall, a);
}

/* --- setting up --- */

static _Noreturn void refuse(const char *what)
{
    fprintf(stderr, "faultio: %s\n", what);
    _exit(99);
}

/* libc's syscall(), at an address that every process of the run agrees on: filters add up, so they must not differ. */
static void build_gate(void)
{
    static const uint8_t code[] = {
        0x48, 0x89, 0xf8, 0x48, 0x89, 0xf7, 0x48, 0x89, 0xd6, 0x48, 0x89, 0xca, /* rax=rdi rdi=rsi rsi=rdx rdx=rcx */
        0x4d, 0x89, 0xc2, 0x4d, 0x89, 0xc8, 0x4c, 0x8b, 0x4c, 0x24, 0x08,       /* r10=r8 r8=r9 r9=[rsp+8] */
        0x0f, 0x05, 0xc3,                                                       /* syscall; ret */
    };
    void *page = mmap((void *)GATE_AT, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (page != (void *)GATE_AT)
        refuse("the page for the gate is taken");
    memcpy(page, code, sizeof code);
    if (mprotect(page, 4096, PROT_READ | PROT_EXEC) < 0)
        refuse("the gate cannot be made executable");
}

static void install_filter(void)
{
    struct sock_filter f[16 + N_WATCHED];
    unsigned short n = 0;
#define LOAD(field) f[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define IF(op, value, yes, no) f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | (op) | BPF_K, (uint32_t)(value), (unsigned char)(yes), (unsigned char)(no))
#define GIVE(what) f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, (what))
    LOAD(instruction_pointer);
    IF(BPF_JEQ, (GATE_AT + GATE_AFTER) & 0xffffffff, 0, 3);
    f[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer) + 4);
    IF(BPF_JEQ, (GATE_AT + GATE_AFTER) >> 32, 0, 1);
    GIVE(SECCOMP_RET_ALLOW);
    LOAD(nr);
    for (size_t i = 0; i < N_WATCHED; i++)
        IF(BPF_JEQ, watched[i], N_WATCHED - i + 6, 0);
    IF(BPF_JEQ, SYS_open, 0, 2);
    LOAD(args[1]);
    IF(BPF_JSET, O_CREAT | O_TRUNC, 4, 3);
    IF(BPF_JEQ, SYS_openat, 0, 2);
    LOAD(args[2]);
    IF(BPF_JSET, O_CREAT | O_TRUNC, 1, 0);
    GIVE(SECCOMP_RET_ALLOW);
    GIVE(SECCOMP_RET_TRAP);
#undef LOAD
#undef IF
#undef GIVE
    const struct sock_fprog program = {n, f};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
        refuse("no seccomp filter can be set here");
}

static void read_plan(const char *text)
{
    char word[16] = "", last[8] = "";
    unsigned long long at = 0, second = 0, third = 0;
    sscanf(text, "%15s %llu %llu %llu", word, &at, &second, &third);
    plan.at = at;
    if (strcmp(word, "before") == 0) {
        plan.harm = H_BEFORE;
    } else if (strcmp(word, "after") == 0) {
        plan.harm = H_AFTER;
    } else if (strcmp(word, "torn") == 0) {
        plan.harm = H_TORN;
        plan.bytes = second;
    } else if (strcmp(word, "short") == 0) {
        plan.harm = H_SHORT;
        plan.bytes = second;
        plan.why = (int)third;
    } else if (strcmp(word, "fail") == 0 && sscanf(text, "%*s %*s %*s %7s", last) == 1) {
        plan.harm = H_FAIL;
        plan.why = (int)second;
        plan.once = strcmp(last, "once") == 0;
    } else if (strcmp(word, "count") != 0) {
        refuse("FAULTIO_PLAN makes no sense");
    }
}

__attribute__((constructor)) static void begin(void)
{
    const char *folder = getenv("FAULTIO_FOLDER"), *state = getenv("FAULTIO_STATE"), *journal = getenv("FAULTIO_JOURNAL");
    const char *what = getenv("FAULTIO_PLAN");
    if (!folder || !state || !what)
        return;
    plan.folder_len = strlen(folder);
    if (plan.folder_len >= PATH_LEN)
        refuse("FAULTIO_FOLDER is too long");
    memcpy(plan.folder, folder, plan.folder_len + 1);
    read_plan(what);
    int fd = open(state, O_RDWR | O_CLOEXEC);
    void *shared = fd < 0 ? MAP_FAILED : mmap(NULL, FAULTIO_STATE_LEN, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared == MAP_FAILED)
        refuse("FAULTIO_STATE cannot be opened");
    close(fd);
    plan.state = shared;
    if (journal) {
        fd = open(journal, O_WRONLY | O_APPEND | O_CLOEXEC);
        plan.journal = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 900); /* out of the program's way */
        if (plan.journal < 0)
            refuse("FAULTIO_JOURNAL cannot be opened");
        close(fd);
    }
    build_gate();
    struct sigaction action = {.sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO | SA_NODEFER};
    if (sigaction(SIGSYS, &action, NULL) < 0)
        refuse("SIGSYS cannot be handled");
    install_filter();
}
