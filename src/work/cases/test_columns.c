/* columns: headers in many languages, HTCDS with its differing names, and the errors that name line and column. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "work/cases/columns.h"

#define TODAY {2026, 11, 23}

static size_t cut(str line, str out[], size_t max)
{
    size_t n = 0;
    while (n < max && str_split(&line, '|', &out[n]))
        n++;
    return n;
}

static struct columns *open_header(const char *header, const char *spec, enum columns_format format, bool lenient, struct err *err)
{
    str cells[32];
    struct columns *c = NULL;
    size_t n = cut(str_from(header), cells, 32);
    int result = columns_open(&(struct columns_options){.format = format, .spec = spec, .today = TODAY, .lenient = lenient}, cells, n, &c, err);
    assert_true((result == 0) == (c != NULL));
    return c;
}

/* All that an identity holds, as one line. */
static str show(struct arena *a, const struct identity *who)
{
    struct buf b = buf_new(a);
    char date[DATE_TEXT_MAX];
    for (size_t i = 0; i < who->n_names; i++)
        buf_addf(&b, "<%.*s/%.*s/%.*s>", STR_ARG(who->names[i].given), STR_ARG(who->names[i].family), STR_ARG(who->names[i].full));
    date_format(date, who->born);
    buf_addf(&b, " %s", date);
    for (size_t i = 0; i < who->n_documents; i++)
        buf_addf(&b, " D%.*s:%.*s", STR_ARG(who->documents[i].number), STR_ARG(who->documents[i].country));
    for (size_t i = 0; i < who->n_phones; i++)
        buf_addf(&b, " P%.*s", STR_ARG(who->phones[i]));
    for (size_t i = 0; i < who->n_places; i++)
        buf_addf(&b, " L%.*s", STR_ARG(who->places[i]));
    if (who->sex)
        buf_addf(&b, " S%c", who->sex);
    if (who->source_id.len)
        buf_addf(&b, " #%.*s", STR_ARG(who->source_id));
    return buf_str(&b);
}

static const struct {
    const char *header, *spec, *row, *out; /* out begins with "line": refused with that text */
    bool lenient;
} table[] = {
    {"rec_id|given_name|surname|street_number|suburb|postcode|state|date_of_birth|soc_sec_id", NULL,
     "rec-1-org|mia|waller|6|st james|4011|wa|19081209|6988048", "<mia/waller/> 1908-12-09 D6988048: Lst james #rec-1-org"},
    {"prs_FirstName|prs_MiddleName|prs_SecondName|prs_Birthdate|prs_Gender|prs_IdentityNumber|prs_HomePhone|prs_MobilePhone|prs_MailingCity|prs_Citizenship",
     NULL, "Dara|Vuth|Sok|1990-03-05|Feminine|N 01|+85512345678|012 345 678|Takeo|KHM;THA",
     "<Dara Vuth/Sok/> 1990-03-05 DN 01:KH P+85512345678 P012 345 678 LTakeo Sf"},
    {"prs_First_Name|prs_Second_Name|prs_Gender", NULL, "Dara|Sok|NonSpecifiedUnknown", "<Dara/Sok/> "},
    {"prs_FirstName|prs_LastName|prs_Gender__c|PRS_BIRTHDATE", NULL, "Dara|Sok|Masculine|5/3/1990", "<Dara/Sok/> 1990-03-05 Sm"},
    {"First Name|Second Name|Birthdate|Home Phone", NULL, "Dara|Sok||023 111 222; 012/999888", "<Dara/Sok/>  P023 111 222 P999888"},
    {"Prénom|NOM|Date de naissance|Sexe", NULL, "Marie|Dupont|1er mai 1990|Femme", "<Marie/Dupont/> 1990-05-01 Sf"},
    {"Vorname|Nachname|Geburtsdatum|Geschlecht", NULL, "Jörg|Groß|5.3.1990|männlich", "<Jörg/Groß/> 1990-03-05 Sm"},
    {"Họ và tên|Ngày sinh|Giới tính|Số hộ chiếu", NULL, "Nguyễn Văn An|05/03/1990|Nữ|C1234567", "<//Nguyễn Văn An> 1990-03-05 DC1234567: Sf"},
    {"ชื่อ|นามสกุล|วันเดือนปีเกิด|เพศ|เลขประจำตัวประชาชน", NULL, "สมชาย|ใจดี|5 มี.ค. 2533|ชาย|1-2345-67890-12-3",
     "<สมชาย/ใจดี/> 1990-03-05 D1-2345-67890-12-3: Sm"},
    {"ឈ្មោះ|ថ្ងៃខែឆ្នាំកំណើត|ភេទ", NULL, "សុខ ដារ៉ា|០៥/០៣/១៩៩០|ស្រី", "<//សុខ ដារ៉ា> 1990-03-05 Sf"},
    {"Фамилия|Имя|Отчество|Дата рождения|Пол", NULL, "Иванов|Сергей|Петрович|05.03.1990|М", "<Сергей Петрович/Иванов/> 1990-03-05 Sm"},
    {"姓名|出生日期|性别|护照号码", NULL, "王小明|1990年3月5日|男|E12345678", "<//王小明> 1990-03-05 DE12345678: Sm"},
    {"first name|last name|ชื่อ|นามสกุล", NULL, "Somchai|Jaidee|สมชาย|ใจดี", "<Somchai/Jaidee/><สมชาย/ใจดี/> "},
    {"first name|last name|ชื่อ|นามสกุล", NULL, "Somchai|Jaidee|-|", "<Somchai/Jaidee/> "},
    {"name|dob", NULL, "Sok, Dara|about 25", "line 17, column 'dob' (2): a guess is no date: write the year alone if it is sure, else leave the cell empty"},
    {"name|dob", NULL, "Sok, Dara|19729518", "<Dara/Sok/> 1972", true},
    {"name|dob", NULL, "John Smith, Jr|1972", "<//John Smith, Jr> 1972"},
    {"name|dob", NULL, "Sok Dara|1972|", "<//Sok Dara> 1972"},
    {"name|dob", NULL, "Sok Dara|1972|x", "line 17: the row has 3 cells, the header 2: put cells that hold a delimiter in quotes"},
    {"name|dob|phone", NULL, "Sok Dara", "<//Sok Dara> "},
    {"name|phone", NULL, "Sok Dara|8.5512E+10", "line 17, column 'phone' (2): a spreadsheet turned the phone into a rounded number: format the column as text and export it again"},
    {"name|sex", NULL, "Sok Dara|zz", "line 17, column 'sex' (2): the sex cannot be read: write f, m or x, or leave it empty"},
    {"name|sex", NULL, "Sok Dara|zz", "<//Sok Dara> ", true},
    {"name|dob", NULL, "unknown|1990", "line 17: no name, no document and no phone: nobody could be found by this row"},
    {"name|passport", NULL, "N/A|N1; N2 ;none", "  DN1: DN2:"} /* no name, two documents */,
    {"A|B|C", "family=A, given=#2,born=c", "Sok|Dara|1990", "<Dara/Sok/> 1990"},
    {"name|first name", "given=First Name", "ignored|Dara", "<Dara//> "},
    {"name|phone", NULL, "Sok\nDara\x1b[2J|012345678\n087654321", "<//Sok Dara [2J>  P012345678 P087654321"},
    {"name", NULL, "Jose\xcc\x81", "<//José> "},
};

static void test_rows(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct err err = {0};
        struct columns *c = open_header(table[i].header, table[i].spec, COLUMNS_AUTO, table[i].lenient, &err);
        if (!c)
            fail_msg("%s: %s", table[i].header, err.text);
        str cells[32];
        size_t n = cut(str_from(table[i].row), cells, 32);
        struct identity who;
        columns_look(c, cells, n);
        int result = columns_identity(c, a, 17, cells, n, &who, &err);
        assert_string_equal(result < 0 ? err.text : show(a, &who).p, table[i].out);
        columns_close(c);
    }
    arena_free(a);
}

static void test_wrong_maps(void **state)
{
    (void)state;
    static const struct {
        const char *header, *spec;
        enum columns_format format;
        int code;
        const char *text;
    } wrong[] = {
        {"a|b", NULL, COLUMNS_AUTO, ERR_INPUT, "line 1: no column of names"},
        {"Sok Dara|1990-03-05", NULL, COLUMNS_AUTO, ERR_INPUT, "line 1: no column of names"},
        {"name|b", NULL, COLUMNS_HTCDS, ERR_INPUT, "line 1: no column of names"},
        {"name|b", NULL, COLUMNS_SPEC, ERR_USAGE, "--format columns needs"},
        {"name|b", "given=x", COLUMNS_AUTO, ERR_INPUT, "--columns: no column is called 'x'; the file has 'name', 'b'"},
        {"name|b", "given=#3", COLUMNS_AUTO, ERR_INPUT, "--columns: no column is called '#3'"},
        {"name|b", "height=b", COLUMNS_AUTO, ERR_USAGE, "--columns: 'height' is no field"},
        {"name|b", "given", COLUMNS_AUTO, ERR_USAGE, "--columns: write it as"},
        {"name|b", "given=b,family=b", COLUMNS_AUTO, ERR_USAGE, "--columns: the column 'b' is given to two fields"},
        {"name|b", "born=b", COLUMNS_AUTO, ERR_INPUT, "line 1: no column of names"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct err err = {0};
        assert_null(open_header(wrong[i].header, wrong[i].spec, wrong[i].format, false, &err));
        assert_int_equal(err.code, wrong[i].code);
        if (!str_starts(str_from(err.text), str_from(wrong[i].text)))
            fail_msg("%s", err.text);
        assert_null(strstr(err.text, "Dara")); /* a file without a header: the person in its first row is not shown */
    }
}

static void test_order_of_the_column(void **state)
{
    (void)state;
    struct err err;
    struct arena *a = arena_new();
    struct columns *c = open_header("name|dob", NULL, COLUMNS_AUTO, false, &err);
    const str ambiguous[] = {STR("A"), STR("03/05/1990")}, telling[] = {STR("B"), STR("12/25/1990")};
    struct identity who;
    size_t column;
    columns_look(c, ambiguous, 2);
    assert_true(columns_undecided(c, &column) && column == 1);
    columns_look(c, telling, 2);
    assert_false(columns_undecided(c, &column));
    assert_int_equal(columns_identity(c, a, 2, ambiguous, 2, &who, &err), 0);
    assert_true(date_eq(who.born, (struct date){1990, 3, 5}));
    columns_close(c);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_wrong_maps),
        cmocka_unit_test(test_order_of_the_column),
    };
    return cmocka_run_group_tests_name("columns", tests, NULL, NULL);
}
