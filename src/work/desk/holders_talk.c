#include "work/desk/holders_talk.h"

#include <string.h>

size_t talk_about_write(const struct holders_what *w, uint8_t out[static TALK_ABOUT_MAX])
{
    uint8_t *p = out;
    memcpy(p, w->setup.id, ID_LEN);
    p[ID_LEN] = w->setup.needed;
    p[ID_LEN + 1] = w->setup.holders;
    memcpy(p + ID_LEN + 2, w->hall, ID_LEN);
    put_u32be(p + 2 * ID_LEN + 2, w->from_day);
    put_u32be(p + 2 * ID_LEN + 6, w->until_day);
    memcpy(p + 2 * ID_LEN + 10, w->agencies, (size_t)w->setup.holders * ID_LEN);
    return 2 * ID_LEN + 10 + (size_t)w->setup.holders * ID_LEN;
}

int talk_about_read(struct reader *in, struct holders_what *out, struct err *err)
{
    bytes id = reader_take(in, ID_LEN);
    memset(out, 0, sizeof *out);
    out->setup.needed = reader_u8(in);
    out->setup.holders = reader_u8(in);
    bytes hall = reader_take(in, ID_LEN);
    out->from_day = reader_u32(in);
    out->until_day = reader_u32(in);
    if (!in->ok || setup_valid(&out->setup, NULL) < 0 || out->until_day < out->from_day)
        return err_set(err, ERR_INPUT, "this is no set-up of threshold keys");
    bytes agencies = reader_take(in, (size_t)out->setup.holders * ID_LEN);
    if (!in->ok)
        return err_set(err, ERR_INPUT, "this is no set-up of threshold keys");
    memcpy(out->setup.id, id.p, ID_LEN);
    memcpy(out->hall, hall.p, ID_LEN);
    memcpy(out->agencies, agencies.p, agencies.len);
    for (unsigned i = 0; i < out->setup.holders; i++)
        for (unsigned j = 0; j < i; j++)
            if (memcmp(out->agencies[i], out->agencies[j], ID_LEN) == 0)
                return err_set(err, ERR_INPUT, "an agency holds two shares in this set-up");
    return 0;
}

bool talk_comes_before(unsigned said, unsigned round)
{
    return said < TALK_KEYS ? said < round : said == TALK_OPEN && round == TALK_JUDGE;
}

bool talk_complained_of(const struct talk *t, unsigned dealer)
{
    unsigned all = 0;
    for (unsigned i = 0; i < t->what.setup.holders; i++)
        all |= t->words[i].complaints;
    return all >> (dealer - 1) & 1;
}

bool talk_complaint(const struct talk *t, unsigned *dealer, unsigned *holder)
{
    for (*dealer = 1; *dealer <= t->what.setup.holders; ++*dealer)
        for (*holder = 1; *holder <= t->what.setup.holders; ++*holder)
            if (t->words[*holder - 1].complaints >> (*dealer - 1) & 1)
                return true;
    return false;
}

size_t talk_said_len(const struct holders_what *w, unsigned round)
{
    return round == TALK_OPEN ? (size_t)w->setup.holders * 32 : round == TALK_OFFER ? sizeof(struct setup_offer) : round == TALK_DEAL ? setup_deal_len(&w->setup) : (size_t)w->setup.holders * HASH_LEN + 1;
}

size_t talk_said(const struct talk *t, unsigned round, unsigned i, uint8_t out[static TALK_SAID_MAX])
{
    if (round == TALK_DEAL)
        return setup_deal_write(&t->what.setup, &t->deals[i], out);
    if (round == TALK_WORD)
        return setup_word_write(&t->what.setup, &t->words[i], out);
    if (round == TALK_OPEN) {
        memcpy(out, t->opened[i], (size_t)t->what.setup.holders * 32);
        return (size_t)t->what.setup.holders * 32;
    }
    memcpy(out, &t->offers[i], sizeof t->offers[i]);
    return sizeof t->offers[i];
}

int talk_take(struct talk *t, unsigned round, unsigned i, bytes said, struct err *err)
{
    if (round == TALK_DEAL)
        return setup_deal_read(&t->what.setup, said, &t->deals[i], err);
    if (round == TALK_WORD)
        return setup_word_read(&t->what.setup, said, &t->words[i], err);
    if (round == TALK_OPEN) {
        if (said.len != (size_t)t->what.setup.holders * 32)
            return err_set(err, ERR_INPUT, "what a dealer opens is of another length");
        memcpy(t->opened[i], said.p, said.len);
        return 0;
    }
    if (said.len != sizeof t->offers[i])
        return err_set(err, ERR_INPUT, "an offer of a set-up is of another length");
    memcpy(&t->offers[i], said.p, said.len);
    return 0;
}

bytes talk_write(struct arena *a, const struct talk *t, unsigned round)
{
    struct buf b = buf_new(a);
    uint8_t about[TALK_ABOUT_MAX], said[TALK_SAID_MAX];
    buf_byte(&b, (char)round);
    buf_add_bytes(&b, about, talk_about_write(&t->what, about));
    for (unsigned r = TALK_OFFER; r < TALK_ROUNDS; r++)
        for (unsigned i = 0; talk_comes_before(r, round) && i < t->what.setup.holders; i++) {
            buf_add_bytes(&b, said, talk_said(t, r, i, said));
            buf_add_bytes(&b, t->signatures[r][i], SIGNATURE_LEN);
        }
    return buf_bytes(&b);
}

int talk_read(bytes b, struct talk *out, unsigned *round, struct err *err)
{
    struct reader in = reader_new(b);
    memset(out, 0, sizeof *out);
    *round = reader_u8(&in);
    int r = talk_about_read(&in, &out->what, err);
    if (r == 0 && (*round < TALK_OFFER || *round >= TALK_ROUNDS))
        r = err_set(err, ERR_INPUT, "a set-up has no such round");
    for (unsigned k = TALK_OFFER; r == 0 && k < TALK_ROUNDS; k++)
        for (unsigned i = 0; r == 0 && talk_comes_before(k, *round) && i < out->what.setup.holders; i++) {
            bytes said = reader_take(&in, talk_said_len(&out->what, k)), signature = reader_take(&in, SIGNATURE_LEN);
            if (!in.ok)
                return err_set(err, ERR_INPUT, "a message of a set-up is cut off");
            memcpy(out->signatures[k][i], signature.p, SIGNATURE_LEN);
            r = talk_take(out, k, i, said, err);
        }
    return r == 0 && !reader_done(&in) ? err_set(err, ERR_INPUT, "something stands behind a message of a set-up") : r;
}

bytes talk_signed(struct arena *a, const struct holders_what *w, unsigned round, unsigned i, bytes said)
{
    struct buf b = buf_new(a);
    uint8_t about[TALK_ABOUT_MAX];
    buf_add(&b, STR("comity/desk-setup/v1"));
    buf_byte(&b, 0);
    buf_byte(&b, (char)round);
    buf_byte(&b, (char)i);
    buf_add_bytes(&b, about, talk_about_write(w, about));
    buf_add_bytes(&b, said.p, said.len);
    return buf_bytes(&b);
}
