#include "trust/act/test_node.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ground/crypto/crypto.h"
#include "ground/db/test_db_open.h"

int test_node_open(struct arena *a, const struct db_schema *const *rooms, int64_t now_ms, const char **dir, struct node **out)
{
    struct err err = {0};
    char *parent = arena_alloc(a, 32);
    snprintf(parent, 32, "/tmp/comity-test-XXXXXX");
    int r = crypto_open(&err);
    if (r == 0 && !mkdtemp(parent))
        r = err_set(&err, ERR_IO, "no new folder under /tmp");
    *dir = str_printf(a, "%s/node", parent).p;
    struct node_settings settings = {.agency = {STR("Lotus House (practice)"), STR("KH"), STR("shelter")}, .db_url = test_db_url(a)};
    if (r == 0)
        r = node_create(*dir, &settings, now_ms, &err);
    if (r == 0)
        r = node_open(*dir, rooms, out, &err);
    if (r < 0)
        fprintf(stderr, "%s\n", err.text);
    return r;
}

void test_node_close(struct node *node, const char *dir)
{
    char command[128];
    node_close(node);
    snprintf(command, sizeof command, "rm -rf '%.*s'", (int)(strrchr(dir, '/') - dir), dir);
    if (system(command) != 0)
        fprintf(stderr, "%s is left\n", dir);
}

struct actor test_node_member(struct node *node, uint8_t first, unsigned roles, int64_t now_ms)
{
    struct err err = {0};
    struct access_member m = {.id = {first}, .roles = roles, .state = MEMBER_ACTIVE};
    if (access_member_put(node->db, &m, &err) < 0)
        fail_msg("%s", err.text);
    return (struct actor){.name = STR("a member"), .role = STR("member"), .member = {first}, .proved_ms = now_ms};
}
