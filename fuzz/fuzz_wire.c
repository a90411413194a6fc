/* The four messages from outside. The first byte chooses the parser. What is accepted is written, read again, and must have
 * the same canonical bytes: what was signed is what is understood. */
#include <stdlib.h>
#include <string.h>

#include "trust/peer/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(bytes a, bytes b)
{
    if (a.len != b.len || memcmp(a.p, b.p, a.len) != 0)
        abort();
}

static void card(struct arena *a, bytes in)
{
    struct wire_card c, again;
    if (wire_card_read(a, in, &c, NULL) < 0)
        return;
    if (wire_card_read(a, str_bytes(wire_card_write(a, &c)), &again, NULL) < 0)
        abort();
    same(wire_card_canonical(a, &c), wire_card_canonical(a, &again));
}

static void statement(struct arena *a, bytes in)
{
    struct wire_statement s, again;
    if (wire_statement_read(a, in, &s, NULL) < 0)
        return;
    if (wire_statement_read(a, str_bytes(wire_statement_write(a, &s)), &again, NULL) < 0)
        abort();
    same(wire_statement_canonical(a, &s), wire_statement_canonical(a, &again));
}

static void question(struct arena *a, bytes in)
{
    struct wire_question q, again;
    if (wire_question_read(a, in, &q, NULL) < 0)
        return;
    if (wire_question_read(a, str_bytes(wire_question_write(a, &q)), &again, NULL) < 0)
        abort();
    same(wire_question_canonical(a, &q), wire_question_canonical(a, &again));
}

static void answer(struct arena *a, bytes in)
{
    struct wire_answer w, again;
    if (wire_answer_read(a, in, &w, NULL) < 0)
        return;
    if (wire_answer_read(a, str_bytes(wire_answer_write(a, &w)), &again, NULL) < 0)
        abort();
    same(wire_answer_canonical(a, &w), wire_answer_canonical(a, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const parsers[])(struct arena *, bytes) = {card, statement, question, answer};
    if (size == 0)
        return 0;
    struct arena *a = arena_new();
    if (crypto_open(NULL) < 0)
        abort();
    parsers[data[0] % 4](a, (bytes){data + 1, size - 1});
    arena_free(a);
    return 0;
}
