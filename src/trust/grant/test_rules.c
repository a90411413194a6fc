/* grant: the table walked whole; never wider down the chain; what is written is what is read; every field is signed; hostile text refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "trust/grant/grant.h"

#define DAY_MS (24LL * 3600 * 1000)
#define NOW 1795467960123

static struct grant a_grant(void)
{
    struct grant g = {.version = 1, .purpose = STR("protection"), .fields = STR("name,birth-date,shelter"), .handling = GRANT_H1, .source = 'A',
                      .information = '2', .tlp = GRANT_TLP_AMBER, .issued_ms = NOW, .expires_ms = NOW + 90 * DAY_MS};
    memset(g.id, 1, sizeof g.id);
    memset(g.issuer, 2, sizeof g.issuer);
    memset(g.holder, 3, sizeof g.holder);
    memset(g.owner, 2, sizeof g.owner);
    memset(g.object, 4, sizeof g.object);
    memset(g.signature, 5, sizeof g.signature);
    return g;
}

static struct grant a_child(const struct grant *parent)
{
    struct grant g = *parent;
    memset(g.id, 11, sizeof g.id);
    g.has_parent = true;
    memcpy(g.parent, parent->id, ID_LEN);
    memcpy(g.issuer, parent->holder, ID_LEN);
    memset(g.holder, 13, sizeof g.holder);
    memset(g.object, 14, sizeof g.object);
    return g;
}

/* --- the table, as a person would draw it: one column a use: read, forward, print, export, court --- */

static const char *const handling_drawn[] = {"rfpec", "rfpe.", "r.p..", "r...."};
static const char *const tlp_drawn[] = {"rfpec", "rfpec", "rfpec", "r.pe.", "r...."};
static const struct {
    char mark;
    const char *drawn;
} source_drawn[] = {{'A', "rfpec"}, {'B', "rfpec"}, {'C', "rfpe."}, {'X', "rfpe."}},
  information_drawn[] = {{'1', "rfpec"}, {'2', "rfpec"}, {'3', "rfpec"}, {'4', "rfpe."}};

static size_t decide_all_times(const struct grant *g, enum grant_use use, bool may)
{
    static const struct {
        str purpose;
        int64_t now_ms;
        bool allows;
        const char *words;
    } when[] = {
        {STR("protection"), NOW, true, NULL},
        {STR("protection"), NOW + 90 * DAY_MS - 1, true, NULL},
        {STR("protection"), NOW + 90 * DAY_MS, false, "expired"},
        {STR("investigation"), NOW, false, "given for protection"},
        {STR("investigation"), NOW + 90 * DAY_MS, false, "expired"},
        {STR(""), NOW, false, "given for protection"},
    };
    size_t n = 0;
    for (; n < sizeof when / sizeof when[0]; n++) {
        struct err err = {0};
        int r = grant_decide(g, use, when[n].purpose, when[n].now_ms, &err);
        assert_int_equal(r, may && when[n].allows ? 0 : ERR_DENIED);
        if (!when[n].allows)
            assert_non_null(strstr(err.text, when[n].words));
        else if (!may)
            assert_non_null(strstr(err.text, grant_use_names[use]));
    }
    return n;
}

static void test_table_whole(void **state)
{
    (void)state;
    size_t n = 0;
    struct grant g = a_grant();
    for (g.handling = GRANT_H0; g.handling <= GRANT_H3; g.handling++)
        for (g.tlp = GRANT_TLP_CLEAR; g.tlp <= GRANT_TLP_RED; g.tlp++)
            for (size_t s = 0; s < 4; s++)
                for (size_t i = 0; i < 4; i++)
                    for (enum grant_use use = GRANT_READ; use < GRANT_N_USES; use++) {
                        g.source = source_drawn[s].mark;
                        g.information = information_drawn[i].mark;
                        g.handling_words = g.handling == GRANT_H3 ? STR("ask us first") : (str){0};
                        bool may = handling_drawn[g.handling][use] != '.' && tlp_drawn[g.tlp][use] != '.' &&
                                   source_drawn[s].drawn[use] != '.' && information_drawn[i].drawn[use] != '.';
                        n += decide_all_times(&g, use, may);
                    }
    assert_int_equal(n, 4 * 5 * 4 * 4 * 5 * 6);
}

static void test_words_say_what_stands_against(void **state)
{
    (void)state;
    struct err err = {0};
    struct grant g = a_grant();
    g.handling = GRANT_H3;
    g.handling_words = STR("ask the duty officer");
    assert_int_equal(grant_decide(&g, GRANT_PRINT, g.purpose, NOW, &err), ERR_DENIED);
    assert_string_equal(err.text, "print: handling code H3: the owner's own conditions come first: ask the duty officer");
    g = a_grant();
    g.tlp = GRANT_TLP_RED;
    assert_int_equal(grant_decide(&g, GRANT_FORWARD, g.purpose, NOW, &err), ERR_DENIED);
    assert_string_equal(err.text, "forward: TLP RED: for the eyes of the named recipient alone");
}

/* A grant that no table knows allows nothing, not even a read. */
static void test_unknown_marks_allow_nothing(void **state)
{
    (void)state;
    struct err err = {0};
    struct grant unknown[] = {a_grant(), a_grant(), a_grant(), a_grant()};
    unknown[0].source = 'D';
    unknown[1].information = '5';
    unknown[2].tlp = (enum grant_tlp)5;
    unknown[3].handling = (enum grant_handling)4;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(grant_decide(&unknown[i], GRANT_READ, unknown[i].purpose, NOW, &err), ERR_DENIED);
}

/* --- never wider --- */

static void wider(const struct grant *child, const struct grant *parent, const char *words)
{
    struct err err = {0};
    assert_int_equal(grant_narrower(child, parent, &err), ERR_DENIED);
    assert_non_null(strstr(err.text, words));
}

static void test_wider_is_refused(void **state)
{
    (void)state;
    const struct grant parent = a_grant();
    struct grant c;
    struct err err = {0};
    c = a_child(&parent);
    assert_int_equal(grant_narrower(&c, &parent, &err), 0);
    c.has_parent = false, wider(&c, &parent, "another parent");
    c = a_child(&parent), c.parent[15] ^= 1, wider(&c, &parent, "another parent");
    c = a_child(&parent), c.owner[0] ^= 1, wider(&c, &parent, "another owner");
    c = a_child(&parent), c.issuer[0] ^= 1, wider(&c, &parent, "who passes on");
    c = a_child(&parent), c.purpose = STR("investigation"), wider(&c, &parent, "purpose");
    c = a_child(&parent), c.fields = STR("all"), wider(&c, &parent, "fields");
    c = a_child(&parent), c.fields = STR("name,phone"), wider(&c, &parent, "fields");
    c = a_child(&parent), c.fields = STR("shelters"), wider(&c, &parent, "fields");
    c = a_child(&parent), c.handling = GRANT_H0, wider(&c, &parent, "handling");
    c = a_child(&parent), c.information = '1', wider(&c, &parent, "4x4");
    c = a_child(&parent), c.tlp = GRANT_TLP_GREEN, wider(&c, &parent, "TLP");
    c = a_child(&parent), c.expires_ms++, wider(&c, &parent, "longer");
}

static void test_narrower_is_allowed(void **state)
{
    (void)state;
    struct err err = {0};
    struct grant parent = a_grant(), c = a_child(&parent);
    c.fields = STR("shelter");
    c.handling = GRANT_H3;
    c.handling_words = STR("ask us first");
    c.source = 'X';
    c.information = '4';
    c.tlp = GRANT_TLP_RED;
    c.expires_ms--;
    assert_int_equal(grant_narrower(&c, &parent, &err), 0);
    parent.fields = STR("all");
    assert_int_equal(grant_narrower(&c, &parent, &err), 0);
    struct grant other = a_child(&c);
    other.handling_words = STR("do as you like");
    wider(&other, &c, "H3");
}

/* What may be done never grows down the chain: over all pairs of the table, what a narrower child allows its parent allows. */
static void test_narrower_never_allows_more(void **state)
{
    (void)state;
    size_t pairs = 0;
    for (unsigned one = 0; one < 4 * 5 * 16; one++)
        for (unsigned two = 0; two < 4 * 5 * 16; two++) {
            struct err err = {0};
            struct grant parent = a_grant();
            parent.handling = one % 4, parent.tlp = one / 4 % 5;
            parent.source = source_drawn[one / 20 % 4].mark, parent.information = information_drawn[one / 80].mark;
            struct grant c = a_child(&parent);
            c.handling = two % 4, c.tlp = two / 4 % 5;
            c.source = source_drawn[two / 20 % 4].mark, c.information = information_drawn[two / 80].mark;
            if (grant_narrower(&c, &parent, &err) < 0)
                continue;
            pairs++;
            for (enum grant_use use = GRANT_READ; use < GRANT_N_USES; use++)
                if (grant_decide(&c, use, c.purpose, NOW, &err) == 0)
                    assert_int_equal(grant_decide(&parent, use, parent.purpose, NOW, &err), 0);
        }
    assert_int_equal(pairs, 10 * 15 * 10 * 10); /* pairs in order of each scale: n (n + 1) / 2 */
}

/* --- bytes --- */

static void test_written_and_back(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err err = {0};
    struct grant g = a_grant(), back;
    for (int i = 0; i < 2; i++) {
        str text = grant_write(a, &g);
        assert_null(memchr(text.p, '\n', text.len));
        assert_int_equal(grant_read(a, str_bytes(text), &back, &err), 0);
        bytes one = grant_canonical(a, &g), two = grant_canonical(a, &back);
        assert_int_equal(one.len, two.len);
        assert_memory_equal(one.p, two.p, one.len);
        assert_memory_equal(back.signature, g.signature, SIGNATURE_LEN);
        g = a_child(&g);
        g.handling = GRANT_H3;
        g.handling_words = STR("សួរ​យើង​មុន");
    }
    arena_free(a);
}

static void test_every_field_is_signed(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct grant g[18];
    for (size_t i = 0; i < 18; i++)
        g[i] = a_grant();
    g[1].id[0] ^= 1, g[2].version++, g[3].issuer[0] ^= 1, g[4].holder[0] ^= 1, g[5].owner[0] ^= 1, g[6].object[0] ^= 1;
    g[7].has_parent = true, g[8].purpose = STR("practice"), g[9].fields = STR("all"), g[10].handling = GRANT_H2;
    g[11].handling_words = STR("w"), g[12].source = 'B', g[13].information = '1', g[14].tlp = GRANT_TLP_RED;
    g[15].issued_ms++, g[16].expires_ms++, g[17].purpose = STR("protectionname,"), g[17].fields = STR("birth-date,shelter");
    for (size_t i = 0; i < 18; i++)
        for (size_t j = i + 1; j < 18; j++) {
            bytes one = grant_canonical(a, &g[i]), two = grant_canonical(a, &g[j]);
            assert_false(one.len == two.len && memcmp(one.p, two.p, one.len) == 0);
        }
    arena_free(a);
}

/* The written grant with one piece replaced. */
static str changed(struct arena *a, str text, const char *from, const char *to)
{
    const char *at = strstr(text.p, from);
    assert_non_null(at);
    return str_printf(a, "%.*s%s%s", (int)(at - text.p), text.p, to, at + strlen(from));
}

static void test_hostile_text_is_refused(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct grant g = a_grant(), back;
    str text = grant_write(a, &g);
    static const struct {
        const char *from, *to;
        int code;
        const char *says;
    } cases[] = {
        {"\"comity_grant\":1", "\"comity_grant\":2", ERR_PEER, "version 2"},
        {"\"version\":1", "\"version\":0", ERR_INPUT, "version"},
        {"\"purpose\":\"protection\"", "\"purpose\":\"curiosity\"", ERR_INPUT, "purpose"},
        {"\"purpose\":\"protection\"", "\"purpose\":\"\"", ERR_INPUT, "purpose"},
        {"name,birth-date", "name,,birth-date", ERR_INPUT, "fields"},
        {"name,birth-date", ",name", ERR_INPUT, "fields"},
        {"shelter", "", ERR_INPUT, "fields"},
        {"shelter", "Shelter", ERR_INPUT, "fields"},
        {"\"H1\"", "\"H4\"", ERR_INPUT, "handling"},
        {"\"H1\"", "\"H3\"", ERR_INPUT, "handling_words"},
        {"\"handling_words\":\"\"", "\"handling_words\":\"none\"", ERR_INPUT, "handling_words"},
        {"\"handling_words\":\"\"", "\"handling_words\":\"\\u001b[2J\"", ERR_INPUT, "handling_words"},
        {"\"source\":\"A\"", "\"source\":\"D\"", ERR_INPUT, "source"},
        {"\"source\":\"A\"", "\"source\":\"\"", ERR_INPUT, "source"},
        {"\"information\":\"2\"", "\"information\":\"0\"", ERR_INPUT, "information"},
        {"\"amber\"", "\"purple\"", ERR_INPUT, "tlp"},
        {"\"expires\":\"2027", "\"expires\":\"2025", ERR_INPUT, "expires"},
        {"\"expires\":\"2027", "\"expires\":\"2037", ERR_INPUT, "expires"},
        {"\"owner\":\"02", "\"owner\":\"03", ERR_INPUT, "owner"},
        {"\"signature\"", "\"sign\"", ERR_INPUT, "signature"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = {0};
        assert_int_equal(grant_read(a, str_bytes(changed(a, text, cases[i].from, cases[i].to)), &back, &err), cases[i].code);
        assert_non_null(strstr(err.text, cases[i].says));
    }
    for (size_t len = 0; len < text.len; len++) {
        struct err err = {0};
        assert_int_equal(grant_read(a, (bytes){(const uint8_t *)text.p, len}, &back, &err), ERR_INPUT);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_whole),
        cmocka_unit_test(test_words_say_what_stands_against),
        cmocka_unit_test(test_unknown_marks_allow_nothing),
        cmocka_unit_test(test_wider_is_refused),
        cmocka_unit_test(test_narrower_is_allowed),
        cmocka_unit_test(test_narrower_never_allows_more),
        cmocka_unit_test(test_written_and_back),
        cmocka_unit_test(test_every_field_is_signed),
        cmocka_unit_test(test_hostile_text_is_refused),
    };
    return cmocka_run_group_tests_name("trust/grant rules", tests, NULL, NULL);
}
