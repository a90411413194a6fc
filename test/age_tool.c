/* age_tool: our age behind the command line of a test: age_tool keygen | seal RECIPIENT... | open IDENTITY, from standard input to standard
 * output as a stream. Not installed: the program itself never writes a secret key. */
#include <stdio.h>
#include <string.h>

#include "ground/crypto/age.h"

static int put(void *to, bytes data, struct err *err)
{
    return fwrite(data.p, 1, data.len, to) == data.len ? 0 : err_set(err, ERR_IO, "standard output cannot be written");
}

static int fail(const struct err *err)
{
    fprintf(stderr, "age_tool: %s\n", err->text);
    return 1;
}

static int keygen(void)
{
    uint8_t identity[AGE_KEY_LEN], recipient[AGE_KEY_LEN];
    char text[AGE_IDENTITY_TEXT_LEN + 1];
    struct arena *a = arena_new();
    crypto_random(identity, sizeof identity);
    age_recipient_of(identity, recipient);
    age_identity_format(identity, text);
    printf("%s\n%s\n", text, age_recipient_format(a, recipient).p);
    arena_free(a);
    return 0;
}

static int seal(int n, char **recipients)
{
    static uint8_t keys[AGE_RECIPIENTS_MAX][AGE_KEY_LEN];
    static uint8_t part[100000];
    struct err err = {0};
    struct age_seal *s;
    for (int i = 0; i < n; i++)
        if (age_recipient_parse(str_from(recipients[i]), keys[i], &err) < 0)
            return fail(&err);
    int r = age_seal_new((const uint8_t(*)[AGE_KEY_LEN])keys, (size_t)n, (struct age_sink){put, stdout}, &s, &err);
    if (r < 0)
        return fail(&err);
    for (size_t len; r == 0 && (len = fread(part, 1, sizeof part, stdin)) > 0;)
        r = age_seal_update(s, (bytes){part, len}, &err);
    if (r == 0)
        r = age_seal_end(s, &err);
    age_seal_free(s);
    return r < 0 ? fail(&err) : 0;
}

static int open_file(const char *text)
{
    static uint8_t first[AGE_HEADER_MAX], part[100000];
    uint8_t identity[AGE_KEY_LEN], file_key[AGE_FILE_KEY_LEN];
    struct err err = {0};
    struct age_header header;
    struct age_open *o;
    struct arena *a = arena_new();
    size_t len = fread(first, 1, sizeof first, stdin);
    int r = age_identity_parse(str_from(text), identity, &err);
    if (r == 0)
        r = age_header_parse(a, (bytes){first, len}, &header, &err);
    if (r == 0)
        r = age_unwrap_any(identity, &header, file_key, &err);
    if (r == 0)
        r = age_open_new(file_key, &header, (struct age_sink){put, stdout}, &o, &err);
    if (r == 0) {
        r = age_open_update(o, (bytes){first + header.len, len - header.len}, &err);
        while (r == 0 && (len = fread(part, 1, sizeof part, stdin)) > 0)
            r = age_open_update(o, (bytes){part, len}, &err);
        if (r == 0)
            r = age_open_end(o, &err);
        age_open_free(o);
    }
    arena_free(a);
    return r < 0 ? fail(&err) : 0;
}

int main(int argc, char **argv)
{
    struct err err = {0};
    if (crypto_open(&err) < 0)
        return fail(&err);
    int status = 2;
    if (argc == 2 && strcmp(argv[1], "keygen") == 0)
        status = keygen();
    else if (argc > 2 && strcmp(argv[1], "seal") == 0)
        status = seal(argc - 2, argv + 2);
    else if (argc == 3 && strcmp(argv[1], "open") == 0)
        status = open_file(argv[2]);
    return fflush(stdout) == 0 ? status : 1;
}
