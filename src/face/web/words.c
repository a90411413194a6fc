#include "face/web/words.h"

#include <string.h>

#include "trust/act/act.h"

str words_reasons(const struct catalogue *words, struct arena *a, const char *text)
{
    struct buf b = buf_new(a);
    str rest = str_from(text), one;
    while (str_split(&rest, ';', &one)) {
        one = catalogue_sentence(words, a, str_c(a, str_trim(one)));
        buf_addf(&b, "%s%.*s", b.len ? "; " : "", STR_ARG(one));
    }
    return buf_str(&b);
}

str page_reasons(struct page *p, const char *text)
{
    return words_reasons(p->out.words, p->a, text);
}

const struct words_of_verb words_of_verbs[] = {
    {"init", N_("the node was set up")},
    {"import", N_("records were taken in from a file")},
    {"look", N_("a person's record was looked at")},
    {"search", N_("a search for a person")},
    {"erase", N_("a person's data was erased")},
    {"index", N_("the answers for partners were built anew")},
    {"pair", N_("a partner was connected")},
    {"ask", N_("partners were asked about a person")},
    {"ask-result", N_("the answer to a question was read")},
    {"answer", N_("a partner's question was answered")},
    {"export", N_("data was exported")},
    {"send", N_("a letter was sent")},
    {"notify", N_("the node wrote to a partner")},
    {"receive", N_("a letter came in")},
    {"receipt", N_("a receipt came in")},
    {"read", N_("a letter was read")},
    {"forward", N_("data of a partner was passed on")},
    {"grant", N_("a partner was allowed to use data")},
    {"withdraw", N_("a permission was taken back")},
    {"expire", N_("a permission ran out")},
    {"partner", N_("something about a partner was changed")},
    {"keys", N_("the node's keys were changed")},
    {"witness", N_("the log was confirmed by a witness")},
    {"recover", N_("the node was recovered")},
    {"sign-in", N_("a member signed in")},
    {"sign-in-failed", N_("somebody failed to sign in")},
    {"sign-out", N_("a member signed out")},
    {"enrol", N_("a member changed how she signs in")},
    {"member", N_("something about a member was changed")},
    {"check", N_("the whole log was checked")},
    {"files", N_("a member saw the list of her cases")},
    {"file-new", N_("a case was opened")},
    {"file-look", N_("a case was looked at")},
    {"file-write", N_("a case was written in")},
    {"file-state", N_("a case was closed or opened again")},
    {"file-team", N_("the team of a case was changed")},
    {"draft", N_("a draft was kept")},
    {"prove", N_("a member proved again who she is")},
    {"agree", N_("a second person agreed")},
    {"refuse", N_("a second person refused")},
    {"retract", N_("a request for a second person was taken back")},
    {"approvals", N_("what waits for a second person was looked at")},
    {"fetch", N_("an export or a code that was agreed to was taken")},
    {"roles", N_("a role was given or taken away")},
    {"code", N_("a new code to join with was made for a member")},
    {"override", N_("something was done without consent, for a stated reason")},
    {"glass", N_("a case was opened in an emergency")},
    {"review", N_("an opening in an emergency was reviewed")},
    {"oversee", N_("who looked at what was looked at")},
    {"canary", N_("a decoy record was set or removed")},
    {"decoy", N_("a decoy was made")},
    {"settings", N_("the settings of the agency were changed")},
    {"screening", N_("what was seen was written down")},
    {"decision", N_("a decision on a person was written down")},
    {"consent", N_("what a person agreed to was written down")},
    {"consent-end", N_("a person took her consent back")},
    {"share", N_("a partner was given data, as the person agreed")},
    {"allege", N_("an offence was laid to a person")},
    {"allegation-check", N_("it was looked whether she is presumed a victim")},
    {"rule", N_("a prosecutor decided on an offence")},
    {"release", N_("what was obtained for protection was released")},
    {"release-end", N_("a release was taken back")},
    {"bundle", N_("a bundle for a court was made")},
    {"bundle-seal", N_("the list of a bundle for a court was sealed")},
    {"proceed", N_("a charge, detention or removal was noted")},
    {"escalate", N_("an overdue decision was reported")},
    {"record", N_("an interview began to be recorded")},
    {"seal", N_("a recorded interview was sealed")},
    {"interview", N_("an interview was planned, or what is asked in it")},
    {"interview-again", N_("another interview of the same person was asked for")},
    {"windows", N_("windows for questions were listed")},
    {"question", N_("a question was filed for a partner's interview")},
    {"hall", N_("pressed something in a hall: a ticket, a counter, somebody served")},
    {"hall-set", N_("changed what is posted of a hall")},
    {"hall-override", N_("called somebody in a hall without a draw, by two persons")},
    {"hall-rule", N_("another rule for a hall, by two persons")},
    {"desk", N_("the records of a hall's day, or the keys of its draw, were put into the log")},
    {"interview-end", N_("what a held interview left open was ended, and who asked was told")},
    {"register", N_("partners were told how often a person was interviewed")},
    {"request", N_("a partner was asked for something")},
    {"requests", N_("requests to and from partners were listed")},
    {"request-look", N_("a request was read")},
    {"request-take", N_("a partner's request was taken up")},
    {"request-answer", N_("a partner's request was answered")},
    {"request-refuse", N_("a partner's request was refused")},
    {"request-withdraw", N_("a request was withdrawn")},
    {"referrals", N_("referrals to and from partners were listed")},
    {"referral-look", N_("a referral was read")},
    {"referral-accept", N_("a person whom a partner referred was accepted")},
    {"referral-refuse", N_("a person whom a partner referred was refused")},
    {"referral-follow", N_("what became of a referral was written down")},
    {"referral-recall", N_("what came with a referral was taken back")},
    {"examine", N_("it was checked whether a received statement proves itself")},
    {"statement-place", N_("a received statement was put to a case")},
    {"hear", N_("a received statement was heard")},
    {"statement", N_("the digest of a sealed interview was written down")},
    {"listen", N_("a recording was listened to")},
    {"rota", N_("a rota was written, frozen or changed")},
    {"rota-look", N_("a rota was read")},
    {"shifts", N_("an officer's own shifts were read")},
    {"swap", N_("a swap of shifts was asked for, agreed to or refused")},
    {"rota-draw", N_("a rota, who stands in, or counters were drawn")},
    {"watch-keep", N_("draws of the desk were kept")},
    {"watch-look", N_("it was looked whom the draws do not explain")},
    {"watch-open", N_("who is behind numbers of the watch was opened")},
    {"watch-link", N_("whom travellers are linked with was written down, changed or ended")},
    {"watch-order", N_("it was ordered that the node takes its days into the watch")},
    {"watch-end", N_("names of the watch were erased by their date")},
    {0},
};

static const struct words_of_verb letter_kinds[] = {
    {"request", N_("request")}, {"answer", N_("answer")}, {"referral", N_("referral")}, {"statement", N_("statement")}, {"notice", N_("notice")},
    {"attachment", N_("attachment")}, {"grant", N_("permission to use data")}, {"recall", N_("data is asked back")},
    {"recalled", N_("data that was asked back is gone")}, {"keys", N_("new keys")}, {"void", N_("a letter will not come")}, {0},
};

static const struct words_of_verb kinds_of_agencies[] = {
    {"police", N_("police")}, {"prosecutor", N_("public prosecutor")}, {"court", N_("court")}, {"immigration", N_("immigration authority")},
    {"border", N_("border guard")}, {"labour", N_("labour inspection")}, {"shelter", N_("shelter")}, {"ngo", N_("non-governmental organisation")},
    {"health", N_("health service")}, {"social-services", N_("social services")}, {"embassy", N_("embassy")},
    {"international", N_("international organisation")}, {"oversight", N_("oversight body")}, {0},
};

static str of_table(struct page *p, const struct words_of_verb *table, str code)
{
    for (const struct words_of_verb *w = table; w->verb; w++)
        if (str_eq(code, str_from(w->verb)))
            return page_words(p, w->words);
    return code;
}

str page_letter_kind(struct page *p, str kind)
{
    return of_table(p, letter_kinds, kind);
}

str page_agency_kind(struct page *p, str kind)
{
    return of_table(p, kinds_of_agencies, kind);
}

str page_country(struct page *p, str code)
{
    return text_country_name(p->a, p->layout.language, code);
}

str page_verb(struct page *p, str verb)
{
    if (str_ends(verb, STR(".refused")))
        return str_printf(p->a, "%.*s (%.*s)", STR_ARG(page_verb(p, str_slice(verb, 0, verb.len - 8))), STR_ARG(page_words(p, N_("refused"))));
    if (str_ends(verb, STR(".asked")))
        return str_printf(p->a, "%.*s (%.*s)", STR_ARG(page_verb(p, str_slice(verb, 0, verb.len - 6))), STR_ARG(page_words(p, N_("only asked"))));
    return of_table(p, words_of_verbs, verb);
}

str page_purpose(struct page *p, str code)
{
    const struct access_purpose *purpose = access_purpose(code);
    return purpose ? page_words(p, purpose->words) : code;
}
