/* keyring: asks the key process. */
#include "ground/crypto/keyring.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ground/crypto/keyfile.h"
#include "ground/crypto/keyproc.h"
#include "ground/crypto/keyring_internal.h"

#define PURSE 64 /* data keys fetched at a time */
#define PARTS_MAX 8
#define HELLO_LEN (KEY_CORE_SIGNERS * SIGN_PUBLIC_LEN + KEY_CORE_MACS * KEY_LEN)

static const char locked[] = "the keys are locked: comity keys DIR unlock";

/* What is wiped when the process is gone. */
struct held {
    uint8_t mac[KEY_CORE_MACS][KEY_LEN];
    struct { uint8_t key[KEY_LEN], wrapped[KEY_CORE_WRAPPED_LEN]; } purse[PURSE];
};

struct keyring {
    uint8_t sign_public[KEY_CORE_SIGNERS][SIGN_PUBLIC_LEN];
    char *path;                     /* of the key file */
    bool agent;                     /* the process stays; a broken connection is made anew */
    pid_t child;                    /* else it is ours */
    struct state {
        pthread_mutex_t lock;
        pthread_cond_t freed;
        int idle[KEY_PROCESS_CONNECTIONS]; /* connections that nobody uses */
        unsigned n_idle, n_open;
        bool fresh;                 /* held->mac is there */
        size_t n_purse;
        struct held *held;          /* secret memory */
    } *state;
};

/* --- sockets --- */

/* DIR/keys.sock, named through an open folder: a socket's own path may have 107 bytes only. *fd is that folder. */
static int socket_name(const char *path, int *fd, struct sockaddr_un *name, struct err *err)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    int len = slash ? snprintf(folder, sizeof folder, "%.*s", (int)(slash - path) + (slash == path), path) : snprintf(folder, sizeof folder, ".");
    if (len < 0 || (size_t)len >= sizeof folder)
        return err_set(err, ERR_INPUT, "the path of the key file is too long");
    *fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*fd < 0)
        return err_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "%s cannot be opened", folder);
    *name = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(name->sun_path, sizeof name->sun_path, "/proc/self/fd/%d/keys.sock", *fd);
    return 0;
}

/* A connection to the process that stays, or -1. */
static int reach_agent(const char *path)
{
    struct sockaddr_un name;
    int folder;
    if (socket_name(path, &folder, &name, NULL) < 0)
        return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&name, sizeof name) < 0) {
        close(fd);
        fd = -1;
    }
    close(folder);
    return fd;
}

static bool send_fully(int fd, struct iovec *parts, size_t n)
{
    struct msghdr m = {.msg_iov = parts, .msg_iovlen = n};
    while (m.msg_iovlen > 0) {
        ssize_t sent = sendmsg(fd, &m, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        for (; m.msg_iovlen > 0 && (size_t)sent >= m.msg_iov->iov_len; m.msg_iov++, m.msg_iovlen--)
            sent -= (ssize_t)m.msg_iov->iov_len;
        if (m.msg_iovlen > 0) {
            m.msg_iov->iov_base = (uint8_t *)m.msg_iov->iov_base + sent;
            m.msg_iov->iov_len -= (size_t)sent;
        }
    }
    return true;
}

static bool read_fully(int fd, uint8_t *to, size_t len)
{
    while (len > 0) {
        ssize_t n = read(fd, to, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        to += n;
        len -= (size_t)n;
    }
    return true;
}

/* An answer of exactly len bytes, or an error with its sentence. False: the connection is broken. */
static bool read_answer(int fd, uint8_t *out, size_t len, int *code, struct err *err)
{
    uint8_t header[KEYPROTO_HEADER_LEN];
    char text[ERR_TEXT_MAX] = {0};
    struct iovec parts[] = {{header, sizeof header}, {out, len}};
    ssize_t n;
    do
        n = readv(fd, parts, 2);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return false;
    size_t have = (size_t)n;
    if (have < sizeof header) {
        if (!read_fully(fd, header + have, sizeof header - have))
            return false;
        have = sizeof header;
    }
    size_t body = (size_t)get_u32be(header) - 4, got = have - sizeof header;
    *code = (int)get_u32be(header + 4);
    if (*code == 0)
        return body == len && read_fully(fd, out + got, len - got);
    if (body >= sizeof text || body < got)
        return false;
    if (got > 0)
        memcpy(text, out, got);
    if (!read_fully(fd, (uint8_t *)text + got, body - got))
        return false;
    err_set(err, *code, "%s", text);
    return true;
}

/* --- connections: a few, shared by all threads --- */

static int take_connection(const struct keyring *k)
{
    struct state *s = k->state;
    int fd = -1;
    pthread_mutex_lock(&s->lock);
    while (s->n_idle == 0 && s->n_open == KEY_PROCESS_CONNECTIONS)
        pthread_cond_wait(&s->freed, &s->lock);
    if (s->n_idle > 0) {
        fd = s->idle[--s->n_idle];
    } else if (k->agent) {
        fd = reach_agent(k->path);
        s->n_open += fd >= 0;
    }
    pthread_mutex_unlock(&s->lock);
    return fd;
}

static void give_connection(const struct keyring *k, int fd, bool broken)
{
    struct state *s = k->state;
    pthread_mutex_lock(&s->lock);
    if (broken) {
        close(fd);
        s->n_open--;
    } else {
        s->idle[s->n_idle++] = fd;
    }
    pthread_cond_signal(&s->freed);
    pthread_mutex_unlock(&s->lock);
}

/* The keys are out of reach: nothing of them stays here. */
static void forget(const struct keyring *k)
{
    struct state *s = k->state;
    pthread_mutex_lock(&s->lock);
    crypto_wipe(s->held, sizeof *s->held);
    s->fresh = false;
    s->n_purse = 0;
    pthread_mutex_unlock(&s->lock);
}

/* One question, and its answer of len bytes. parts[0] is the operation's byte and fixed fields; out may be NULL when len is 0. */
int keyring_ask(const struct keyring *k, const struct iovec parts[], size_t n, uint8_t *out, size_t len, struct err *err)
{
    uint8_t length[4], nothing[1] = {0};
    struct iovec all[PARTS_MAX + 1] = {{length, sizeof length}};
    size_t total = 0;
    assert(n <= PARTS_MAX);
    for (size_t i = 0; i < n; i++) {
        all[i + 1] = parts[i];
        total += parts[i].iov_len;
    }
    if (total > KEYPROTO_REQUEST_MAX)
        return err_set(err, ERR_LIMIT, "that is more than the key process takes at once");
    put_u32be(length, (uint32_t)total);
    for (int tries = 0; tries < 2; tries++) { /* a connection of before the last lock is broken: once more with a new one */
        struct iovec again[PARTS_MAX + 1];
        memcpy(again, all, sizeof again);
        int code = 0, fd = take_connection(k);
        if (fd < 0)
            break;
        bool answered = send_fully(fd, again, n + 1) && read_answer(fd, out ? out : nothing, len, &code, err);
        give_connection(k, fd, !answered);
        if (answered)
            return code;
        if (!k->agent)
            break;
    }
    forget(k);
    return err_set(err, ERR_IO, k->agent ? locked : "the process that holds the keys has ended: start the command again");
}

static int greet(const struct keyring *k, uint8_t out[static HELLO_LEN], struct err *err)
{
    uint8_t op = KEY_HELLO;
    return keyring_ask(k, &(struct iovec){&op, 1}, 1, out, HELLO_LEN, err);
}

/* MAC keys are there, also after the keys were locked and unlocked again. */
static int freshen(const struct keyring *k, struct err *err)
{
    uint8_t *hello = secret_alloc(HELLO_LEN);
    int r = greet(k, hello, err);
    if (r == 0) {
        pthread_mutex_lock(&k->state->lock);
        memcpy(k->state->held->mac, hello + KEY_CORE_SIGNERS * SIGN_PUBLIC_LEN, sizeof k->state->held->mac);
        k->state->fresh = true;
        pthread_mutex_unlock(&k->state->lock);
    }
    secret_free(hello);
    return r;
}

/* --- opening --- */

int keyring_create(const char *path, struct err *err)
{
    return keyfile_create(path, err);
}

/* Whether the file is sealed; a file that cannot be read is not, and whoever opens it says why. */
static bool is_protected(const char *path)
{
    uint8_t head[16] = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return false;
    bool whole = read_fully(fd, head, sizeof head);
    close(fd);
    return whole && get_u32be(head + 12) == 2;
}

/* Two ends, neither of which is 0, 1 or 2: where a program was started with one of those closed, the child would take its own
 * connection for the terminal, keep the wrong end of it, and never learn that the program has ended. */
static int connect_pair(int pair[static 2])
{
    int low[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, low) < 0)
        return -1;
    for (int i = 0; i < 2; i++) {
        pair[i] = fcntl(low[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        close(low[i]);
    }
    if (pair[0] >= 0 && pair[1] >= 0)
        return 0;
    for (int i = 0; i < 2; i++)
        if (pair[i] >= 0)
            close(pair[i]);
    return -1;
}

static int start_child(struct keyring *k, struct err *err)
{
    int ours[KEY_PROCESS_CONNECTIONS], theirs[KEY_PROCESS_CONNECTIONS];
    size_t n = 0;
    for (; n < KEY_PROCESS_CONNECTIONS; n++) {
        int pair[2];
        if (connect_pair(pair) < 0)
            break;
        ours[n] = pair[0];
        theirs[n] = pair[1];
    }
    k->child = n == KEY_PROCESS_CONNECTIONS ? fork() : -1;
    if (k->child == 0)
        key_process_child(k->path, theirs);
    int r = k->child < 0 ? err_errno(err, ERR_IO, errno, "no process can be started to hold the keys") : 0;
    for (size_t i = 0; i < n; i++) {
        close(theirs[i]);
        if (r < 0)
            close(ours[i]);
        else
            k->state->idle[k->state->n_idle++] = ours[i];
    }
    k->state->n_open = k->state->n_idle;
    return r;
}

int keyring_open(const char *path, struct keyring **out, struct err *err)
{
    struct keyring *k = mem_calloc(1, sizeof *k);
    k->state = mem_calloc(1, sizeof *k->state);
    k->state->held = secret_alloc(sizeof *k->state->held);
    pthread_mutex_init(&k->state->lock, NULL);
    pthread_cond_init(&k->state->freed, NULL);
    k->path = mem_alloc(strlen(path) + 1);
    memcpy(k->path, path, strlen(path) + 1);
    k->agent = is_protected(path);
    uint8_t *hello = secret_alloc(HELLO_LEN);
    int r = k->agent ? 0 : start_child(k, err);
    if (r == 0 && (r = greet(k, hello, err)) == ERR_IO && k->agent)
        r = err_set(err, ERR_DENIED, locked);
    if (r == 0) {
        memcpy(k->sign_public, hello, sizeof k->sign_public);
        memcpy(k->state->held->mac, hello + sizeof k->sign_public, sizeof k->state->held->mac);
        k->state->fresh = true;
        *out = k;
    } else {
        keyring_close(k);
    }
    secret_free(hello);
    return r;
}

void keyring_close(struct keyring *k)
{
    if (!k)
        return;
    for (unsigned i = 0; i < k->state->n_idle; i++)
        close(k->state->idle[i]);
    if (k->child > 0)
        while (waitpid(k->child, NULL, 0) < 0 && errno == EINTR)
            continue;
    pthread_mutex_destroy(&k->state->lock);
    pthread_cond_destroy(&k->state->freed);
    secret_free(k->state->held);
    free(k->state);
    free(k->path);
    free(k);
}

bool keyring_alive(const struct keyring *k)
{
    return freshen(k, NULL) == 0;
}

/* --- the process that stays --- */

bool keyring_agent_there(const char *path)
{
    int fd = reach_agent(path);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* The listening socket, mode 0600. A socket that nobody listens on is what a process that was killed left behind. */
static int listen_at(const char *path, struct err *err)
{
    struct sockaddr_un name;
    int folder, r = socket_name(path, &folder, &name, err);
    if (r < 0)
        return r;
    if (keyring_agent_there(path)) {
        close(folder);
        return err_set(err, ERR_EXISTS, "the keys are unlocked already");
    }
    unlinkat(folder, "keys.sock", 0);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    mode_t mask = umask(0177);
    r = fd < 0 || bind(fd, (struct sockaddr *)&name, sizeof name) < 0 || listen(fd, 64) < 0
            ? err_errno(err, ERR_IO, errno, "the socket beside the key file cannot be made") : fd;
    umask(mask);
    close(folder);
    if (r < 0 && fd >= 0)
        close(fd);
    if (r >= 0 && r <= STDERR_FILENO) { /* as for connect_pair */
        r = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        close(fd);
        if (r < 0)
            r = err_errno(err, ERR_IO, errno, "the socket beside the key file cannot be made");
    }
    return r;
}

int keyring_agent_start(const char *path, const uint8_t root[static 32], int64_t idle_ms, struct err *err)
{
    int ready[2], listener = listen_at(path, err);
    uint8_t up;
    if (listener < 0)
        return listener;
    if (connect_pair(ready) < 0) {
        close(listener);
        return err_errno(err, ERR_IO, errno, "no process can be started to hold the keys");
    }
    pid_t child = fork();
    if (child == 0) {
        setsid();
        if (fork() != 0)
            _exit(0); /* its own parent is gone: nobody has to wait for it */
        close(ready[0]);
        key_process_agent(key_core_new(root), listener, ready[1], idle_ms);
    }
    close(listener);
    close(ready[1]);
    if (child > 0)
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
            continue;
    bool well = child > 0 && read_fully(ready[0], &up, 1);
    close(ready[0]);
    return well ? 0 : err_set(err, ERR_IO, "the process that holds the keys did not start");
}

int keyring_agent_lock(const char *path, struct err *err)
{
    struct sockaddr_un name;
    uint8_t request[] = {0, 0, 0, 1, KEY_LOCK}, answer[KEYPROTO_HEADER_LEN], more;
    int folder, fd = reach_agent(path);
    if (fd < 0)
        return err_set(err, ERR_NOT_FOUND, "the keys are locked already");
    bool sent = send_fully(fd, &(struct iovec){request, sizeof request}, 1);
    /* the answer comes when they are wiped; the end of the connection, when the process is gone */
    bool gone = sent && (!read_fully(fd, answer, sizeof answer) || !read_fully(fd, &more, 1));
    close(fd);
    if (gone && socket_name(path, &folder, &name, NULL) == 0) {
        unlinkat(folder, "keys.sock", 0);
        close(folder);
    }
    return gone ? 0 : err_set(err, ERR_IO, "the process that holds the keys did not take the request: end it by hand");
}

/* --- operations --- */

#define PART(p, len) ((struct iovec){(void *)(uintptr_t)(p), len})

int keyring_sign(const struct keyring *k, enum keyring_signer who, bytes message, uint8_t signature[static SIGNATURE_LEN], struct err *err)
{
    const uint8_t head[] = {KEY_SIGN, (uint8_t)who};
    const struct iovec parts[] = {PART(head, sizeof head), PART(message.p, message.len)};
    return keyring_ask(k, parts, 2, signature, SIGNATURE_LEN, err);
}

void keyring_public(const struct keyring *k, enum keyring_signer who, uint8_t public_key[static SIGN_PUBLIC_LEN])
{
    memcpy(public_key, k->sign_public[who], SIGN_PUBLIC_LEN);
}

int keyring_mac(const struct keyring *k, enum keyring_mac which, bytes data, uint8_t *out, size_t out_len, struct err *err)
{
    return keyring_mac_parts(k, which, &data, 1, out, out_len, err);
}

int keyring_mac_parts(const struct keyring *k, enum keyring_mac which, const bytes parts[], size_t n, uint8_t *out, size_t out_len,
                      struct err *err)
{
    struct state *s = k->state;
    crypto_generichash_blake2b_state state;
    assert(out_len >= 1 && out_len <= crypto_generichash_blake2b_BYTES_MAX);
    pthread_mutex_lock(&s->lock);
    bool fresh = s->fresh;
    if (fresh)
        crypto_generichash_blake2b_init(&state, s->held->mac[which], KEY_LEN, out_len);
    pthread_mutex_unlock(&s->lock);
    if (!fresh) {
        int r = freshen(k, err);
        return r < 0 ? r : keyring_mac_parts(k, which, parts, n, out, out_len, err);
    }
    for (size_t i = 0; i < n; i++)
        crypto_generichash_blake2b_update(&state, parts[i].p, parts[i].len);
    crypto_generichash_blake2b_final(&state, out, out_len);
    crypto_wipe(&state, sizeof state); /* its first block was the key */
    return 0;
}

/* Data keys for the next records. */
static int fill_purse(const struct keyring *k, struct err *err)
{
    struct state *s = k->state;
    const uint8_t head[] = {KEY_DATA_KEYS, 0, PURSE};
    const size_t len = sizeof s->held->purse;
    uint8_t *fresh = secret_alloc(len);
    int r = keyring_ask(k, &PART(head, sizeof head), 1, fresh, len, err);
    if (r == 0) {
        pthread_mutex_lock(&s->lock);
        if (s->n_purse == 0) {
            memcpy(s->held->purse, fresh, len);
            s->n_purse = PURSE;
        }
        pthread_mutex_unlock(&s->lock);
    }
    secret_free(fresh);
    return r;
}

int keyring_seal(const struct keyring *k, bytes plain, bytes ad, uint8_t wrapped[static KEYRING_WRAPPED_LEN], uint8_t *sealed, struct err *err)
{
    struct state *s = k->state;
    uint8_t data_key[KEY_LEN]; /* on the stack, wiped: a locked page for every record would cost more than the sealing */
    for (;;) {
        pthread_mutex_lock(&s->lock);
        bool taken = s->n_purse > 0;
        if (taken) {
            s->n_purse--;
            memcpy(data_key, s->held->purse[s->n_purse].key, KEY_LEN);
            memcpy(wrapped, s->held->purse[s->n_purse].wrapped, KEYRING_WRAPPED_LEN);
            crypto_wipe(s->held->purse[s->n_purse].key, KEY_LEN);
        }
        pthread_mutex_unlock(&s->lock);
        if (taken)
            break;
        int r = fill_purse(k, err);
        if (r < 0)
            return r;
    }
    crypto_seal(sealed, data_key, plain, ad);
    crypto_wipe(data_key, sizeof data_key);
    return 0;
}

static int broken_seal(struct err *err)
{
    return err_set(err, ERR_CRYPTO, "a seal does not hold: it was changed, moved, or made with other keys");
}

#define UNWRAP_BATCH 256

/* At most UNWRAP_BATCH. */
static int unseal_some(const struct keyring *k, struct keyring_sealed items[], size_t n, struct err *err)
{
    uint8_t keys[UNWRAP_BATCH * (1 + KEY_LEN)], head[3] = {KEY_UNWRAP}; /* on the stack, wiped: to lock and unlock pages for each page shown would cost more than the answer */
    struct arena *a = arena_new();
    struct buf b = buf_new(a);
    size_t asked = 0;
    for (size_t i = 0; i < n; i++) {
        items[i].result = ERR_CRYPTO;
        if (items[i].wrapped.len != KEYRING_WRAPPED_LEN || items[i].ad.len > UINT16_MAX)
            continue;
        buf_add_bytes(&b, items[i].wrapped.p, items[i].wrapped.len);
        buf_u16(&b, (uint16_t)items[i].ad.len);
        buf_add_bytes(&b, items[i].ad.p, items[i].ad.len);
        items[i].result = 0;
        asked++;
    }
    put_u16be(head + 1, (uint16_t)asked);
    bytes body = buf_bytes(&b);
    const struct iovec parts[] = {PART(head, sizeof head), PART(body.p, body.len)};
    int r = asked ? keyring_ask(k, parts, 2, keys, asked * (1 + KEY_LEN), err) : 0;
    const uint8_t *answer = keys;
    for (size_t i = 0; r == 0 && i < n; i++) {
        if (items[i].result < 0)
            continue;
        if (!answer[0] || !crypto_unseal(items[i].plain, answer + 1, items[i].sealed, items[i].ad))
            items[i].result = ERR_CRYPTO;
        answer += 1 + KEY_LEN;
    }
    arena_free(a);
    crypto_wipe(keys, n * (1 + KEY_LEN));
    return r;
}

int keyring_unseal_many(const struct keyring *k, struct keyring_sealed items[], size_t n, struct err *err)
{
    int r = 0;
    for (size_t i = 0; i < n && r == 0; i += UNWRAP_BATCH)
        r = unseal_some(k, items + i, n - i < UNWRAP_BATCH ? n - i : UNWRAP_BATCH, err);
    return r;
}

int keyring_unseal(const struct keyring *k, bytes wrapped, bytes sealed, bytes ad, uint8_t *plain, struct err *err)
{
    uint8_t answer[1 + KEY_LEN], head[3] = {KEY_UNWRAP, 0, 1}, ad_len[2];
    if (wrapped.len != KEYRING_WRAPPED_LEN || ad.len > UINT16_MAX)
        return broken_seal(err);
    put_u16be(ad_len, (uint16_t)ad.len);
    const struct iovec parts[] = {PART(head, sizeof head), PART(wrapped.p, wrapped.len), PART(ad_len, 2), PART(ad.p, ad.len)};
    int r = keyring_ask(k, parts, 4, answer, sizeof answer, err);
    if (r == 0 && (!answer[0] || !crypto_unseal(plain, answer + 1, sealed, ad)))
        r = broken_seal(err);
    crypto_wipe(answer, sizeof answer);
    return r;
}

/* Matching */

int keyring_match_public(const struct keyring *k, uint32_t epoch, oprf_point *public_key, struct err *err)
{
    uint8_t head[5] = {KEY_MATCH_PUBLIC};
    put_u32be(head + 1, epoch);
    return keyring_ask(k, &PART(head, sizeof head), 1, public_key->b, OPRF_POINT_LEN, err);
}

static void match_head(uint8_t head[static 6], enum key_operation op, uint32_t epoch)
{
    head[0] = (uint8_t)op;
    put_u32be(head + 1, epoch);
    head[5] = (uint8_t)oprf_threads_now();
}

int keyring_match_evaluate(const struct keyring *k, uint32_t epoch, const oprf_point blinded[], size_t n, oprf_point evaluated[],
                           uint8_t proof[static OPRF_PROOF_LEN], struct err *err)
{
    uint8_t head[6];
    if (n == 0 || n > KEYPROTO_BATCH_POINTS)
        return err_set(err, ERR_LIMIT, "one proof is over 1 to %d points, not %zu", KEYPROTO_BATCH_POINTS, n);
    match_head(head, KEY_MATCH_EVALUATE, epoch);
    const size_t len = OPRF_PROOF_LEN + n * OPRF_POINT_LEN;
    const struct iovec parts[] = {PART(head, sizeof head), PART(blinded, n * OPRF_POINT_LEN)};
    uint8_t *answer = mem_alloc(len);
    int r = keyring_ask(k, parts, 2, answer, len, err);
    if (r == 0) {
        memcpy(proof, answer, OPRF_PROOF_LEN);
        memcpy(evaluated, answer + OPRF_PROOF_LEN, n * OPRF_POINT_LEN);
    }
    free(answer);
    return r;
}

int keyring_match_evaluate_plain(const struct keyring *k, uint32_t epoch, const bytes inputs[], size_t n, oprf_output outputs[], struct err *err)
{
    uint8_t head[6];
    struct arena *a = arena_new();
    int r = 0;
    match_head(head, KEY_MATCH_PLAIN, epoch);
    for (size_t done = 0; done < n && r == 0;) {
        struct buf b = buf_new(a);
        size_t some = 0;
        for (; done + some < n && some < KEYPROTO_BATCH_POINTS && b.len < KEYPROTO_REQUEST_MAX / 2; some++) {
            bytes input = inputs[done + some];
            if (input.len > OPRF_INPUT_MAX) {
                r = err_set(err, ERR_INPUT, "input %zu is longer than %d bytes", done + some, OPRF_INPUT_MAX);
                goto out;
            }
            buf_u16(&b, (uint16_t)input.len);
            buf_add_bytes(&b, input.p, input.len);
        }
        bytes body = buf_bytes(&b);
        const struct iovec parts[] = {PART(head, sizeof head), PART(body.p, body.len)};
        r = keyring_ask(k, parts, 2, outputs[done].b, some * OPRF_OUTPUT_LEN, err);
        done += some;
        arena_reset(a);
    }
out:
    arena_free(a);
    return r;
}

/* Letters */

int keyring_letter_make(const struct keyring *k, uint32_t period, uint8_t public_key[static KEYRING_LETTER_PUBLIC_LEN],
                        uint8_t sealed[static KEYRING_LETTER_SEALED_LEN], struct err *err)
{
    uint8_t head[5] = {KEY_LETTER_MAKE}, answer[KEYRING_LETTER_PUBLIC_LEN + KEYRING_LETTER_SEALED_LEN];
    put_u32be(head + 1, period);
    int r = keyring_ask(k, &PART(head, sizeof head), 1, answer, sizeof answer, err);
    if (r == 0) {
        memcpy(public_key, answer, KEYRING_LETTER_PUBLIC_LEN);
        memcpy(sealed, answer + KEYRING_LETTER_PUBLIC_LEN, KEYRING_LETTER_SEALED_LEN);
    }
    return r;
}

int keyring_letter_unwrap(const struct keyring *k, const uint8_t sealed[static KEYRING_LETTER_SEALED_LEN],
                          const uint8_t public_key[static KEYRING_LETTER_PUBLIC_LEN], uint32_t period, const uint8_t share[static 32],
                          const uint8_t body[static KEYRING_LETTER_BODY_LEN], uint8_t file_key[static KEYRING_FILE_KEY_LEN], struct err *err)
{
    const uint8_t op = KEY_LETTER_UNWRAP;
    uint8_t month[4];
    put_u32be(month, period);
    const struct iovec parts[] = {PART(&op, 1), PART(sealed, KEYRING_LETTER_SEALED_LEN), PART(public_key, KEYRING_LETTER_PUBLIC_LEN),
                                  PART(month, 4), PART(share, 32), PART(body, KEYRING_LETTER_BODY_LEN)};
    return keyring_ask(k, parts, 6, file_key, KEYRING_FILE_KEY_LEN, err);
}

/* Pockets */

int keyring_pocket_public(const struct keyring *k, const uint8_t member[static ID_LEN], uint8_t public_key[static KEYRING_POCKET_LEN], struct err *err)
{
    const uint8_t op = KEY_POCKET_PUBLIC;
    const struct iovec parts[] = {PART(&op, 1), PART(member, ID_LEN)};
    return keyring_ask(k, parts, 2, public_key, KEYRING_POCKET_LEN, err);
}

int keyring_pocket_key(const struct keyring *k, const uint8_t member[static ID_LEN], const uint8_t point[static KEYRING_POCKET_LEN],
                       uint8_t key[static KEY_LEN], struct err *err)
{
    const uint8_t op = KEY_POCKET_KEY;
    const struct iovec parts[] = {PART(&op, 1), PART(member, ID_LEN), PART(point, KEYRING_POCKET_LEN)};
    return keyring_ask(k, parts, 3, key, KEY_LEN, err);
}
