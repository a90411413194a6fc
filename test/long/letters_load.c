/* letters_load: writes many letters to one partner, as fast as the node takes them, and says which are safe.
 *
 *     letters_load DIR PARTNER COUNT GROUP SEED
 *
 * GROUP letters go out in one act group: one commit. After each commit their ids are printed, a line each, so that whoever kills
 * this program knows exactly which letters it was promised. Sizes are 1 byte to 6,000, from SEED; the texts are invented.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ground/base/clock.h"
#include "ground/crypto/crypto.h"
#include "trust/letter/post.h"

#define GROUP_MAX 256
#define PAYLOAD_MAX 6000

static const struct db_schema *const rooms[] = {&peer_schema, &letter_schema, NULL};

struct one {
    const struct partner *to;
    struct letter letter;
    uint8_t id[ID_LEN];
};

static int write_one(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct one *one = arg;
    int result = letter_send(node, one->to, &one->letter, act->now_ms, one->id, err);
    act->has_object = true;
    memcpy(act->object, one->id, ID_LEN);
    return result;
}

static int write_group(struct node *node, const struct partner *to, int64_t n, unsigned *seed, struct err *err)
{
    static uint8_t text[PAYLOAD_MAX];
    struct one many[GROUP_MAX];
    struct act acts[GROUP_MAX];
    struct act_step steps[GROUP_MAX];
    struct arena *a = arena_new();
    const struct actor actor = act_operator(a);
    const int64_t now = clock_now_ms();
    size_t failed;
    memset(text, 'n', sizeof text);
    for (int64_t i = 0; i < n; i++) {
        many[i] = (struct one){.to = to, .letter = {.kind = "notice", .purpose = STR("identification"), .reference = STR("practice 1/2026"),
                                                    .type = STR("text/plain"), .payload = {text, 1 + (size_t)(rand_r(seed) % PAYLOAD_MAX)}}};
        acts[i] = (struct act){.verb = VERB_SEND, .actor = &actor, .purpose = many[i].letter.purpose, .reference = many[i].letter.reference,
                               .now_ms = now};
        steps[i] = (struct act_step){&acts[i], write_one, &many[i]};
    }
    int result = act_run_group(node, steps, (size_t)n, &failed, err);
    for (int64_t i = 0; i < n && result == 0; i++)
        puts(hex_encode(a, (bytes){many[i].id, ID_LEN}).p);
    fflush(stdout);
    arena_free(a);
    return result;
}

int main(int argc, char **argv)
{
    struct err err = {0};
    int64_t count, group, seed_given;
    if (argc != 6 || !str_to_int(str_from(argv[3]), 0, INT32_MAX, &count) || !str_to_int(str_from(argv[4]), 1, GROUP_MAX, &group) ||
        !str_to_int(str_from(argv[5]), 0, UINT32_MAX, &seed_given)) {
        fprintf(stderr, "usage: letters_load DIR PARTNER COUNT GROUP SEED; GROUP is 1 to 256\n");
        return 2;
    }
    unsigned seed = (unsigned)seed_given;
    struct node *node = NULL;
    struct partner to;
    struct arena *a = arena_new();
    int result = crypto_open(&err);
    if (result == 0)
        result = node_open(argv[1], rooms, &node, &err);
    if (result == 0)
        result = partner_find(node->db, a, str_from(argv[2]), &to, &err);
    for (int64_t done = 0; done < count && result == 0; done += group)
        result = write_group(node, &to, count - done < group ? count - done : group, &seed, &err);
    if (result < 0)
        fprintf(stderr, "letters_load: %s\n", err.text);
    node_close(node);
    arena_free(a);
    return result < 0;
}
