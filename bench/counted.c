/* counted: laid before a program (LD_PRELOAD), it counts what the program asks of the disk, of the line and of the curve, in the file of COMITY_COUNTED:
 * numbers of eight bytes each, in the order of enum counted, of the process and of those that it forks. bench/hall.mjs reads them. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum counted { SYNCS, EXCHANGES, HANDSHAKES, MULTIPLICATIONS, HASHED_TO_GROUP, SIGNATURES, SIGNATURES_CHECKED, COUNTED };

static uint64_t nowhere[COUNTED], *counts = nowhere;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("COMITY_COUNTED"); /* nothing here changes the environment */
    const int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd >= 0 && ftruncate(fd, sizeof nowhere) == 0) {
        void *shared = mmap(NULL, sizeof nowhere, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        counts = shared == MAP_FAILED ? nowhere : shared;
    }
    if (fd >= 0)
        close(fd);
}

static void *counted(enum counted what, const char *name)
{
    __atomic_fetch_add(&counts[what], 1, __ATOMIC_RELAXED);
    return dlsym(RTLD_NEXT, name);
}

/* A function of the same name, which counts and then calls the one behind it. */
#define COUNT(what, name, parameters, arguments) \
    int name parameters; \
    int name parameters \
    { \
        int(*real) parameters; \
        void *found = counted(what, #name); \
        memcpy(&real, &found, sizeof real); \
        return real arguments; \
    }

COUNT(SYNCS, fsync, (int fd), (fd))
COUNT(SYNCS, fdatasync, (int fd), (fd))
COUNT(EXCHANGES, curl_easy_perform, (void *curl), (curl))
COUNT(HANDSHAKES, gnutls_handshake, (void *session), (session))
COUNT(MULTIPLICATIONS, crypto_scalarmult_ristretto255, (unsigned char *q, const unsigned char *n, const unsigned char *p), (q, n, p))
COUNT(MULTIPLICATIONS, crypto_scalarmult_ristretto255_base, (unsigned char *q, const unsigned char *n), (q, n))
COUNT(HASHED_TO_GROUP, crypto_core_ristretto255_from_hash, (unsigned char *p, const unsigned char *r), (p, r))
COUNT(SIGNATURES, crypto_sign_detached, (unsigned char *sig, unsigned long long *n, const unsigned char *m, unsigned long long len, const unsigned char *key), (sig, n, m, len, key))
COUNT(SIGNATURES_CHECKED, crypto_sign_verify_detached, (const unsigned char *sig, const unsigned char *m, unsigned long long len, const unsigned char *key), (sig, m, len, key))
