#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground/http/http.h"

#define CONNECT_TIMEOUT_MS 10000
#define SLOWEST_BYTES_PER_S 1000
#define SLOWEST_SECONDS 30

struct http_client {
    CURL *curl;
    struct curl_slist *headers;
    char *address;
    char said[CURL_ERROR_SIZE];
};

/* Where an answer's body goes: into a buffer, or into a file. */
struct sink {
    struct buf buf;
    int fd; /* -1: into buf */
    CURL *curl;
    uint64_t len, max;
    bool too_long;
    int write_errno;
};

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static CURLcode curl_started;

static void start_curl(void)
{
    curl_started = curl_global_init(CURL_GLOBAL_ALL);
}

static bool write_fd(struct sink *k, const char *p, size_t len)
{
    long status = 0;
    curl_easy_getinfo(k->curl, CURLINFO_RESPONSE_CODE, &status);
    for (size_t done = 0; status == 200 && done < len;) { /* an error's text is not the file */
        ssize_t n = write(k->fd, p + done, len - done);
        if (n < 0 && errno != EINTR) {
            k->write_errno = errno;
            return false;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return true;
}

static size_t take(char *p, size_t size, size_t n, void *arg)
{
    struct sink *k = arg;
    size_t len = size * n;
    if (len > k->max - k->len) {
        k->too_long = true;
        return 0;
    }
    k->len += len;
    if (k->fd < 0)
        buf_add_bytes(&k->buf, p, len);
    else if (!write_fd(k, p, len))
        return 0;
    return len;
}

static CURLcode set_options(struct http_client *c, const uint8_t pin[static HTTP_PIN_LEN], const struct http_identity *id, struct arena *a)
{
    CURL *h = c->curl;
    str pinned = str_printf(a, "sha256//%s", base64_encode(a, (bytes){pin, HTTP_PIN_LEN}).p);
    CURLcode r = CURLE_OK;
#define SET(option, value) if (r == CURLE_OK) r = curl_easy_setopt(h, option, value)
    SET(CURLOPT_PROTOCOLS_STR, "https");
    SET(CURLOPT_PROXY, ""); /* not what the environment says: a proxy would be a third party */
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_SSLVERSION, (long)(CURL_SSLVERSION_TLSv1_3 | CURL_SSLVERSION_MAX_TLSv1_3));
    SET(CURLOPT_SSL_VERIFYPEER, 0L); /* no issuer and no name: the pinned key is the whole test */
    SET(CURLOPT_SSL_VERIFYHOST, 0L);
    SET(CURLOPT_PINNEDPUBLICKEY, pinned.p);
    SET(CURLOPT_SSLCERT, id->cert_path);
    SET(CURLOPT_SSLKEY, id->key_path);
    SET(CURLOPT_SSL_SESSIONID_CACHE, 0L);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
    SET(CURLOPT_HTTPHEADER, c->headers);
    SET(CURLOPT_WRITEFUNCTION, take);
    SET(CURLOPT_ERRORBUFFER, c->said);
#undef SET
    return r;
}

int http_client_open(const char *address, const uint8_t pin[static HTTP_PIN_LEN], const struct http_identity *identity,
                     struct http_client **out, struct err *err)
{
    pthread_once(&curl_once, start_curl);
    struct http_client *c = mem_calloc(1, sizeof *c);
    struct arena *a = arena_new();
    c->address = strdup(address);
    c->curl = curl_started == CURLE_OK ? curl_easy_init() : NULL;
    c->headers = curl_slist_append(NULL, "Content-Type: application/json");
    struct curl_slist *more = c->headers ? curl_slist_append(c->headers, "Expect:") : NULL;
    bool ok = c->curl && c->address && more && set_options(c, pin, identity, a) == CURLE_OK;
    arena_free(a);
    if (!ok) {
        http_client_close(c);
        return err_set(err, ERR_IO, "libcurl cannot be set up: it must be the GnuTLS flavour with TLS 1.3");
    }
    *out = c;
    return 0;
}

void http_client_close(struct http_client *c)
{
    if (!c)
        return;
    if (c->curl)
        curl_easy_cleanup(c->curl);
    curl_slist_free_all(c->headers);
    free(c->address);
    free(c);
}

static int failed(const struct http_client *c, CURLcode code, const struct sink *k, struct err *err)
{
    if (k->too_long)
        return err_set(err, ERR_PEER, "%s: answered with more than the %llu bytes that are allowed here", c->address, (unsigned long long)k->max);
    if (k->write_errno)
        return err_errno(err, k->write_errno == ENOSPC ? ERR_LIMIT : ERR_IO, k->write_errno, "what %s sent cannot be written", c->address);
    if (code == CURLE_SSL_PINNEDPUBKEYNOTMATCH)
        return err_set(err, ERR_CRYPTO, "%s: has another transport key than the one it was paired with: somebody stands between, or it was "
                       "set up anew; do not go on before you have spoken to them", c->address);
    if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST)
        return err_set(err, ERR_IO, "%s: cannot be reached (%s): is the partner's node running, and is the address right?", c->address,
                       c->said[0] ? c->said : curl_easy_strerror(code));
    if (code == CURLE_OPERATION_TIMEDOUT)
        return err_set(err, ERR_IO, "%s: did not answer in time; try again later", c->address);
    return err_set(err, ERR_IO, "%s: the line broke (%s)", c->address, c->said[0] ? c->said : curl_easy_strerror(code));
}

static int perform(struct http_client *c, const char *path, struct sink *k, int64_t *handshake_ns, long *status, struct err *err)
{
    struct arena *a = arena_new();
    str url = str_printf(a, "https://%s%s", c->address, path);
    curl_off_t secured_us = 0;
    c->said[0] = 0;
    k->curl = c->curl;
    CURLcode r = curl_easy_setopt(c->curl, CURLOPT_URL, url.p);
    if (r == CURLE_OK)
        r = curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, k);
    if (r == CURLE_OK)
        r = curl_easy_perform(c->curl);
    arena_free(a);
    curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, status);
    curl_easy_getinfo(c->curl, CURLINFO_APPCONNECT_TIME_T, &secured_us);
    *handshake_ns = (int64_t)secured_us * 1000;
    return r == CURLE_OK ? 0 : failed(c, r, k, err);
}

int http_client_send(struct http_client *c, struct arena *a, const char *path, bytes body, size_t max_answer, unsigned timeout_ms,
                     struct http_answer *out, struct err *err)
{
    struct sink k = {.buf = buf_new(a), .fd = -1, .max = max_answer};
    long status = 0;
    if (body.p) {
        curl_easy_setopt(c->curl, CURLOPT_POST, 1L);
        curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
        curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, body.p);
    } else {
        curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L);
    }
    curl_easy_setopt(c->curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_LIMIT, 0L);
    int r = perform(c, path, &k, &out->handshake_ns, &status, err);
    curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L); /* lets go of the body */
    out->status = (int)status;
    out->body = buf_bytes(&k.buf);
    return r;
}

int http_client_fetch(struct http_client *c, const char *path, int fd, uint64_t size, struct err *err)
{
    struct sink k = {.fd = fd, .max = size};
    long status = 0;
    int64_t handshake_ns;
    curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L);
    curl_easy_setopt(c->curl, CURLOPT_TIMEOUT_MS, 0L);
    curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_LIMIT, (long)SLOWEST_BYTES_PER_S);
    curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_TIME, (long)SLOWEST_SECONDS);
    int r = perform(c, path, &k, &handshake_ns, &status, err);
    if (r < 0)
        return r;
    if (status != 200)
        return err_set(err, ERR_PEER, "%s: answered %ld instead of the file", c->address, status);
    if (k.len != size)
        return err_set(err, ERR_PEER, "%s: sent %llu of %llu bytes", c->address, (unsigned long long)k.len, (unsigned long long)size);
    return 0;
}
