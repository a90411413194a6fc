/* What a form or a Cookie header sends. */
#include "ground/http/form.h"
#include "ground/http/site.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct form form;
    struct err err = {0};
    str text = bytes_str((bytes){data, size}), value;
    if (form_parse(a, text, &form, &err) == 0)
        for (size_t i = 0; i < form.n; i++)
            if (form.pairs[i].value.p[form.pairs[i].value.len] != '\0')
                __builtin_trap();
    (void)site_cookie(text, "session", &value);
    arena_free(a);
    return 0;
}
