/* letters on the line: two nodes with real sockets and the real job; both ways, in parts, fetched, over a server that goes and comes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "trust/match/index.h"
#include "trust/peer/test_house.h"
#include "trust/serve/letters.h"
#include "trust/serve/serve.h"

static struct house shelter, police, clinic; /* the clinic has no address */
static struct serve *shelter_at, *police_at, *clinic_at;
static const char *shelter_listen, *police_listen;
static const struct letter_kind *const kind_tables[] = {letter_kinds_people, NULL};
static const struct post_kinds kinds = {kind_tables};
static const struct peer_route *const routes[] = {letter_routes, NULL};
static const struct serve_job *const jobs[] = {&letters_job, NULL};

static struct serve *serve(struct house *h, const char *listen)
{
    struct serve *s;
    struct err err = {0};
    struct serve_settings settings = {.listen = listen, .threads = 3, .routes = routes, .jobs = jobs, .kinds = &kinds};
    if (serve_start(h->node, &settings, &s, &err) < 0)
        fail_msg("%s", err.text);
    return s;
}

static const char *address_of(struct house *h, const struct serve *s)
{
    return str_printf(h->a, "127.0.0.1:%u", serve_port(s)).p;
}

static void introduce(struct house *h, struct house *from, const char *address)
{
    struct pair_letter_key key;
    struct err err = {0};
    if (post_key_current(from->node, clock_now_ms(), key.public_key, &key.until_ms, &err) < 0)
        fail_msg("%s", err.text);
    house_accept(h, from, str_from(address), &key, 50);
}

static int setup(void **state)
{
    static const struct db_schema *const rooms[] = {&peer_schema, &index_schema, &letter_schema, NULL};
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    house_open_rooms(&shelter, STR("Lotus House"), STR("KH"), STR("shelter"), rooms);
    house_open_rooms(&police, STR("Border Unit 7"), STR("TH"), STR("police"), rooms);
    house_open_rooms(&clinic, STR("River Clinic"), STR("VN"), STR("health"), rooms);
    shelter_at = serve(&shelter, "127.0.0.1:0");
    police_at = serve(&police, "127.0.0.1:0");
    shelter_listen = address_of(&shelter, shelter_at);
    police_listen = address_of(&police, police_at);
    introduce(&shelter, &police, police_listen);
    introduce(&police, &shelter, shelter_listen);
    introduce(&shelter, &clinic, "");
    introduce(&clinic, &shelter, shelter_listen);
    clinic_at = serve(&clinic, "127.0.0.1:0");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    serve_stop(shelter_at);
    serve_stop(police_at);
    serve_stop(clinic_at);
    house_close(&shelter);
    house_close(&police);
    house_close(&clinic);
    return 0;
}

/* --- sending --- */

struct sending { struct partner to; struct letter letter; uint8_t id[ID_LEN]; };

static int put(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct sending *s = arg;
    return letter_send(node, &s->to, &s->letter, act->now_ms, s->id, err);
}

static struct sending new_letter(struct house *from, const char *to)
{
    struct sending s = {.letter = {.kind = "notice", .purpose = STR("practice"), .reference = STR("case 7"), .type = STR("text/plain")}};
    struct err err = {0};
    if (partner_find(from->node->db, from->a, str_from(to), &s.to, &err) < 0)
        fail_msg("%s", err.text);
    return s;
}

static void send_it(struct house *from, struct sending *s)
{
    struct err err = {0};
    struct act act = {.verb = VERB_SEND, .actor = &test_operator, .purpose = s->letter.purpose, .reference = s->letter.reference, .now_ms = clock_now_ms()};
    if (act_run(from->node, &act, put, s, &err) < 0)
        fail_msg("%s", err.text);
}

static void send_text(struct house *from, const char *to, str text)
{
    struct sending s = new_letter(from, to);
    s.letter.payload = str_bytes(text);
    send_it(from, &s);
}

/* A file of size bytes with a pattern, sealed and sent. */
static void send_file(struct house *from, const char *to, size_t size, uint8_t id[static ID_LEN])
{
    struct sending s = new_letter(from, to);
    struct post_file file;
    struct err err = {0};
    uint8_t *p = mem_alloc(size);
    const char *path = str_printf(from->a, "%s/large", from->folder).p;
    for (size_t i = 0; i < size; i++)
        p[i] = (uint8_t)(i * 31 + i / 4096);
    s.letter.kind = "notice";
    s.letter.name = STR("film");
    if (file_write(path, (bytes){p, size}, FILE_MODE_PRIVATE, &err) < 0 ||
        post_file_seal(from->node, &s.to, &s.letter, path, clock_now_ms(), NULL, NULL, &file, &err) < 0)
        fail_msg("%s", err.text);
    free(p);
    s.letter.file = &file;
    send_it(from, &s);
    memcpy(id, s.id, ID_LEN);
}

/* --- waiting and counting --- */

static size_t count(struct house *h, struct house *with, bool outgoing, enum post_state state)
{
    struct post_filter filter = {.outgoing = outgoing, .incoming = !outgoing, .limit = 100000};
    struct post_item *items;
    struct arena *a = arena_new();
    struct err err = {0};
    size_t n = 0, found = 0;
    uint8_t key[SIGN_PUBLIC_LEN], id[ID_LEN];
    keyring_public(with->node->keys, KEYRING_AGENCY, key);
    partner_id(key, id);
    filter.partner = id;
    if (post_list(h->node, &filter, a, &items, &n, &err) < 0)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < n; i++)
        found += items[i].state == state;
    arena_free(a);
    return found;
}

static void wait_until(struct house *from, struct house *to, size_t delivered)
{
    for (int i = 0; i < 3000 && count(from, to, true, POST_DELIVERED) < delivered; i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    assert_int_equal(count(from, to, true, POST_DELIVERED), delivered);
    assert_int_equal(count(to, from, false, POST_RECEIVED), delivered);
    assert_int_equal(count(from, to, true, POST_WAITING), 0);
}

static void test_both_ways(void **state)
{
    (void)state;
    for (int i = 0; i < 40; i++) {
        send_text(&shelter, "border-unit-7", str_printf(shelter.a, "the %d. word", i));
        send_text(&police, "lotus-house", str_printf(police.a, "the %d. answer", i));
    }
    wait_until(&shelter, &police, 40);
    wait_until(&police, &shelter, 40);
}

static void test_without_an_address(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        send_text(&clinic, "lotus-house", STR("here is a patient"));
        send_text(&shelter, "river-clinic", STR("here is her room"));
    }
    wait_until(&clinic, &shelter, 5);
    wait_until(&shelter, &clinic, 5);
}

static void read_back(struct house *h, const uint8_t id[static ID_LEN], size_t size)
{
    struct err err = {0};
    FILE *f = tmpfile();
    struct letter_content content;
    if (post_content(h->node, id, h->a, &content, &err) < 0 || post_read_file(h->node, id, fileno(f), &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(content.payload_size, size);
    rewind(f);
    for (size_t i = 0; i < size; i++)
        if (getc(f) != (uint8_t)(i * 31 + i / 4096))
            fail_msg("byte %zu differs", i);
    assert_int_equal(getc(f), EOF);
    fclose(f);
}

static void test_large_ones_go_in_parts(void **state)
{
    (void)state;
    uint8_t pushed[ID_LEN], fetched[ID_LEN];
    size_t before = count(&police, &shelter, true, POST_DELIVERED), before_clinic = count(&shelter, &clinic, true, POST_DELIVERED);
    send_file(&police, "lotus-house", 9 * 1024 * 1024 + 17, pushed);
    send_text(&police, "lotus-house", STR("and a word behind it"));
    send_file(&shelter, "river-clinic", 6 * 1024 * 1024 + 1, fetched);
    wait_until(&police, &shelter, before + 2);
    wait_until(&shelter, &clinic, before_clinic + 1);
    read_back(&shelter, pushed, 9 * 1024 * 1024 + 17);
    read_back(&clinic, fetched, 6 * 1024 * 1024 + 1);
}

static void test_a_node_that_was_away(void **state)
{
    (void)state;
    size_t before = count(&police, &shelter, true, POST_DELIVERED);
    serve_stop(shelter_at);
    shelter_at = NULL;
    for (int i = 0; i < 10; i++)
        send_text(&police, "lotus-house", STR("is anybody there"));
    nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
    assert_int_equal(count(&police, &shelter, true, POST_WAITING), 10);
    shelter_at = serve(&shelter, shelter_listen);
    wait_until(&police, &shelter, before + 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ways),
        cmocka_unit_test(test_without_an_address),
        cmocka_unit_test(test_large_ones_go_in_parts),
        cmocka_unit_test(test_a_node_that_was_away),
    };
    return cmocka_run_group_tests_name("letters", tests, setup, teardown);
}
