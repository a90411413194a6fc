/* A form with files: the first line is its Content-Type, the rest its body. */
#include <string.h>

#include "ground/http/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What every page relies on. */
static void check_file(const struct form_file *file, bytes body)
{
    if (!text_utf8_valid(file->name) || file->name.len == 0 || file->name.len > MULTIPART_NAME_MAX)
        __builtin_trap();
    for (size_t i = 0; i < file->name.len; i++)
        if ((unsigned char)file->name.p[i] < 0x20 || file->name.p[i] == '/' || file->name.p[i] == '\\' || file->name.p[i] == 0x7f)
            __builtin_trap();
    if (file->content.p < body.p || file->content.p + file->content.len > body.p + body.len)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct text *text;
    struct err err = {0};
    if (!text && text_open(&text, &err) < 0)
        __builtin_trap();
    const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
    if (!end)
        return 0;
    size_t len = (size_t)(end - data);
    bytes body = {end + 1, size - len - 1};
    struct arena *a = arena_new();
    struct form form;
    struct form_files files;
    if (multipart_parse(a, text, (str){(const char *)data, len}, body, &form, &files, &err) == 0) {
        for (size_t i = 0; i < form.n; i++)
            if (form.pairs[i].value.p[form.pairs[i].value.len] != '\0' || !text_utf8_valid(form.pairs[i].name))
                __builtin_trap();
        for (size_t i = 0; i < files.n; i++)
            check_file(&files.all[i], body);
    } else if (err.code != ERR_INPUT && err.code != ERR_LIMIT) {
        __builtin_trap();
    }
    arena_free(a);
    return 0;
}
