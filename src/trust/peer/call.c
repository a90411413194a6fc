#include "trust/peer/call.h"

#include "ground/json/json.h"

#define PARTNER_SAYS_MAX 240
#define SAYS_BODY_MAX 8192

/* A partner's sentence is shown to a person: cut, and without anything that moves a terminal. */
static str tame(struct arena *a, str said)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; i < said.len && i < PARTNER_SAYS_MAX; i++) {
        uint8_t c = (uint8_t)said.p[i];
        buf_byte(&b, c >= 0x20 && c < 0x7f ? (char)c : '?');
    }
    return buf_str(&b);
}

static int code_of(str word)
{
    static const int codes[] = {ERR_INPUT, ERR_NOT_FOUND, ERR_EXISTS, ERR_DENIED, ERR_LIMIT, ERR_CRYPTO, ERR_RETRY};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (str_eq(word, str_from(err_word(codes[i]))))
            return codes[i] == ERR_INPUT || codes[i] == ERR_CRYPTO ? ERR_PEER : codes[i];
    return ERR_PEER;
}

static int refused(const struct partner *p, struct arena *a, const struct http_answer *answer, struct err *err)
{
    const struct json *o;
    str said = {0}, word = {0};
    if (json_parse(a, "refusal", answer->body, SAYS_BODY_MAX, &o, NULL) == 0 && json_get_str(o, "error", 4096, &said, NULL) == 0) {
        if (json_get_str(o, "code", 32, &word, NULL) < 0)
            word = answer->status == 403 ? STR("denied") : STR("");
        return err_set(err, code_of(word), "%.*s refused: %s", STR_ARG(p->name), tame(a, said).p);
    }
    return err_set(err, ERR_PEER, "%.*s answered with status %d and without a reason: is %.*s a Comity node?", STR_ARG(p->name),
                   answer->status, STR_ARG(p->address));
}

int peer_call(struct http_client *client, const struct partner *partner, struct arena *a, const char *path, bytes body, size_t max_answer,
              unsigned timeout_ms, bytes *out, struct err *err)
{
    struct http_answer answer;
    int r = http_client_send(client, a, path, body, max_answer, timeout_ms, &answer, err);
    if (r < 0)
        return r;
    if (answer.status != 200)
        return refused(partner, a, &answer, err);
    *out = answer.body;
    return 0;
}
