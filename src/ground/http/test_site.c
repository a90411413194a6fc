/* Tests of the server for browsers, over real sockets, with bytes that no browser would send. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ground/http/form.h"
#include "ground/http/site.h"

#define PRODUCED (200LL << 20)

static int handled; /* requests that reached a handler */

static void show(const struct site_request *request, struct site_reply *reply)
{
    handled++;
    *reply = (struct site_reply){.status = 200, .type = "text/html; charset=utf-8"};
    str name = request->params[0].p ? request->params[0] : STR("front");
    struct buf b = buf_new(request->arena);
    buf_addf(&b, "<p>%.*s %.*s", STR_ARG(name), STR_ARG(request->query));
    for (int i = 0; i < 400; i++)
        buf_add(&b, STR(" again"));
    reply->body = buf_bytes(&b);
    reply->etag = "one";
}

static void take(const struct site_request *request, struct site_reply *reply)
{
    handled++;
    struct form form;
    struct err err = {0};
    int r = form_parse(request->arena, bytes_str(request->body), &form, &err);
    *reply = (struct site_reply){.status = r < 0 ? 400 : 303, .type = "text/plain", .location = STR("/done"), .n_cookies = 1,
                                 .cookies = {{"session", STR("abc"), 0}}};
    if (r == 0)
        reply->body = str_bytes(form_get(&form, "name"));
}

static int64_t produce(void *state, uint8_t *to, size_t max)
{
    int64_t *left = state;
    int64_t n = *left < (int64_t)max ? *left : (int64_t)max;
    memset(to, 'x', (size_t)n);
    *left -= n;
    return n;
}

static int productions_done;
static void produced(void *state)
{
    free(state);
    productions_done++;
}

static void export(const struct site_request *request, struct site_reply *reply)
{
    (void)request;
    int64_t *left = mem_alloc(sizeof *left);
    *left = PRODUCED;
    *reply = (struct site_reply){.status = 200, .type = "text/csv", .produce = produce, .done = produced, .state = left, .file_name = STR("ប្រើ \"x\".csv")};
}

#define LARGE ((size_t)200 * 1024 * 1024)
static size_t large_sum; /* of the bytes of the last large body */
static void take_large(const struct site_request *request, struct site_reply *reply)
{
    handled++;
    large_sum = 0;
    for (size_t i = 0; i < request->body.len; i++)
        large_sum += request->body.p[i];
    *reply = (struct site_reply){.status = 200, .type = "text/plain", .body = str_bytes(STR("taken"))};
}

static int admission, admitted, released; /* what admit answers; how often; how often its permit came back */
static int admit(const struct site_request *request, void **permit)
{
    assert_non_null(request->worker);
    *permit = admission ? NULL : &admitted;
    admitted += admission == 0;
    return admission;
}

static void release(void *permit)
{
    assert_ptr_equal(permit, &admitted);
    released++;
}

/* The one page that may hear and see; and what a request says beside its body. */
static void listen_page(const struct site_request *request, struct site_reply *reply)
{
    *reply = (struct site_reply){.status = 200, .type = "text/html", .listens = true, .body = str_bytes(request->header.form_token)};
}

static const struct site_route routes[] = {
    {"GET", "/", 0, show}, {"GET", "/files/{}", 0, show}, {"POST", "/files", 1000, take}, {"GET", "/export", 0, export},
    {"POST", "/large", LARGE, take_large}, {"GET", "/room", 0, listen_page},
};

struct fixture { struct site *site; };

static int set_up(void **state)
{
    static int worker;
    static void *workers[] = {&worker};
    static struct fixture f;
    struct err err = {0};
    struct site_config c = {.listen = "127.0.0.1:0", .routes = routes, .n_routes = 6, .workers = workers, .n_workers = 1, .request_seconds = 2, .admit = admit,
                            .release = release};
    if (site_start(&c, &f.site, &err) < 0)
        fail_msg("%s", err.text);
    *state = &f;
    handled = admission = admitted = released = 0;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    site_stop(f->site);
    return 0;
}

static int connect_to(const struct fixture *f)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)site_port(f->site)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

/* Sends the bytes, reads until the other end closes (Connection: close is added by the callers) or says nothing for 3 s. */
static size_t talk(const struct fixture *f, const char *request, size_t len, char *answer, size_t max)
{
    int fd = connect_to(f);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_sec = 3}, sizeof(struct timeval));
    assert_int_equal(send(fd, request, len, MSG_NOSIGNAL), (ssize_t)len);
    size_t got = 0;
    for (ssize_t n; got + 1 < max && (n = recv(fd, answer + got, max - 1 - got, 0)) > 0;)
        got += (size_t)n;
    answer[got] = '\0';
    close(fd);
    return got;
}

static int status_in(const char *answer)
{
    int64_t status = 0;
    return strncmp(answer, "HTTP/1.1 ", 9) == 0 && str_to_int((str){answer + 9, 3}, 100, 599, &status) ? (int)status : 0;
}

/* A request with these lines, a right Host and Connection: close. */
static int ask(const struct fixture *f, const char *first, const char *more, char answer[static 8192])
{
    char request[4096];
    int len = snprintf(request, sizeof request, "%s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n%s", first, site_port(f->site), more);
    talk(f, request, (size_t)len, answer, 8192);
    return status_in(answer);
}

#define FORM "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n"

static void test_pages(void **state)
{
    struct fixture *f = *state;
    char answer[8192];
    assert_int_equal(ask(f, "GET /files/a-1?q=x%20y", "\r\n", answer), 200);
    assert_non_null(strstr(answer, "<p>a-1 q=x%20y again"));
    static const char *const expected[] = {"default-src 'none'", "nosniff", "Cross-Origin-Opener-Policy: same-origin", "Cache-Control: no-store", "X-Frame-Options: DENY"};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        assert_non_null(strstr(answer, expected[i]));
    assert_null(strstr(answer, "Content-Encoding"));
    assert_int_equal(ask(f, "GET /", "Accept-Encoding: br;q=1.0, gzip;q=0.8\r\n\r\n", answer), 200);
    assert_non_null(strstr(answer, "Content-Encoding: gzip"));
    assert_int_equal(ask(f, "GET /", "Accept-Encoding: gzip;q=0\r\n\r\n", answer), 200);
    assert_null(strstr(answer, "Content-Encoding"));
    assert_int_equal(ask(f, "GET /", "If-None-Match: \"one\"\r\n\r\n", answer), 304);
    assert_int_equal(ask(f, "HEAD /", "\r\n", answer), 200);
    assert_null(strstr(answer, "<p>"));
    assert_int_equal(ask(f, "POST /files", FORM "Content-Length: 16\r\n\r\nname=%41+b%C3%A9", answer), 303);
    assert_non_null(strstr(answer, "Location: /done"));
    assert_non_null(strstr(answer, "Set-Cookie: session=abc; Path=/; HttpOnly; SameSite=Lax\r\n"));
}

/* No page may turn on a microphone but the one that says so. */
static void test_listens(void **state)
{
    struct fixture *f = *state;
    char answer[8192];
    assert_int_equal(ask(f, "GET /", "\r\n", answer), 200);
    assert_non_null(strstr(answer, "Permissions-Policy: camera=(), microphone=(), geolocation=()"));
    assert_int_equal(ask(f, "GET /room", "X-Form-Token: abc\r\n\r\n", answer), 200);
    assert_non_null(strstr(answer, "Permissions-Policy: camera=(self), microphone=(self), geolocation=()"));
    assert_non_null(strstr(answer, "\r\n\r\nabc"));
    assert_int_equal(ask(f, "GET /nothing", "\r\n", answer), 404);
    assert_non_null(strstr(answer, "microphone=()"));
}

static void test_refused(void **state)
{
    struct fixture *f = *state;
    char answer[8192];
    static const struct { const char *first, *more; int status; } cases[] = {
        {"GET /nothing", "\r\n", 404},
        {"GET /files", "\r\n", 405},
        {"POST /", FORM "Content-Length: 0\r\n\r\n", 405},
        {"GET /files/", "\r\n", 404},
        {"GET /files/a\"b", "\r\n", 400},
        {"POST /files", FORM "Content-Length: 1001\r\n\r\n", 413},
        /* who could read the length in two ways */
        {"POST /files", FORM "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411},
        {"POST /files", FORM "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400},
        {"POST /files", FORM "Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400},
        {"POST /files", FORM "Content-Length: 5\r\nContent-Length: 6\r\n\r\na=b&c=", 400},
        {"POST /files", FORM "Content-Length: 5\r\nContent-Length: 5\r\n\r\na=b&c", 400},
        {"POST /files", FORM "Content-Length: +5\r\n\r\na=b&c", 400},
        {"POST /files", FORM "Content-Length: 0x5\r\n\r\na=b&c", 400},
        {"POST /files", FORM "Content-Length: -1\r\n\r\n", 400},
        {"POST /files", FORM "Content-Length: 99999999999999999999\r\n\r\n", 400},
        /* whose page sent it */
        {"POST /files", "Content-Length: 3\r\n\r\na=b", 403},
        {"POST /files", "Origin: null\r\nContent-Length: 3\r\n\r\na=b", 403},
        {"POST /files", "Origin: http://evil.example\r\nContent-Length: 3\r\n\r\na=b", 403},
        {"POST /files", "Origin: http://127.0.0.1:1\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 3\r\n\r\na=b", 403},
        {"POST /files", "Sec-Fetch-Site: cross-site\r\nContent-Length: 3\r\n\r\na=b", 403},
        {"POST /files", "Sec-Fetch-Site: same-site\r\nContent-Length: 3\r\n\r\na=b", 403},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int status = ask(f, cases[i].first, cases[i].more, answer);
        if (status != cases[i].status && !(cases[i].status == 400 && (status == 0 || status == 413))) /* libmicrohttpd may close or refuse first */
            fail_msg("case %zu: %s gave %d, not %d", i, cases[i].first, status, cases[i].status);
    }
    assert_int_equal(handled, 0);
}

static void test_host(void **state)
{
    struct fixture *f = *state;
    char answer[8192];
    static const struct { const char *host; int status; } cases[] = {
        {"localhost", 200}, {"localhost:8080", 200}, {"127.0.0.1", 200}, {"[::1]:80", 200}, {"evil.example", 421}, {"127.0.0.1.evil.example", 421},
        {"evil.example:8080", 421}, {"", 421}, {"[::1", 421},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char request[512];
        int len = snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", cases[i].host);
        talk(f, request, (size_t)len, answer, sizeof answer);
        if (status_in(answer) != cases[i].status)
            fail_msg("host '%s' gave %d", cases[i].host, status_in(answer));
    }
    const char *nameless = "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", *old = "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n";
    talk(f, nameless, strlen(nameless), answer, sizeof answer);
    assert_int_not_equal(status_in(answer), 200);
    talk(f, old, strlen(old), answer, sizeof answer);
    assert_int_equal(status_in(answer), 505);
}

/* A refused request closes its connection: what stood behind it is not read as the next request. */
static void test_nothing_behind_a_refusal(void **state)
{
    struct fixture *f = *state;
    char answer[8192], request[1024];
    int len = snprintf(request, sizeof request,
                       "POST /files HTTP/1.1\r\nHost: localhost\r\n" FORM "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"
                       "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    talk(f, request, (size_t)len, answer, sizeof answer);
    assert_int_equal(handled, 0);
}

/* What is produced does not gather in memory. */
static void test_production(void **state)
{
    struct fixture *f = *state;
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    productions_done = 0;
    int fd = connect_to(f);
    char request[256], piece[65536];
    int len = snprintf(request, sizeof request, "GET /export HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert_int_equal(send(fd, request, (size_t)len, MSG_NOSIGNAL), len);
    int64_t got = 0;
    bool named = false;
    for (ssize_t n; (n = recv(fd, piece, sizeof piece, 0)) > 0; got += n)
        named = named || memmem(piece, (size_t)n, "filename*=UTF-8''%E1%9E%94", 26);
    close(fd);
    assert_true(named);
    assert_true(got > PRODUCED && got < PRODUCED + (1 << 20));
    getrusage(RUSAGE_SELF, &after);
    assert_true(after.ru_maxrss - before.ru_maxrss < 32 * 1024);
    fd = connect_to(f); /* one who goes away in the middle */
    assert_int_equal(send(fd, request, (size_t)len, MSG_NOSIGNAL), len);
    assert_true(recv(fd, piece, sizeof piece, 0) > 0);
    close(fd);
    for (int i = 0; i < 500 && productions_done < 2; i++)
        usleep(10000);
    assert_int_equal(productions_done, 2);
}

/* Who sends a byte now and then is cut off at the deadline, and the others are served meanwhile. */
static void test_slow(void **state)
{
    struct fixture *f = *state;
    char answer[8192];
    int slow = connect_to(f);
    const char *head = "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
    assert_int_equal(send(slow, head, strlen(head), MSG_NOSIGNAL), (ssize_t)strlen(head));
    bool open = true;
    for (int i = 0; i < 60 && open; i++) {
        if (i % 10 == 0)
            assert_int_equal(ask(f, "GET /", "\r\n", answer), 200);
        open = send(slow, "x", 1, MSG_NOSIGNAL) == 1;
        usleep(100000);
    }
    close(slow);
    assert_false(open);
}

/* Opens a connection and announces a body for /large. */
static int announce(const struct fixture *f, size_t length)
{
    char head[512];
    int fd = connect_to(f);
    int len = snprintf(head, sizeof head, "POST /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\nContent-Length: %zu\r\n\r\n", length);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_sec = 5}, sizeof(struct timeval));
    assert_int_equal(send(fd, head, (size_t)len, MSG_NOSIGNAL), len);
    return fd;
}

static int answer_on(int fd)
{
    char answer[8192];
    ssize_t n = recv(fd, answer, sizeof answer - 1, 0);
    answer[n > 0 ? n : 0] = '\0';
    close(fd);
    return status_in(answer);
}

static void wait_for(const int *counter, int value)
{
    for (int i = 0; i < 500 && __atomic_load_n(counter, __ATOMIC_RELAXED) < value; i++)
        usleep(10000);
    assert_int_equal(*counter, value);
}

static void test_large(void **state)
{
    struct fixture *f = *state;
    size_t len = 3 * SITE_LARGE_BODY;
    char *body = mem_alloc(len);
    memset(body, 3, len);
    int fd = announce(f, len);
    for (size_t at = 0, n; at < len; at += n) {
        ssize_t sent = send(fd, body + at, len - at, MSG_NOSIGNAL);
        assert_true(sent > 0);
        n = (size_t)sent;
    }
    assert_int_equal(answer_on(fd), 200);
    assert_int_equal(large_sum, 3 * len);
    wait_for(&released, 1);
    fd = announce(f, len); /* one who goes away in the middle */
    assert_int_equal(send(fd, body, 1000, MSG_NOSIGNAL), 1000);
    close(fd);
    wait_for(&released, 2);
    admission = 429;
    assert_int_equal(answer_on(announce(f, len)), 429);
    assert_int_equal(answer_on(announce(f, LARGE + 1)), 413);
    admission = 0;
    int first = announce(f, LARGE); /* announced is counted, whether it comes or not */
    wait_for(&admitted, 3);
    assert_int_equal(answer_on(announce(f, LARGE)), 503);
    close(first);
    wait_for(&released, 3);
    fd = announce(f, LARGE);
    wait_for(&admitted, 4);
    close(fd);
    assert_int_equal(handled, 1);
    free(body);
}

/* A body may take as long as it needs while it comes fast enough; else it is cut off. */
static void test_slow_body(void **state)
{
    struct fixture *f = *state;
    enum { PIECES = 50, PIECE_LEN = 2000 };
    char piece[PIECE_LEN];
    memset(piece, 1, sizeof piece);
    int fast = announce(f, (size_t)PIECES * PIECE_LEN), slow = announce(f, SITE_LARGE_BODY);
    bool open = true;
    for (int i = 0; i < PIECES; i++) {
        assert_int_equal(send(fast, piece, sizeof piece, MSG_NOSIGNAL), PIECE_LEN);
        open = open && send(slow, piece, 20, MSG_NOSIGNAL) == 20;
        usleep(100000);
    }
    assert_int_equal(answer_on(fast), 200);
    assert_int_equal(large_sum, PIECES * PIECE_LEN);
    assert_false(open);
    close(slow);
}

static void test_needs_a_certificate(void **state)
{
    (void)state;
    static void *workers[] = {workers};
    struct site *site;
    struct err err = {0};
    const struct site_config c = {.listen = "0.0.0.0:0", .routes = routes, .n_routes = 4, .workers = workers, .n_workers = 1};
    assert_int_equal(site_start(&c, &site, &err), ERR_USAGE);
}

static void test_cookies(void **state)
{
    (void)state;
    str v;
    assert_true(site_cookie(STR("a=1; session=x-y_z=; b"), "session", &v) && str_eq(v, STR("x-y_z=")));
    assert_false(site_cookie(STR("xsession=1;session"), "session", &v));
    assert_false(site_cookie(STR(""), "session", &v));
}

static void test_forms(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    struct form f;
    str v;
    assert_int_equal(form_parse(a, STR("name=S%E1%BB%93k+Dara&role=a&role=b&empty=&flag&&note=1%0D%0A2%0D3"), &f, &err), 0);
    assert_true(str_eq(form_get(&f, "name"), STR("Sồk Dara")));
    assert_true(form_nth(&f, "role", 1, &v) && str_eq(v, STR("b")));
    assert_false(form_nth(&f, "role", 2, &v));
    assert_true(form_has(&f, "flag") && form_has(&f, "empty") && !form_has(&f, "none"));
    assert_true(str_eq(form_get(&f, "note"), STR("1\n2\n3")));
    static const char *const bad[] = {"a=%", "a=%4", "a=%zz", "a=%00", "a=%01", "a=%7F", "a=%FF", "%C0%AF=1", "a=\x01"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(form_parse(a, str_from(bad[i]), &f, &err), ERR_INPUT);
    char many[2 * FORM_PAIRS_MAX + 2];
    memset(many, '&', sizeof many);
    assert_int_equal(form_parse(a, (str){many, sizeof many}, &f, &err), ERR_LIMIT);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_listens, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_host, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_behind_a_refusal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_production, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_slow, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_large, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_slow_body, set_up, tear_down),
        cmocka_unit_test(test_needs_a_certificate),
        cmocka_unit_test(test_cookies),
        cmocka_unit_test(test_forms),
    };
    return cmocka_run_group_tests_name("ground/site", tests, NULL, NULL);
}
