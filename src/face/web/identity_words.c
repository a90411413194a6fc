#include "face/web/identity_words.h"

str identity_name(struct arena *a, const struct name *name)
{
    if (name->full.len)
        return name->full;
    return str_trim(str_printf(a, "%.*s %.*s", STR_ARG(name->given), STR_ARG(name->family)));
}

str identity_others(struct arena *a, const struct identity *who)
{
    struct buf b = buf_new(a);
    for (size_t i = 1; i < who->n_names; i++) {
        str name = identity_name(a, &who->names[i]);
        buf_addf(&b, "%s%.*s", i > 1 ? " / " : "", STR_ARG(name));
    }
    return buf_str(&b);
}

str identity_documents(struct arena *a, const struct identity *who)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; i < who->n_documents; i++) {
        buf_addf(&b, "%s%.*s", i ? ", " : "", STR_ARG(who->documents[i].number));
        if (who->documents[i].country.len)
            buf_addf(&b, " (%.*s)", STR_ARG(who->documents[i].country));
    }
    return buf_str(&b);
}
