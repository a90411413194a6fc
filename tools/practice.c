/* practice: writes lists of invented persons, for ./dev run, tests and benches.
 *
 *     practice --out FOLDER [--seed N]      two agencies' lists that overlap: lotus-house.csv (HTCDS columns), border-unit.csv
 *                                           (one column with the whole name), truth.csv (who is the same person) and question.sh
 *     practice --persons N [--seed N]       N persons as CSV on standard output
 *
 * The same seed gives the same bytes. Nobody here exists: names are chance combinations of common name parts, and dates,
 * documents and phones are random numbers. A person both agencies know is written as two agencies would write her: other script,
 * other spelling, other order, a Buddhist-era year, only a year, day and month exchanged, a slip of the pen.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One part of a name: as the home country writes it, as most others do, and as some do. */
struct part {
    const char *home, *latin, *variant;
};

struct culture {
    const char *code; /* for documents and phones */
    const char *dial;
    const struct part *families;
    int n_families;
    const struct part *middles; /* may be NULL */
    int n_middles;
    const struct part *givens;
    int n_givens;
    bool family_first;
};

#define PARTS(array) (array), (int)(sizeof(array) / sizeof((array)[0]))

static const struct part khmer_families[] = {
    {"សុខ", "Sok", "Sokh"},   {"ចាន់", "Chan", "Chann"},   {"លី", "Ly", "Li"},       {"ជា", "Chea", "Jea"},     {"ហេង", "Heng", "Heang"},
    {"ម៉ៅ", "Mao", "Mav"},    {"ឈឹម", "Chhim", "Chim"},   {"នួន", "Nuon", "Noun"},   {"ទេព", "Tep", "Tepp"},    {"កែវ", "Keo", "Kaev"},
    {"ប៉ែន", "Pen", "Penn"},  {"យឹម", "Yim", "Yem"},      {"សេង", "Seng", "Saeng"},  {"អ៊ុក", "Ouk", "Uk"},     {"ពេជ្រ", "Pich", "Pech"},
};
static const struct part khmer_givens[] = {
    {"ដារ៉ា", "Dara", "Darra"},        {"សុភា", "Sophea", "Sophear"},    {"វណ្ណា", "Vanna", "Wanna"},       {"ពិសិដ្ឋ", "Piseth", "Pisit"},
    {"រតនា", "Ratana", "Rattana"},     {"បុប្ផា", "Bopha", "Bupha"},     {"សុវណ្ណ", "Sovann", "Sovan"},     {"ចិន្តា", "Chenda", "Chinda"},
    {"ម៉ាលី", "Maly", "Mali"},         {"ធីតា", "Thida", "Tida"},        {"វិចិត្រ", "Vichet", "Vichit"},   {"សំណាង", "Samnang", "Somnang"},
    {"រស្មី", "Reaksmey", "Rasmey"},   {"កល្យាណ", "Kalyan", "Kallyan"},  {"វាសនា", "Veasna", "Vasna"},      {"ណារី", "Nary", "Nari"},
    {"សុជាតា", "Socheata", "Socheata"}, {"មករា", "Makara", "Makra"},     {"វុទ្ធី", "Vuthy", "Vuthi"},      {"ស្រីពៅ", "Sreypov", "Sreypeou"},
};
static const struct part thai_families[] = {
    {"ศรีสุข", "Srisuk", "Srisook"},         {"ทองดี", "Thongdee", "Tongdi"},   {"แก้วมณี", "Kaewmanee", "Kaeomani"}, {"บุญมา", "Bunma", "Boonma"},
    {"สุขใจ", "Sukjai", "Sookjai"},          {"พรหมมา", "Phromma", "Promma"},   {"ใจดี", "Chaidee", "Jaidee"},        {"สายทอง", "Saithong", "Saitong"},
    {"รุ่งเรือง", "Rungrueang", "Rungruang"}, {"มั่นคง", "Mankhong", "Mankong"}, {"วงศ์ใหญ่", "Wongyai", "Vongyai"},    {"จันทร์เพ็ญ", "Chanpen", "Janpen"},
};
static const struct part thai_givens[] = {
    {"สมชาย", "Somchai", "Somchay"},    {"สมศรี", "Somsri", "Somsee"},       {"สุภาพร", "Suphaphon", "Supaporn"}, {"วิชัย", "Wichai", "Vichai"},
    {"ประยุทธ์", "Prayut", "Prayuth"},   {"มาลี", "Mali", "Malee"},           {"กมล", "Kamon", "Kamol"},          {"นิภา", "Nipha", "Nipa"},
    {"ปราณี", "Prani", "Pranee"},       {"ชัยวัฒน์", "Chaiwat", "Chaiwatt"},  {"ศิริพร", "Siriphon", "Siriporn"},  {"สุรชัย", "Surachai", "Surachay"},
    {"พรทิพย์", "Phonthip", "Porntip"}, {"อนงค์", "Anong", "Anongk"},        {"ธนา", "Thana", "Tana"},           {"อรุณ", "Arun", "Aroon"},
};
static const struct part viet_families[] = {
    {"Nguyễn", "Nguyen", "Nguyen"}, {"Trần", "Tran", "Tran"}, {"Lê", "Le", "Le"},    {"Phạm", "Pham", "Pham"}, {"Hoàng", "Hoang", "Huynh"},
    {"Võ", "Vo", "Vu"},             {"Đặng", "Dang", "Dang"}, {"Bùi", "Bui", "Bui"}, {"Đỗ", "Do", "Do"},       {"Hồ", "Ho", "Ho"},
};
static const struct part viet_middles[] = {{"Thị", "Thi", ""}, {"Văn", "Van", ""}, {"Ngọc", "Ngoc", ""}, {"Minh", "Minh", ""}};
static const struct part viet_givens[] = {
    {"Lan", "Lan", "Lan"},          {"Hương", "Huong", "Huong"}, {"Thảo", "Thao", "Thao"},    {"Mai", "Mai", "Mai"},         {"Tuấn", "Tuan", "Tuan"},
    {"Dũng", "Dung", "Dzung"},      {"Phương", "Phuong", "Phuong"}, {"Hạnh", "Hanh", "Hanh"}, {"Quỳnh", "Quynh", "Quynh"},   {"Trang", "Trang", "Trang"},
    {"Đức", "Duc", "Duc"},          {"Hải", "Hai", "Hai"},       {"Linh", "Linh", "Linh"},    {"Khánh", "Khanh", "Khanh"},
};
static const struct part han_families[] = {
    {"陈", "Chen", "Chan"}, {"王", "Wang", "Wong"}, {"李", "Li", "Lee"}, {"张", "Zhang", "Cheung"}, {"林", "Lin", "Lam"},
    {"黄", "Huang", "Wong"}, {"吴", "Wu", "Ng"},    {"刘", "Liu", "Lau"}, {"周", "Zhou", "Chow"},    {"徐", "Xu", "Tsui"},
};
static const struct part han_givens[] = {
    {"丽华", "Lihua", "Li Hua"},   {"秀英", "Xiuying", "Hsiu-ying"}, {"伟", "Wei", "Wei"},            {"小红", "Xiaohong", "Hsiao-hung"},
    {"建国", "Jianguo", "Jian Guo"}, {"美玲", "Meiling", "Mei Ling"}, {"志强", "Zhiqiang", "Chih-chiang"}, {"晓明", "Xiaoming", "Xiao Ming"},
};
static const struct part russian_families[] = {
    {"Соколова", "Sokolova", "Sokolowa"}, {"Кузнецова", "Kuznetsova", "Kuznecova"}, {"Попова", "Popova", "Popowa"},
    {"Лебедева", "Lebedeva", "Lebedewa"}, {"Морозова", "Morozova", "Morosowa"},     {"Волкова", "Volkova", "Wolkowa"},
};
static const struct part russian_givens[] = {
    {"Анна", "Anna", "Ana"},             {"Ольга", "Olga", "Olha"},       {"Наталья", "Natalya", "Natalia"},
    {"Светлана", "Svetlana", "Swetlana"}, {"Екатерина", "Ekaterina", "Yekaterina"}, {"Юлия", "Yulia", "Julia"},
};
static const struct part filipino_families[] = {
    {"Santos", "Santos", "Santoz"}, {"Reyes", "Reyes", "Reyez"},       {"Cruz", "Cruz", "Dela Cruz"},      {"García", "Garcia", "Garsia"},
    {"Mendoza", "Mendoza", "Mendosa"}, {"Bautista", "Bautista", "Bautesta"}, {"Villanueva", "Villanueva", "Vilanueva"},
};
static const struct part filipino_givens[] = {
    {"María", "Maria", "Marya"}, {"José", "Jose", "Josè"},    {"Ana", "Ana", "Anna"}, {"Rosa", "Rosa", "Rossa"},
    {"Juan", "Juan", "Jaun"},    {"Teresa", "Teresa", "Tereza"}, {"Luz", "Luz", "Luse"},
};

static const struct culture cultures[] = {
    {"KH", "+855", PARTS(khmer_families), NULL, 0, PARTS(khmer_givens), true},
    {"TH", "+66", PARTS(thai_families), NULL, 0, PARTS(thai_givens), false},
    {"VN", "+84", PARTS(viet_families), PARTS(viet_middles), PARTS(viet_givens), true},
    {"CN", "+86", PARTS(han_families), NULL, 0, PARTS(han_givens), true},
    {"RU", "+7", PARTS(russian_families), NULL, 0, PARTS(russian_givens), false},
    {"PH", "+63", PARTS(filipino_families), NULL, 0, PARTS(filipino_givens), false},
};
static const int culture_weights[] = {38, 26, 16, 8, 4, 8}; /* of 100 */

/* --- chance ------------------------------------------------------------------------------------------------------ */

/* splitmix64 (Steele, Lea, Flood 2014): repeatable, for invented data only. */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static int below(uint64_t *state, int n)
{
    return (int)(next(state) % (uint64_t)n);
}

static bool chance(uint64_t *state, int percent)
{
    return below(state, 100) < percent;
}

/* Common values are common: of n, the first are drawn more often. */
static int skewed(uint64_t *state, int n)
{
    int a = below(state, n), b = below(state, n);
    return a < b ? a : b;
}

/* --- persons ----------------------------------------------------------------------------------------------------- */

#define TEXT 96

struct person {
    const struct culture *culture;
    const struct part *family, *middle, *given, *second; /* middle and second may be NULL */
    char coined[TEXT];                                   /* a family name of chance syllables, or empty */
    int year, month, day;
    char sex;
    char document[24], phone[24];
    const char *place;
};

static const char *const places[] = {"Battambang", "Poipet", "Siem Reap", "Phnom Penh", "Aranyaprathet", "Trat", "Bangkok", "Chiang Rai",
                                     "Mae Sot", "Svay Rieng", "Sihanoukville", "Udon Thani"};

static void coin_name(uint64_t *rng, char out[TEXT])
{
    static const char *const onsets[] = {"b", "ch", "d", "k", "kh", "l", "m", "n", "p", "ph", "r", "s", "t", "th", "v", "y", "h", "pr", "kr", "tr"};
    static const char *const rimes[] = {"a", "an", "ang", "e", "en", "i", "in", "o", "on", "ong", "ou", "un", "eak", "ith", "at", "or", "ea", "am"};
    int syllables = 2 + below(rng, 2);
    size_t used = 0;
    for (int i = 0; i < syllables; i++)
        used += (size_t)snprintf(out + used, TEXT - used, "%s%s", onsets[skewed(rng, 20)], rimes[skewed(rng, 18)]);
    out[0] = (char)(out[0] - 'a' + 'A');
}

/* many: so many persons are wanted that the tables alone would make everybody a namesake */
static struct person invent(uint64_t *rng, bool many)
{
    struct person p = {0};
    int draw = below(rng, 100), c = 0;
    while (draw >= culture_weights[c])
        draw -= culture_weights[c++];
    p.culture = &cultures[c];
    p.family = &p.culture->families[skewed(rng, p.culture->n_families)];
    p.given = &p.culture->givens[skewed(rng, p.culture->n_givens)];
    if (p.culture->n_middles && chance(rng, 80))
        p.middle = &p.culture->middles[skewed(rng, p.culture->n_middles)];
    if (many && chance(rng, 50)) {
        const struct part *second = &p.culture->givens[skewed(rng, p.culture->n_givens)];
        p.second = second == p.given ? NULL : second;
    }
    if (many && chance(rng, 70))
        coin_name(rng, p.coined);
    p.year = 1950 + below(rng, 60);
    p.month = 1 + below(rng, 12);
    p.day = 1 + below(rng, 28);
    p.sex = chance(rng, 65) ? 'F' : 'M';
    if (chance(rng, 45))
        snprintf(p.document, sizeof p.document, "%c%c%07d", 'A' + below(rng, 26), 'A' + below(rng, 26), below(rng, 10000000));
    if (chance(rng, 40))
        snprintf(p.phone, sizeof p.phone, "%s%08d", p.culture->dial, 10000000 + below(rng, 90000000));
    p.place = places[below(rng, (int)(sizeof places / sizeof places[0]))];
    return p;
}

enum writing { HOME, LATIN, VARIANT };

static const char *written(const struct part *part, enum writing how)
{
    return how == HOME ? part->home : how == VARIANT && part->variant[0] ? part->variant : part->latin;
}

static void given_names(const struct person *p, enum writing how, char out[TEXT])
{
    snprintf(out, TEXT, "%s%s%s%s%s", p->middle ? written(p->middle, how) : "", p->middle ? " " : "", written(p->given, how),
             p->second ? " " : "", p->second ? written(p->second, how) : "");
}

static const char *family_name(const struct person *p, enum writing how)
{
    return p->coined[0] ? p->coined : written(p->family, how);
}

/* The whole name in one column. */
static void whole_name(const struct person *p, enum writing how, bool family_first, char out[2 * TEXT])
{
    char given[TEXT];
    given_names(p, how, given);
    if (family_first)
        snprintf(out, 2 * TEXT, "%s %s", family_name(p, how), given);
    else
        snprintf(out, 2 * TEXT, "%s %s", given, family_name(p, how));
}

/* A slip of the pen in Latin text: two letters exchanged, or one dropped. Never the first. */
static void slip(uint64_t *rng, char *text)
{
    size_t len = strlen(text);
    if (len < 5)
        return;
    size_t at = 1 + (size_t)below(rng, (int)len - 3);
    if ((text[at] | text[at + 1]) & 0x80 || text[at] == ' ' || text[at + 1] == ' ')
        return;
    if (chance(rng, 50)) {
        char c = text[at];
        text[at] = text[at + 1];
        text[at + 1] = c;
    } else {
        memmove(text + at, text + at + 1, len - at);
    }
}

/* --- the two agencies -------------------------------------------------------------------------------------------- */

#define SHELTER_ONLY 1920
#define POLICE_ONLY 1920
#define SHARED 80

static FILE *create(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        exit(1);
    }
    return f;
}

static void shelter_row(FILE *f, uint64_t *rng, int id, const struct person *p, bool home)
{
    enum writing how = home || chance(rng, 60) ? HOME : LATIN;
    char given[TEXT];
    given_names(p, how, given);
    fprintf(f, "LH-%04d,%s,%s,%04d-%02d-%02d,%s,%s,%s,%s\n", id, given, family_name(p, how), p->year, p->month, p->day,
            p->sex == 'F' ? "Female" : "Male", p->document, p->phone, p->place);
}

/* As somebody at a border writes it: one line of Latin letters, often another order, a year of the Buddhist era. */
static void police_row(FILE *f, uint64_t *rng, int id, const struct person *p, bool careful)
{
    bool thai = strcmp(p->culture->code, "TH") == 0;
    char name[2 * TEXT];
    whole_name(p, careful ? LATIN : thai && chance(rng, 50) ? HOME : chance(rng, 50) ? VARIANT : LATIN, chance(rng, 50), name);
    if (!careful && chance(rng, 20))
        slip(rng, name);
    int year = p->year, month = p->month, day = p->day;
    if (!careful && chance(rng, 5) && day <= 12) {
        month = p->day;
        day = p->month;
    }
    fprintf(f, "BU-%04d,%s,", id, name);
    if (!careful && chance(rng, 8))
        fprintf(f, "%d,", year + 543);
    else
        fprintf(f, "%02d/%02d/%04d,", day, month, year + 543);
    fprintf(f, "%s,%s,%c,%s\n", chance(rng, 70) ? p->document : "", chance(rng, 70) ? p->phone : "", p->sex,
            chance(rng, 80) ? p->place : "");
}

static int two_agencies(const char *folder, uint64_t seed)
{
    uint64_t rng = seed;
    FILE *shelter = create(folder, "lotus-house.csv"), *police = create(folder, "border-unit.csv"), *truth = create(folder, "truth.csv"),
         *question = create(folder, "question.sh");
    fprintf(shelter, "prs_Id,prs_FirstName,prs_SecondName,prs_Birthdate,prs_Gender,prs_IdentityNumber,prs_MobilePhone,prs_MailingCity\n");
    fprintf(police, "no,name,born,passport,phone,sex,place\n");
    fprintf(truth, "lotus_house,border_unit\n");
    bool asked = false;
    for (int i = 0, s = 0, b = 0; i < SHELTER_ONLY + POLICE_ONLY + SHARED; i++) {
        struct person p = invent(&rng, false);
        bool shared = i % ((SHELTER_ONLY + POLICE_ONLY + SHARED) / SHARED) == 0;
        bool at_shelter = shared || i % 2, at_police = shared || !at_shelter;
        /* the first Khmer woman both know is the one ./dev run asks about */
        bool asked_about = shared && !asked && strcmp(p.culture->code, "KH") == 0 && p.sex == 'F';
        if (at_shelter)
            shelter_row(shelter, &rng, ++s, &p, asked_about);
        if (at_police)
            police_row(police, &rng, ++b, &p, asked_about);
        if (shared)
            fprintf(truth, "LH-%04d,BU-%04d\n", s, b);
        if (asked_about) {
            char name[2 * TEXT], theirs[2 * TEXT];
            whole_name(&p, VARIANT, false, name);
            whole_name(&p, HOME, true, theirs);
            fprintf(question, "question_name='%s'\nquestion_born='%04d-%02d-%02d'\nquestion_theirs='%s'\n", name, p.year, p.month, p.day,
                    theirs);
            asked = true;
        }
    }
    bool bad = ferror(shelter) || ferror(police) || ferror(truth) || ferror(question);
    bad |= fclose(shelter) != 0;
    bad |= fclose(police) != 0;
    bad |= fclose(truth) != 0;
    bad |= fclose(question) != 0;
    if (bad)
        fprintf(stderr, "practice: %s: the lists could not be written\n", folder);
    return bad;
}

static int persons(long n, uint64_t seed)
{
    uint64_t rng = seed;
    printf("id,given,family,born,document,phone,sex,place\n");
    for (long i = 0; i < n; i++) {
        struct person p = invent(&rng, true);
        char given[TEXT];
        enum writing how = chance(&rng, 20) ? HOME : chance(&rng, 20) ? VARIANT : LATIN;
        given_names(&p, how, given);
        printf("%ld,%s,%s,%04d-%02d-%02d,%s,%s,%c,%s\n", i + 1, given, family_name(&p, how), p.year, p.month, p.day, p.document, p.phone,
               p.sex, p.place);
    }
    return ferror(stdout) || fflush(stdout) ? 1 : 0;
}

int main(int argc, char **argv)
{
    const char *folder = NULL;
    long n = 0;
    uint64_t seed = 2014;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--out") == 0)
            folder = argv[i + 1];
        else if (strcmp(argv[i], "--persons") == 0)
            n = strtol(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--seed") == 0)
            seed = strtoull(argv[i + 1], NULL, 10);
    }
    if (argc % 2 == 0 || (!folder && n <= 0)) {
        fprintf(stderr, "usage: practice --out FOLDER [--seed N]\n       practice --persons N [--seed N]\n");
        return 2;
    }
    return folder ? two_agencies(folder, seed) : persons(n, seed);
}
