/* The check of a field: the first byte chooses it, the rest was typed. What is stored is checked to the same again. */
#include <stdlib.h>

#include "work/cases/fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct text *text;
    struct err err;
    if (!text && text_open(&text, &err) < 0)
        abort();
    if (size == 0)
        return 0;
    struct arena *a = arena_new();
    const struct field *f = &fields[data[0] % n_fields];
    struct field_rules rules = {text, {2026, 3, 1}};
    str normal, again;
    if (field_check(f, &rules, a, (str){(const char *)data + 1, size - 1}, &normal, &err) == 0 &&
        (field_check(f, &rules, a, normal, &again, &err) < 0 || !str_eq(normal, again)))
        abort();
    arena_free(a);
    return 0;
}
