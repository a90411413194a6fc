/* age files from outside: armor, header, and the payload of those that are sealed to the key of the seeds. */
#include "ground/crypto/age.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int count(void *to, bytes data, struct err *err)
{
    (void)err;
    *(size_t *)to += data.len;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t identity[AGE_KEY_LEN] = {1, 2, 3};
    struct err err = {0};
    if (crypto_open(&err) < 0)
        return 0;
    struct arena *a = arena_new();
    bytes file = {data, size};
    if (age_is_armored(file) && age_dearmor(a, file, &file, &err) < 0)
        goto out;
    struct age_header header;
    if (age_header_parse(a, file, &header, &err) < 0 || header.len > file.len)
        goto out;
    uint8_t file_key[AGE_FILE_KEY_LEN];
    if (age_unwrap_any(identity, &header, file_key, &err) < 0)
        goto out;
    size_t released = 0;
    struct age_open *o;
    if (age_open_new(file_key, &header, (struct age_sink){count, &released}, &o, &err) < 0)
        goto out;
    int r = age_open_update(o, (bytes){file.p + header.len, file.len - header.len}, &err);
    if (r == 0)
        r = age_open_end(o, &err);
    if (r == 0 && released > size)
        __builtin_trap();
    age_open_free(o);
out:
    arena_free(a);
    return 0;
}
