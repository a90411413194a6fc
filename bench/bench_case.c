/* bench_case: cases as a shelter has them, for the benches of the pages.
 *
 *     bench_case DIR LOGIN [N]        opens N (default 1) cases for the member and prints their addresses' ids, one a line
 *
 * Each has a person with 20 fields, 10 notes, 5 events, 4 tasks and 2 attachments. Nobody in them exists.
 */
#include <stdio.h>
#include <string.h>

#include "trust/people/member.h"
#include "work/cases/casefile.h"

#define NOTES 10
#define EVENTS 5
#define TASKS 4
#define ATTACHMENTS 2
#define CHANGES (2 + NOTES + EVENTS + TASKS + ATTACHMENTS)
#define DAY_MS (INT64_C(24) * 3600 * 1000)

struct said { const char *field, *text; };

static const struct said of_person[] = {
    {"prs_FirstName", "Sopheap"}, {"prs_SecondName", "Chan"}, {"cmt_NameInScript", "ចាន់ សុភាព"}, {"prs_Birthdate", "1999-04"},
    {"prs_Gender", "Feminine"}, {"prs_MaritalStatus", "Single"}, {"prs_NumberOfChildren", "1"}, {"prs_PrimaryLanguage", "km"},
    {"prs_SecondaryLanguage", "th"}, {"prs_Citizenship", "KH"}, {"prs_IdentityNumber", "N00417225"}, {"prs_MobilePhone", "+855 12 004 172"},
    {"prs_MailingCity", "Poipet"}, {"prs_MailingCountry", "KH"}, {"cmt_PartInFile", "Client"}, {"cmt_Interpreter", "yes"},
    {"vic_TraffickingStatus", "PossibleVictimOfTrafficking"}, {"vic_AgeWhenTrafficked", "23"}, {"vic_LocationOfRecruitment", "Battambang"},
    {"cmt_SafeContact", "Only in the morning, and say that the clinic calls. Her aunt may answer; nobody else in the house."},
};

static const char *const notes[] = {
    "She arrived at noon with one bag and no papers. She had not slept for two nights and asked first of all whether the door can be locked.",
    "Her passport is with the employer, she says, since the second day. She signed a paper in a language that she does not read.",
    "Telephone call with her aunt in Battambang. The aunt has sent money twice to the man who arranged the journey; she has the receipts.",
    "She asks for her brother, who went with the same man in March. She has heard nothing of him since the end of the rainy season.",
    "The doctor came. Nothing is broken. She is to come again in ten days; the paper of the clinic is attached.",
};
static const char *const events[] = {
    "A man whom she met on the market offered work in a kitchen, with a room and the journey paid. She was to pay it back within three months.",
    "By night in a closed lorry with some fifteen others, over a field road north of the bridge. Nobody asked for papers.",
    "Sixteen hours a day packing parcels; the door of the sleeping room was locked from outside. Each mistake was added to what she owed.",
};
static const char *const kinds_of_note[] = {"Note", "Conversation", "Telephone", "Visit", "Note"};
static const char *const kinds_of_event[] = {"Recruitment", "Transit", "Exploitation"};
static const char *const tasks[] = {"find a bed until the end of the month", "ask the clinic for the second paper", "call the aunt in the morning",
                                    "appointment with the labour inspector"};

static int quit(const char *text)
{
    fprintf(stderr, "bench_case: %s\n", text);
    return 1;
}

static struct casefile_change about_her(enum field_unit unit)
{
    return (struct casefile_change){.record = {.unit = unit}, .about_index = 2};
}

/* Fills the changes of one case. */
static void write_case(struct arena *a, struct casefile_change c[static CHANGES], int64_t nth, int64_t now_ms)
{
    size_t n = 0;
    c[n] = (struct casefile_change){.record = {.unit = FIELD_OF_FILE}};
    record_add(a, &c[n].record, "cmt_Title", str_printf(a, "at the border, %lld", (long long)nth));
    record_add(a, &c[n++].record, "cmt_Facts", STR("Her passport is with the employer. She owes money for the journey. The door was locked at night."));
    c[n] = (struct casefile_change){.record = {.unit = FIELD_OF_PERSON}};
    for (size_t i = 0; i < sizeof of_person / sizeof of_person[0]; i++)
        record_add(a, &c[n].record, of_person[i].field, str_from(of_person[i].text));
    n++;
    for (size_t i = 0; i < NOTES; i++, n++) {
        c[n] = about_her(FIELD_OF_NOTE);
        record_add(a, &c[n].record, "cmt_NoteKind", str_from(kinds_of_note[i % 5]));
        record_add(a, &c[n].record, "cmt_NoteText", str_from(notes[i % 5]));
    }
    for (size_t i = 0; i < EVENTS; i++, n++) {
        c[n] = about_her(FIELD_OF_EVENT);
        record_add(a, &c[n].record, "hte_Type", str_from(kinds_of_event[i % 3]));
        record_add(a, &c[n].record, "hte_Date", str_printf(a, "2026-0%zu", 1 + i));
        record_add(a, &c[n].record, "hte_City", STR("Poipet"));
        record_add(a, &c[n].record, "hte_Country", STR("KH"));
        record_add(a, &c[n].record, "hte_Description", str_from(events[i % 3]));
    }
    for (size_t i = 0; i < TASKS; i++, n++) {
        c[n] = about_her(FIELD_OF_TASK);
        c[n].record.due_ms = now_ms + ((int64_t)i - 1) * 3 * DAY_MS;
        record_add(a, &c[n].record, "cmt_TaskWhat", str_from(tasks[i % 4]));
    }
    for (size_t i = 0; i < ATTACHMENTS; i++, n++) {
        c[n] = about_her(FIELD_OF_ATTACHMENT);
        c[n].attached = str_bytes(STR("%PDF-1.7 a paper of the clinic"));
        record_add(a, &c[n].record, "cmt_AttachmentWhat", STR("paper of the clinic"));
        record_add(a, &c[n].record, "cmt_AttachmentName", str_printf(a, "clinic-%zu.pdf", i + 1));
        record_add(a, &c[n].record, "cmt_AttachmentType", STR("application/pdf"));
    }
}

static int open_cases(struct node *node, const struct names *names, const char *login, int64_t n, struct err *err)
{
    struct arena *a = arena_new(), *one = arena_new();
    struct member m;
    struct casefile_change changes[CHANGES];
    int r = member_by_login(node, str_from(login), a, &m, err);
    for (int64_t i = 0; r == 0 && i < n; i++) {
        uint8_t file[ID_LEN];
        struct actor actor = member_actor(a, m.id);
        struct casework w = {.node = node, .names = names, .actor = &actor, .purpose = STR("casework"), .now_ms = clock_now_ms()};
        write_case(one, changes, i, w.now_ms);
        r = casefile_new(&w, one, changes, CHANGES, file, err);
        if (r == 0)
            printf("%s\n", hex_encode(one, (bytes){file, ID_LEN}).p);
        arena_reset(one);
    }
    arena_free(one);
    arena_free(a);
    return r;
}

int main(int argc, char **argv)
{
    static const struct db_schema *const rooms[] = {&people_schema, &cases_schema, NULL};
    struct err err = {0};
    struct node *node;
    struct names *names;
    int64_t n = 1;
    if (argc < 3 || (argc > 3 && !str_to_int(str_from(argv[3]), 1, 1000000, &n)))
        return quit("DIR LOGIN [N]");
    if (crypto_open(&err) < 0 || names_open(&names, &err) < 0 || node_open(argv[1], rooms, &node, &err) < 0)
        return quit(err.text);
    int r = open_cases(node, names, argv[2], n, &err);
    node_close(node);
    names_close(names);
    return r < 0 ? quit(err.text) : 0;
}
