/* map: what goes in comes out, nothing else does; and a damaged file is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trust/match/map_internal.h"

static const struct map_params params = {.holder = {1, 2, 3}, .partner = {4, 5, 6}, .ruleset = "names-test", .epoch = 7, .delta = 2,
                                         .seed = {8, 9}, .fill = {10}};

/* The i-th made-up OPRF output. */
static oprf_output output_of(uint32_t i)
{
    oprf_output out;
    uint8_t number[4];
    put_u32be(number, i);
    crypto_sha512(out.b, (bytes){number, 4});
    return out;
}

static struct map_entry entry_of(uint32_t i, uint32_t handle, uint16_t bits)
{
    struct map_entry e = {.handle = handle, .bits = bits};
    map_key(e.key, params.seed, output_of(i).b);
    return e;
}

static bytes build(struct map_entry e[], size_t n, struct map_stats *stats)
{
    struct err err = {0};
    bytes image;
    assert_int_equal(map_build(e, n, &params, &image, stats, &err), 0);
    assert_int_equal(image.len, stats->size);
    return image;
}

static struct map *open_image(bytes image)
{
    struct err err = {0};
    struct map *m;
    assert_int_equal(map_open_memory(image, &m, &err), 0);
    return m;
}

static size_t look(const struct map *m, uint32_t i, struct map_value v[MAP_SLOTS_MAX])
{
    struct err err = {0};
    size_t n;
    oprf_output out = output_of(i);
    assert_int_equal(map_lookup(m, &out, v, &n, &err), 0);
    return n;
}

static void check_size(uint32_t n)
{
    struct map_entry *e = mem_alloc(n * sizeof *e);
    for (uint32_t i = 0; i < n; i++)
        e[i] = entry_of(i, i * 2654435761u, (uint16_t)i);
    struct map_stats stats;
    bytes image = build(e, n, &stats);
    assert_int_equal(stats.keys, n);
    assert_int_equal(stats.slots, n);
    struct map *m = open_image(image);
    struct map_value v[MAP_SLOTS_MAX];
    for (uint32_t i = 0; i < n; i++) {
        assert_int_equal(look(m, i, v), 1);
        assert_int_equal(v[0].handle, i * 2654435761u);
        assert_int_equal(v[0].bits, (uint16_t)i);
    }
    for (uint32_t i = n; i < n + 1000; i++)
        assert_int_equal(look(m, i, v), 0);
    map_close(m);
    free((void *)image.p);
    free(e);
}

static void test_every_size(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {0, 1, 2, 3, 36, 63, 64, 65, 77, 100, 500, 1000, 1024, 1025, 1217, 1218, 1219, 1449, 2049, 3000, 5000, 12000, 50000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        check_size(sizes[i]);
}

/* No size between two buckets may cost more than 150 bits a key; the worst is one more than the bucket below holds. */
static void test_bits_per_key_in_every_bucket(void **state)
{
    (void)state;
    for (unsigned bucket = MAP_BUCKET_MIN + 1; bucket <= MAP_BUCKET_MAX; bucket++) {
        size_t least = map_capacity(bucket - 1) + 1;
        struct map_shape shape = map_shape_for(bucket);
        assert_int_equal(map_bucket(least), bucket);
        assert_int_equal(map_bucket(map_capacity(bucket)), bucket);
        if (least < 1000)
            least = 1000;
        if (map_capacity(bucket) >= 1000)
            assert_true((double)shape.size * 8 <= 150 * (double)least);
    }
}

static void test_info(void **state)
{
    (void)state;
    struct map_stats stats;
    bytes image = build(NULL, 0, &stats);
    struct map *m = open_image(image);
    const struct map_info *info = map_info(m);
    assert_memory_equal(info->holder, params.holder, SIGN_PUBLIC_LEN);
    assert_memory_equal(info->partner, params.partner, ID_LEN);
    assert_string_equal(info->ruleset, "names-test");
    assert_int_equal(info->epoch, 7);
    assert_int_equal(info->delta, 2);
    map_close(m);
    free((void *)image.p);
}

/* Key k of 1..20 is shared by k records; each pair is given twice. */
static void test_shared_keys(void **state)
{
    (void)state;
    struct map_entry e[1000];
    size_t n = 0;
    for (uint32_t k = 1; k <= 20; k++)
        for (uint32_t twice = 0; twice < 2; twice++)
            for (uint32_t h = 0; h < k; h++)
                e[n++] = entry_of(k, 100 * k + h, (uint16_t)(1 << twice));
    struct map_stats stats;
    bytes image = build(e, n, &stats);
    assert_int_equal(stats.keys, 20);
    assert_int_equal(stats.common, 4); /* 17, 18, 19, 20 */
    assert_int_equal(stats.slots, 16 * 17 / 2);
    struct map *m = open_image(image);
    for (uint32_t k = 1; k <= 20; k++) {
        struct map_value v[MAP_SLOTS_MAX];
        bool seen[MAP_SLOTS_MAX] = {false};
        size_t found = look(m, k, v);
        assert_int_equal(found, k <= MAP_SLOTS_MAX ? k : 0);
        for (size_t i = 0; i < found; i++) {
            assert_in_range(v[i].handle, 100 * k, 100 * k + k - 1);
            assert_int_equal(v[i].bits, 3);
            seen[v[i].handle - 100 * k] = true;
        }
        for (size_t i = 0; i < found; i++)
            assert_true(seen[i]);
    }
    map_close(m);
    free((void *)image.p);
}

static void test_size_tells_only_the_bucket(void **state)
{
    (void)state;
    struct map_entry e[1218];
    struct map_stats few, many;
    for (uint32_t i = 0; i < 1218; i++)
        e[i] = entry_of(i, i, 0);
    bytes a = build(e, 1025, &few);
    for (uint32_t i = 0; i < 1218; i++)
        e[i] = entry_of(i, i, 0);
    bytes b = build(e, 1217, &many);
    assert_int_equal(few.capacity, many.capacity);
    assert_int_equal(a.len, b.len);
    free((void *)a.p);
    free((void *)b.p);
}

static void test_nothing_without_the_output(void **state)
{
    (void)state;
    struct map_entry e[200];
    for (uint32_t i = 0; i < 200; i++)
        e[i] = entry_of(i, 0x41414141, 0);
    struct map_stats stats;
    bytes image = build(e, 200, &stats);
    assert_null(memmem(image.p, image.len, "AAAA", 4));
    /* another partner's seed: the same outputs find nothing */
    uint8_t *other = mem_alloc(image.len);
    memcpy(other, image.p, image.len);
    other[MAP_AT_SEED] ^= 1;
    crypto_blake2b(other + MAP_AT_DIGEST, HASH_LEN, (bytes){0}, (bytes){other, MAP_AT_DIGEST});
    struct map *m = open_image((bytes){other, image.len});
    struct map_value v[MAP_SLOTS_MAX];
    for (uint32_t i = 0; i < 200; i++)
        assert_int_equal(look(m, i, v), 0);
    map_close(m);
    free(other);
    free((void *)image.p);
}

static void test_damage_is_found_at_open(void **state)
{
    (void)state;
    struct map_entry e[300];
    for (uint32_t i = 0; i < 300; i++)
        e[i] = entry_of(i, i, 0);
    struct map_stats stats;
    bytes image = build(e, 300, &stats);
    uint8_t *p = mem_alloc(image.len + 1);
    memcpy(p, image.p, image.len);
    p[image.len] = 0;
    struct map *m;
    struct err err = {0};
    for (size_t at = 0; at < image.len; at++) {
        p[at] ^= (uint8_t)(1 << at % 8);
        assert_int_equal(map_open_memory((bytes){p, image.len}, &m, &err), ERR_CORRUPT);
        p[at] ^= (uint8_t)(1 << at % 8);
    }
    for (size_t len = 0; len < image.len; len += 1 + len / 16)
        assert_int_equal(map_open_memory((bytes){p, len}, &m, &err), ERR_CORRUPT);
    assert_int_equal(map_open_memory((bytes){p, image.len + 1}, &m, &err), ERR_CORRUPT);
    map_close(open_image((bytes){p, image.len}));
    free(p);
    free((void *)image.p);
}

/* A map that is too big to be checked at open: damage is found when its block is touched, and only then. */
static void test_damage_is_found_at_touch(void **state)
{
    (void)state;
    enum { MANY = 100000 };
    struct map_entry *e = mem_alloc(MANY * sizeof *e);
    for (uint32_t i = 0; i < MANY; i++)
        e[i] = entry_of(i, i, 0);
    struct map_stats stats;
    bytes image = build(e, MANY, &stats);
    char path[] = "/tmp/comity-map-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    uint8_t *p = (uint8_t *)image.p;
    p[image.len / 2] ^= 1;
    assert_int_equal(write(fd, p, image.len), image.len);
    close(fd);
    struct map *m;
    struct err err = {0};
    assert_int_equal(map_open(path, &m, &err), 0);
    size_t damaged = 0, sound = 0;
    for (uint32_t i = 0; i < MANY; i++) {
        struct map_value v[MAP_SLOTS_MAX];
        size_t n;
        oprf_output out = output_of(i);
        int result = map_lookup(m, &out, v, &n, &err);
        if (result == ERR_CORRUPT)
            damaged++;
        else if (result == 0 && n == 1 && v[0].handle == i)
            sound++;
    }
    assert_int_equal(damaged + sound, MANY); /* never a wrong answer */
    assert_in_range(damaged, 1, MANY / 50);
    map_close(m);
    assert_int_equal(truncate(path, (off_t)(image.len - 1)), 0);
    assert_int_equal(map_open(path, &m, &err), ERR_CORRUPT);
    assert_non_null(strstr(err.text, path));
    assert_int_equal(truncate(path, 0), 0);
    assert_int_equal(map_open(path, &m, &err), ERR_CORRUPT);
    unlink(path);
    assert_int_equal(map_open(path, &m, &err), ERR_NOT_FOUND);
    free(p);
    free(e);
}

int main(void)
{
    struct err err = {0};
    if (crypto_open(&err) < 0)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_size), cmocka_unit_test(test_bits_per_key_in_every_bucket), cmocka_unit_test(test_info), cmocka_unit_test(test_shared_keys),
        cmocka_unit_test(test_size_tells_only_the_bucket), cmocka_unit_test(test_nothing_without_the_output),
        cmocka_unit_test(test_damage_is_found_at_open), cmocka_unit_test(test_damage_is_found_at_touch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
