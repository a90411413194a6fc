/* http: real sockets, one server, friendly and hostile clients. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "ground/http/http.h"

static struct arena *a;
static char folder[] = "/tmp/comity-http-XXXXXX";
static struct http_identity server_id, partner_id, stranger_id;
static struct http_server *server;
static const char *address;
static int handled;

static const char *in_folder(const char *name)
{
    return str_printf(a, "%s/%s", folder, name).p;
}

static void make_identity(const char *name, struct http_identity *id)
{
    struct err err = {0};
    const char *crt = in_folder(str_printf(a, "%s.crt", name).p);
    bytes key, certificate;
    if (http_identity_make(a, 1800000000000, &key, &certificate, &err) < 0 || file_write(crt, certificate, 0644, &err) < 0 ||
        http_identity_load(a, key, crt, id, &err) < 0)
        fail_msg("%s", err.text);
}

static bool admit(void *worker, const uint8_t peer[static HTTP_PIN_LEN])
{
    assert_non_null(worker);
    return memcmp(peer, partner_id.pin, HTTP_PIN_LEN) == 0;
}

static void echo(const struct http_request *q, struct http_reply *r)
{
    __atomic_add_fetch(&handled, 1, __ATOMIC_SEQ_CST);
    r->status = 200;
    r->body = str_bytes(str_printf(q->arena, "%.*s|%.*s|%.*s", STR_ARG(q->params[0]), STR_ARG(q->params[1]), STR_ARG(bytes_str(q->body))));
}

static void give_file(const struct http_request *q, struct http_reply *r)
{
    (void)q;
    r->status = 200;
    r->type = "application/octet-stream";
    r->file_path = in_folder("big");
}

static int dozing; /* requests that have reached sleepy */

static void sleepy(const struct http_request *q, struct http_reply *r)
{
    (void)q;
    __atomic_add_fetch(&dozing, 1, __ATOMIC_SEQ_CST);
    nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
    r->status = 200;
    r->body = str_bytes(STR("awake"));
}

static const struct http_route routes[] = {
    {"POST", "/v1/echo", 1000, echo}, {"GET", "/v1/item/{}/{}", 0, echo}, {"GET", "/big", 0, give_file}, {"GET", "/slow", 0, sleepy},
};

static struct http_server *start(struct err *err)
{
    static int w1, w2;
    static void *const workers[] = {&w1, &w2};
    struct http_server_config c = {.listen = "127.0.0.1:0", .identity = &server_id, .routes = routes, .n_routes = 4,
                                   .workers = workers, .n_workers = 2, .admit = admit, .request_seconds = 1};
    struct http_server *s = NULL;
    if (http_server_start(&c, &s, err) < 0)
        fail_msg("%s", err->text);
    return s;
}

static int setup(void **state)
{
    (void)state;
    a = arena_new();
    struct err err = {0};
    signal(SIGPIPE, SIG_IGN);
    if (!mkdtemp(folder))
        return -1;
    make_identity("server", &server_id);
    make_identity("partner", &partner_id);
    make_identity("stranger", &stranger_id);
    uint8_t *big = arena_alloc(a, 3000000);
    for (size_t i = 0; i < 3000000; i++)
        big[i] = (uint8_t)(i * 7 + i / 251);
    if (file_write(in_folder("big"), (bytes){big, 3000000}, FILE_MODE_PRIVATE, &err) < 0)
        return -1;
    server = start(&err);
    address = str_printf(a, "127.0.0.1:%u", http_server_port(server)).p;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    http_server_stop(server);
    static const char *const files[] = {"server.key", "server.crt", "partner.key", "partner.crt", "stranger.key", "stranger.crt", "big", "got"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        unlink(in_folder(files[i]));
    rmdir(folder);
    arena_free(a);
    return 0;
}

static struct http_client *client_of(const struct http_identity *id)
{
    struct http_client *c;
    struct err err = {0};
    if (http_client_open(address, server_id.pin, id, &c, &err) < 0)
        fail_msg("%s", err.text);
    return c;
}

static int post(struct http_client *c, const char *path, str body, struct http_answer *out, struct err *err)
{
    return http_client_send(c, a, path, str_bytes(body), 2000, 3000, out, err);
}

static void test_warm_connection_and_routes(void **state)
{
    (void)state;
    struct err err = {0};
    struct http_answer r;
    struct http_client *c = client_of(&partner_id);
    if (post(c, "/v1/echo", STR("hello"), &r, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(r.status, 200);
    assert_string_equal(bytes_str(r.body).p, "||hello");
    assert_true(r.handshake_ns > 0);
    assert_int_equal(http_client_send(c, a, "/v1/item/7/x%2Fy", (bytes){0}, 2000, 3000, &r, &err), 0);
    assert_string_equal(bytes_str(r.body).p, "7|x%2Fy|");
    assert_int_equal(r.handshake_ns, 0); /* the same connection */
    static const struct { const char *path; int status; } others[] = {
        {"/v1/item/7", 404}, {"/v1/item/7/", 404}, {"/v1/item/7/8/9", 404}, {"/", 404}, {"/v1/item/../x", 404}, {"/v1/echo", 405},
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_int_equal(http_client_send(c, a, others[i].path, (bytes){0}, 2000, 3000, &r, &err), 0);
        assert_int_equal(r.status, others[i].status);
    }
    http_client_close(c);
}

static void test_strangers_are_refused_before_any_route(void **state)
{
    (void)state;
    struct err err = {0};
    struct http_answer r;
    int before = handled;
    struct http_client *c = client_of(&stranger_id);
    assert_int_equal(post(c, "/v1/echo", STR("x"), &r, &err), 0);
    assert_int_equal(r.status, 403);
    assert_int_equal(http_client_send(c, a, "/nothing", (bytes){0}, 2000, 3000, &r, &err), 0);
    assert_int_equal(r.status, 403); /* not even which routes there are */
    http_client_close(c);
    assert_int_equal(handled, before);
}

static void test_another_server_key_is_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct http_answer r;
    struct http_client *c;
    int before = handled;
    assert_int_equal(http_client_open(address, partner_id.pin, &partner_id, &c, &err), 0);
    assert_int_equal(post(c, "/v1/echo", STR("x"), &r, &err), ERR_CRYPTO);
    assert_non_null(strstr(err.text, "another transport key"));
    http_client_close(c);
    assert_int_equal(handled, before);
}

static void test_bodies_are_bounded_on_both_sides(void **state)
{
    (void)state;
    struct err err = {0};
    struct http_answer r;
    struct http_client *c = client_of(&partner_id);
    char *large = arena_alloc(a, 1001);
    memset(large, 'x', 1001);
    assert_int_equal(post(c, "/v1/echo", (str){large, 1000}, &r, &err), 0);
    assert_int_equal(r.status, 200);
    assert_int_equal(post(c, "/v1/echo", (str){large, 1001}, &r, &err), 0);
    assert_int_equal(r.status, 413);
    assert_int_equal(http_client_send(c, a, "/v1/echo", (bytes){(uint8_t *)large, 900}, 899, 3000, &r, &err), ERR_PEER);
    assert_non_null(strstr(err.text, "more than the 899 bytes"));
    http_client_close(c);
}

static void test_one_partner_cannot_take_all_connections(void **state)
{
    (void)state;
    struct err err = {0};
    struct http_answer r;
    struct http_client *c[10];
    int refused = 0;
    for (int i = 0; i < 10; i++) {
        c[i] = client_of(&partner_id);
        assert_int_equal(post(c[i], "/v1/echo", STR("x"), &r, &err), 0);
        refused += r.status == 429;
    }
    assert_int_equal(refused, 2);
    http_client_close(c[0]);
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    assert_int_equal(post(c[9], "/v1/echo", STR("x"), &r, &err), 0);
    assert_int_equal(r.status, 200);
    for (int i = 1; i < 10; i++)
        http_client_close(c[i]);
}

static void test_file_is_fetched_whole_or_not_at_all(void **state)
{
    (void)state;
    struct err err = {0};
    struct http_client *c = client_of(&partner_id);
    int fd = open(in_folder("got"), O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(http_client_fetch(c, "/big", fd, 3000000, &err), 0);
    bytes want, got;
    assert_int_equal(file_read(a, in_folder("big"), 4000000, &want, &err), 0);
    assert_int_equal(file_read(a, in_folder("got"), 4000000, &got, &err), 0);
    assert_int_equal(got.len, want.len);
    assert_memory_equal(got.p, want.p, want.len);
    assert_int_equal(http_client_fetch(c, "/big", fd, 2999999, &err), ERR_PEER);
    assert_int_equal(http_client_fetch(c, "/big", fd, 3000001, &err), ERR_PEER);
    assert_int_equal(http_client_fetch(c, "/none", fd, 3000000, &err), ERR_PEER);
    close(fd);
    http_client_close(c);
}

/* --- below libcurl --- */

static int connect_from(const char *own_address)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)http_server_port(server))};
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    struct sockaddr_in own = {.sin_family = AF_INET};
    inet_pton(AF_INET, own_address, &own.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval t = {.tv_sec = 8};
    assert_int_equal(bind(fd, (struct sockaddr *)&own, sizeof own), 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static int connect_raw(void)
{
    return connect_from("127.0.0.1");
}

/* Before the one of GnuTLS: counts how often anybody here, the server's threads too, goes on with a handshake. */
static int handshakes;

int gnutls_handshake(gnutls_session_t session)
{
    int (*real)(gnutls_session_t);
    void *found = dlsym(RTLD_NEXT, "gnutls_handshake");
    memcpy(&real, &found, sizeof real);
    __atomic_add_fetch(&handshakes, 1, __ATOMIC_SEQ_CST);
    return real(session);
}

static int handshakes_now(void)
{
    return __atomic_load_n(&handshakes, __ATOMIC_SEQ_CST);
}

/* A TLS client with the given priorities, and with a certificate or without; NULL when the handshake fails. */
struct raw { gnutls_session_t session; gnutls_certificate_credentials_t cred; int fd; };

static bool raw_open(struct raw *t, const char *priorities, const struct http_identity *id)
{
    t->fd = connect_raw();
    gnutls_certificate_allocate_credentials(&t->cred);
    if (id)
        assert_int_equal(gnutls_certificate_set_x509_key_file(t->cred, id->cert_path, id->key_path, GNUTLS_X509_FMT_PEM), 0);
    gnutls_init(&t->session, GNUTLS_CLIENT);
    gnutls_priority_set_direct(t->session, priorities, NULL);
    gnutls_credentials_set(t->session, GNUTLS_CRD_CERTIFICATE, t->cred);
    gnutls_transport_set_int(t->session, t->fd);
    int r;
    do
        r = gnutls_handshake(t->session);
    while (r < 0 && !gnutls_error_is_fatal(r));
    return r == 0;
}

static void raw_close(struct raw *t)
{
    gnutls_deinit(t->session);
    gnutls_certificate_free_credentials(t->cred);
    close(t->fd);
}

/* Sends text, reads what comes until the end or a full buffer. */
static str raw_ask(struct raw *t, const char *text)
{
    char *got = arena_alloc(a, 4096);
    size_t len = 0;
    gnutls_record_send(t->session, text, strlen(text));
    while (len < 4095) {
        ssize_t n = gnutls_record_recv(t->session, got + len, 4095 - len);
        if (n <= 0)
            break;
        len += (size_t)n;
    }
    return (str){got, len};
}

static ssize_t hears_nothing(gnutls_transport_ptr_t session, void *buf, size_t len)
{
    (void)buf, (void)len;
    gnutls_transport_set_errno(session, EAGAIN);
    return -1;
}

static ssize_t says(gnutls_transport_ptr_t session, const void *buf, size_t len)
{
    return send((int)(intptr_t)gnutls_session_get_ptr(session), buf, len, MSG_NOSIGNAL);
}

/* Whoever says hello and then nothing is waited for: no thread asks again and again whether there is more. */
static void test_half_a_handshake_keeps_no_thread_busy(void **state)
{
    (void)state;
    struct raw t = {.fd = connect_raw()};
    gnutls_certificate_allocate_credentials(&t.cred);
    gnutls_init(&t.session, GNUTLS_CLIENT | GNUTLS_NONBLOCK);
    gnutls_priority_set_direct(t.session, "NORMAL:-VERS-ALL:+VERS-TLS1.3", NULL);
    gnutls_credentials_set(t.session, GNUTLS_CRD_CERTIFICATE, t.cred);
    gnutls_session_set_ptr(t.session, (void *)(intptr_t)t.fd);
    gnutls_transport_set_ptr(t.session, t.session);
    gnutls_transport_set_pull_function(t.session, hears_nothing);
    gnutls_transport_set_push_function(t.session, says);
    assert_int_equal(gnutls_handshake(t.session), GNUTLS_E_AGAIN);
    char byte;
    assert_int_equal(recv(t.fd, &byte, 1, MSG_PEEK), 1); /* the server has answered, */
    const int before = handshakes_now();
    assert_int_equal(recv(t.fd, &byte, 1, 0), 1);
    while (recv(t.fd, &byte, 1, 0) > 0) /* and waits until the deadline ends it */
        ;
    assert_in_range(handshakes_now() - before, 0, 8);
    raw_close(&t);
}

static void test_tls_1_2_is_refused(void **state)
{
    (void)state;
    struct raw t;
    assert_false(raw_open(&t, "NORMAL:-VERS-ALL:+VERS-TLS1.2", &partner_id));
    raw_close(&t);
    assert_true(raw_open(&t, "NORMAL:-VERS-ALL:+VERS-TLS1.3", &partner_id));
    raw_close(&t);
}

static void test_no_certificate_is_refused(void **state)
{
    (void)state;
    struct raw t;
    int before = handled;
    assert_true(raw_open(&t, "NORMAL:-VERS-ALL:+VERS-TLS1.3", NULL)); /* it is asked for, not insisted on: so we do */
    str got = raw_ask(&t, "POST /v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx");
    assert_true(str_starts(got, STR("HTTP/1.1 403")));
    assert_int_equal(handled, before);
    raw_close(&t);
}

static void test_odd_requests_get_a_refusal(void **state)
{
    (void)state;
    static const struct { const char *text; const char *starts; } odd[] = {
        {"POST /v1/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", "HTTP/1.1 411"},
        {"POST /v1/echo HTTP/1.0\r\nContent-Length: 1\r\n\r\nx", "HTTP/1.1 505"},
        {"POST /v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\nx", "HTTP/1.1 4"},
        {"POST /v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000000\r\n\r\nx", "HTTP/1.1 413"},
        {"GARBAGE\r\n\r\n", ""},
    };
    int before = handled;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        struct raw t;
        assert_true(raw_open(&t, "NORMAL:-VERS-ALL:+VERS-TLS1.3", &partner_id));
        str got = raw_ask(&t, odd[i].text);
        if (!str_starts(got, str_from(odd[i].starts)))
            fail_msg("request %zu: got \"%.*s\"", i, STR_ARG(got));
        raw_close(&t);
    }
    assert_int_equal(handled, before);
}

static void test_slow_senders_are_cut_off(void **state)
{
    (void)state;
    struct raw t;
    assert_true(raw_open(&t, "NORMAL:-VERS-ALL:+VERS-TLS1.3", &partner_id));
    const char *head = "POST /v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n";
    gnutls_record_send(t.session, head, strlen(head));
    bool cut = false; /* a byte every 50 ms keeps an idle timer quiet for ever; the deadline is 1 s */
    for (int i = 0; i < 200 && !cut; i++) {
        cut = gnutls_record_send(t.session, "x", 1) < 0;
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
    assert_true(cut);
    raw_close(&t);
    int fd = connect_raw(); /* and one that never even shakes hands */
    char byte;
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
    close(fd);
}

static void test_a_request_in_single_bytes_is_a_request(void **state)
{
    (void)state;
    struct raw t;
    assert_true(raw_open(&t, "NORMAL:-VERS-ALL:+VERS-TLS1.3", &partner_id));
    const char *text = "POST /v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhell";
    for (const char *p = text; *p; p++)
        assert_int_equal(gnutls_record_send(t.session, p, 1), 1);
    str got = raw_ask(&t, "o");
    assert_true(str_starts(got, STR("HTTP/1.1 200")));
    assert_true(str_ends(got, STR("||hello")));
    raw_close(&t);
}

/* Hundreds of connections from many addresses that never say who they are: a partner still gets in, and is still answered. */
static void test_strangers_displace_only_each_other(void **state)
{
    (void)state;
    enum { CROWD = 500 };
    int fds[CROWD];
    struct err err = {0};
    struct http_answer r;
    struct http_client *early = client_of(&partner_id), *late = client_of(&partner_id);
    assert_int_equal(post(early, "/v1/echo", STR("x"), &r, &err), 0);
    for (int i = 0; i < CROWD; i++)
        fds[i] = connect_from(str_printf(a, "127.0.1.%d", 1 + i / 50).p);
    int asked_late = post(late, "/v1/echo", STR("late"), &r, &err);
    int status_late = r.status;
    int asked_early = post(early, "/v1/echo", STR("early"), &r, &err);
    for (int i = 0; i < CROWD; i++)
        close(fds[i]);
    http_client_close(early);
    http_client_close(late);
    if (asked_late < 0 || asked_early < 0)
        fail_msg("%s", err.text);
    assert_int_equal(status_late, 200);
    assert_int_equal(r.status, 200);
    assert_int_equal(r.handshake_ns, 0); /* the connection from before was not touched */
}

static void *ask_slow(void *arg)
{
    struct http_answer *r = arg;
    struct err err = {0};
    struct arena *own = arena_new();
    struct http_client *c = client_of(&partner_id);
    if (http_client_send(c, own, "/slow", (bytes){0}, 2000, 3000, r, &err) < 0)
        r->status = -1;
    http_client_close(c);
    arena_free(own);
    return NULL;
}

static void test_stop_lets_a_running_request_finish(void **state)
{
    (void)state;
    struct err err = {0};
    struct http_answer r = {0};
    pthread_t t;
    assert_int_equal(pthread_create(&t, NULL, ask_slow, &r), 0);
    for (int i = 0; i < 1000 && __atomic_load_n(&dozing, __ATOMIC_SEQ_CST) == 0; i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    http_server_stop(server);
    pthread_join(t, NULL);
    struct http_client *c = client_of(&partner_id);
    struct http_answer late = {0};
    int refused = post(c, "/v1/echo", STR("x"), &late, &err);
    http_client_close(c);
    struct err restart = {0};
    server = start(&restart); /* before any assertion: the group's teardown stops it */
    assert_int_equal(r.status, 200);
    assert_int_equal(refused, ERR_IO);
    assert_non_null(strstr(err.text, "cannot be reached"));
}

static void test_addresses(void **state)
{
    (void)state;
    struct err err = {0};
    struct http_server *s;
    static const struct { const char *listen; int code; } bad[] = {{"8443", ERR_INPUT}, {"127.0.0.1:", ERR_INPUT}, {"127.0.0.1:70000", ERR_INPUT}, {"192.0.2.1:9", ERR_IO}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct http_server_config c = {.listen = bad[i].listen, .identity = &server_id};
        assert_int_equal(http_server_start(&c, &s, &err), bad[i].code);
        assert_non_null(strstr(err.text, bad[i].listen));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_warm_connection_and_routes),
        cmocka_unit_test(test_strangers_are_refused_before_any_route),
        cmocka_unit_test(test_another_server_key_is_refused),
        cmocka_unit_test(test_bodies_are_bounded_on_both_sides),
        cmocka_unit_test(test_one_partner_cannot_take_all_connections),
        cmocka_unit_test(test_file_is_fetched_whole_or_not_at_all),
        cmocka_unit_test(test_half_a_handshake_keeps_no_thread_busy),
        cmocka_unit_test(test_tls_1_2_is_refused),
        cmocka_unit_test(test_no_certificate_is_refused),
        cmocka_unit_test(test_odd_requests_get_a_refusal),
        cmocka_unit_test(test_slow_senders_are_cut_off),
        cmocka_unit_test(test_a_request_in_single_bytes_is_a_request),
        cmocka_unit_test(test_strangers_displace_only_each_other),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_stop_lets_a_running_request_finish),
    };
    return cmocka_run_group_tests_name("http", tests, setup, teardown);
}
