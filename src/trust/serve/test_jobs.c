/* jobs: each on its own thread and connection, troubles told once, an end that waits; and a server that shares itself out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "trust/peer/test_house.h"
#include "trust/serve/index_job.h"
#include "trust/serve/serve.h"

static struct house holder, asker, third;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char said[20][200];
static int n_said;

static void note(const char *sentence)
{
    pthread_mutex_lock(&lock);
    if (n_said < 20)
        snprintf(said[n_said++], sizeof said[0], "%s", sentence);
    pthread_mutex_unlock(&lock);
}

static int setup(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    house_open(&holder, STR("Lotus House"), STR("KH"), STR("shelter"));
    house_open(&asker, STR("Border Unit 7"), STR("TH"), STR("police"));
    house_open(&third, STR("Third Agency"), STR("VN"), STR("ngo"));
    house_pair(&asker, &holder, 50);
    house_pair(&third, &holder, 50);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    house_close(&holder);
    house_close(&asker);
    house_close(&third);
    return 0;
}

static void wait_for(const int *counter, int n)
{
    for (int i = 0; i < 2000 && __atomic_load_n(counter, __ATOMIC_ACQUIRE) < n; i++)
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    assert_true(__atomic_load_n(counter, __ATOMIC_ACQUIRE) >= n);
}

/* --- jobs --- */

static int troubled_runs, closed, lanes_seen[3], eager_runs;

static int run_troubled(struct serve_context *c, int64_t now_ms, struct err *err)
{
    static const char *const troubles[] = {"the partner is away", "the partner is away", NULL, NULL, "the disk is full"};
    int64_t size;
    int i = troubled_runs;
    assert_true(now_ms > 0);
    assert_ptr_not_equal(c->node, holder.node);
    if (log_size(c->node->log, c->node->db, &size, err) < 0)
        return err->code;
    c->state = c;
    __atomic_add_fetch(&troubled_runs, 1, __ATOMIC_ACQ_REL);
    return i < 5 && troubles[i] ? err_set(err, ERR_IO, "%s", troubles[i]) : 0;
}

static void close_troubled(void *state)
{
    closed += state != NULL;
}

static int run_lanes(struct serve_context *c, int64_t now_ms, struct err *err)
{
    (void)now_ms, (void)err;
    assert_int_equal(c->lanes, 3);
    __atomic_add_fetch(&lanes_seen[c->lane], 1, __ATOMIC_ACQ_REL);
    return 0;
}

/* There is always more: it never waits for its turn, and still hears that it is time to end. */
static int run_eager(struct serve_context *c, int64_t now_ms, struct err *err)
{
    (void)c, (void)now_ms, (void)err;
    __atomic_add_fetch(&eager_runs, 1, __ATOMIC_ACQ_REL);
    return 1;
}

static void test_jobs_run_and_tell_once(void **state)
{
    (void)state;
    static const struct serve_job troubled = {"troubled", 1, 0, run_troubled, close_troubled}, laned = {"laned", 3600000, 3, run_lanes, NULL},
                                  eager = {"eager", 3600000, 0, run_eager, NULL};
    static const struct serve_job *const table[] = {&troubled, &laned, &eager, NULL};
    struct serve_context model = {.node = holder.node, .identity = &holder.identity, .note = note};
    struct jobs *j;
    struct err err = {0};
    n_said = 0;
    if (jobs_start(table, &model, &j, &err) < 0)
        fail_msg("%s", err.text);
    wait_for(&troubled_runs, 7);
    for (int i = 0; i < 3; i++)
        wait_for(&lanes_seen[i], 1);
    wait_for(&eager_runs, 100);
    jobs_stop(j);
    assert_int_equal(closed, 1);
    assert_int_equal(lanes_seen[0] + lanes_seen[1] + lanes_seen[2], 3);
    static const char *const wanted[] = {"troubled: the partner is away", "troubled: well again", "troubled: the disk is full", "troubled: well again"};
    assert_int_equal(n_said, 4);
    for (int i = 0; i < 4; i++)
        assert_string_equal(said[i], wanted[i]);
}

/* --- routes --- */

static int sleeping;
static bool wake;

static int give_sleepily(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    (void)node, (void)p, (void)q, (void)err;
    __atomic_add_fetch(&sleeping, 1, __ATOMIC_ACQ_REL);
    for (int i = 0; i < 2000 && !__atomic_load_n(&wake, __ATOMIC_ACQUIRE); i++)
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    reply->body = str_bytes(STR("\"slept\""));
    return 0;
}

static int give_name(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    (void)node, (void)err;
    reply->body = str_bytes(str_dup(q->arena, p->name));
    return 0;
}

static int give_trouble(struct node *node, const struct partner *p, const struct http_request *q, struct http_reply *reply, struct err *err)
{
    (void)node, (void)p, (void)q, (void)reply;
    return err_set(err, ERR_IO, "the disk under /srv is full");
}

static const struct peer_route test_routes[] = {
    {"GET", "/sleep", 0, PEER_WORK, give_sleepily}, {"GET", "/name", 0, PEER_LIGHT, give_name}, {"GET", "/trouble", 0, PEER_WORK, give_trouble}, {0}};
static const struct peer_route more_routes[] = {{"GET", "/bulk/{}", 0, PEER_BULK, give_name}, {0}};
static const struct peer_route *const tables[] = {test_routes, more_routes, NULL};
static const struct limit small_limits[N_PEER_COSTS] = {{5, 100}, {50, 100}, {1000, 1000}};

static struct serve *start(void)
{
    struct serve *s;
    struct err err = {0};
    struct serve_settings settings = {.listen = "127.0.0.1:0", .threads = 4, .note = note, .routes = tables, .limits = small_limits};
    if (serve_start(holder.node, &settings, &s, &err) < 0)
        fail_msg("%s", err.text);
    return s;
}

static struct http_answer get(const struct house *h, const struct serve *s, struct arena *a, const char *path)
{
    struct http_client *c;
    struct http_answer answer = {0};
    struct err err = {0};
    if (http_client_open(str_printf(a, "127.0.0.1:%u", serve_port(s)).p, holder.identity.pin, &h->identity, &c, &err) < 0 ||
        http_client_send(c, a, path, (bytes){0}, 4096, 20000, &answer, &err) < 0)
        fail_msg("%s", err.text);
    http_client_close(c);
    return answer;
}

struct call { pthread_t thread; const struct serve *server; struct arena *arena; int status; };

static void *call_sleep(void *arg)
{
    struct call *c = arg;
    c->status = get(&asker, c->server, c->arena, "/sleep").status;
    return NULL;
}

/* Connections are spread over the threads as they come, so that how many sleep at once differs; how many at most does not. */
static void test_one_partner_cannot_hold_all_threads(void **state)
{
    (void)state;
    struct serve *s = start();
    struct call calls[7];
    int slept = 0, told_to_wait = 0;
    wake = false;
    sleeping = 0;
    for (int i = 0; i < 7; i++) {
        calls[i] = (struct call){.server = s, .arena = arena_new()};
        assert_int_equal(pthread_create(&calls[i].thread, NULL, call_sleep, &calls[i]), 0);
    }
    wait_for(&sleeping, 1);
    nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
    assert_in_range(__atomic_load_n(&sleeping, __ATOMIC_ACQUIRE), 1, 3);
    __atomic_store_n(&wake, true, __ATOMIC_RELEASE);
    for (int i = 0; i < 7; i++) {
        pthread_join(calls[i].thread, NULL);
        slept += calls[i].status == 200;
        told_to_wait += calls[i].status == 503;
        arena_free(calls[i].arena);
    }
    assert_int_equal(slept + told_to_wait, 7);
    struct http_answer other = get(&third, s, third.a, "/name");
    assert_int_equal(other.status, 200);
    serve_stop(s);
}

static void test_rates_are_each_partners_own(void **state)
{
    (void)state;
    struct serve *s = start();
    int allowed = 0, refused = 0;
    struct http_client *c;
    struct http_answer answer = {0};
    struct err err = {0};
    assert_int_equal(http_client_open(str_printf(asker.a, "127.0.0.1:%u", serve_port(s)).p, holder.identity.pin, &asker.identity, &c, &err), 0);
    for (int i = 0; i < 200; i++) {
        assert_int_equal(http_client_send(c, asker.a, "/name", (bytes){0}, 4096, 20000, &answer, &err), 0);
        allowed += answer.status == 200;
        refused += answer.status == 429;
    }
    assert_int_equal(allowed + refused, 200);
    assert_true(allowed >= 5 && refused >= 50); /* the minute allows 100, however slow this machine is */
    assert_int_equal(get(&third, s, third.a, "/name").status, 200);
    assert_int_equal(http_client_send(c, asker.a, "/bulk/7", (bytes){0}, 4096, 20000, &answer, &err), 0);
    assert_int_equal(answer.status, 200);
    assert_true(str_starts(bytes_str(answer.body), STR("border-unit-7")));
    http_client_close(c);
    serve_stop(s);
}

static void test_our_troubles_are_not_the_partners(void **state)
{
    (void)state;
    struct serve *s = start();
    n_said = 0;
    for (int i = 0; i < 5; i++) {
        struct http_answer answer = get(&asker, s, asker.a, "/trouble");
        assert_int_equal(answer.status, 500);
        assert_null(strstr(bytes_str(answer.body).p, "/srv"));
    }
    serve_stop(s);
    assert_in_range(n_said, 1, 5);
    assert_string_equal(said[0], "/trouble failed: the disk under /srv is full");
}

/* When the maps are made anew by themselves: time is an argument. */
static void test_when_the_index_is_due(void **state)
{
    (void)state;
    const int64_t now = 1795467960123, second = 1000, minute = 60 * second;
    const struct { struct index_wish wish; bool due; } cases[] = {
        {{.fresh = false, .newest_ms = 0}, false},
        {{.fresh = true, .newest_ms = now - 3 * second, .since_ms = now}, true},
        {{.fresh = true, .newest_ms = now - second, .since_ms = now - minute}, false},            /* somebody is writing */
        {{.fresh = true, .newest_ms = now - second, .since_ms = now - 11 * minute}, true},        /* but not for ever */
        {{.fresh = true, .newest_ms = now - minute, .since_ms = now, .ended_ms = now - 5 * second}, false},
        {{.fresh = true, .newest_ms = now - minute, .since_ms = now, .ended_ms = now - 21 * second, .took_ms = 100}, true},
        {{.fresh = true, .newest_ms = now - minute, .since_ms = now, .ended_ms = now - 5 * minute, .took_ms = minute}, false}, /* a large node */
        {{.fresh = true, .newest_ms = now - minute, .since_ms = now, .ended_ms = now - 31 * minute, .took_ms = minute}, true},
        {{.fresh = true, .newest_ms = now + minute, .since_ms = now, .ended_ms = now + minute}, true}, /* the clock was set back */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (index_due(&cases[i].wish, now) != cases[i].due)
            fail_msg("case %zu", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_when_the_index_is_due),
        cmocka_unit_test(test_jobs_run_and_tell_once),
        cmocka_unit_test(test_one_partner_cannot_hold_all_threads),
        cmocka_unit_test(test_rates_are_each_partners_own),
        cmocka_unit_test(test_our_troubles_are_not_the_partners),
    };
    return cmocka_run_group_tests_name("jobs", tests, setup, teardown);
}
