// Cells of lists that nobody types: markup, directions, formulas, SQL, a megabyte, in every column, as CSV and as a workbook. They come in as text or
// are refused with their line; no page runs them, and what goes out again has no formula.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { after, before, test } from 'node:test';
import { join, linksOf, PLANTED, wrongs } from './door.mjs';
import { agency, comity, faults, newPage, stopAll } from './lib.mjs';

const VALUES = [
    `<script>globalThis.planted = 1; // ${PLANTED}</script>`, `"><img src=x onerror=globalThis.planted=1 alt=${PLANTED}>`, `'"><svg/onload=globalThis.planted=1>${PLANTED}`, `{{7*7}}zq \${7*7}zq ${PLANTED}`,
    `\u202e${PLANTED}gnp.exe`, `\u2066${PLANTED}\u2069`, `=cmd|'/c calc'!A1 ${PLANTED}`, `=HYPERLINK("http://example.invalid";"${PLANTED}")`, `@SUM(1+1) ${PLANTED}`, '+1+1', '-2+3', `\t=1+1 ${PLANTED}`,
    `' OR 1=1 -- ${PLANTED}`, `'); drop table record; -- ${PLANTED}`, `../../etc/passwd ${PLANTED}`, `javascript:globalThis.planted=1//${PLANTED}`, `&lt;b&gt;&#60;b ${PLANTED}`,
];
// Free words, and what else a case is made of.
const FREE = ['cmt_Title', 'cmt_Facts', 'prs_FirstName', 'prs_SecondName', 'cmt_NameInScript', 'prs_MobilePhone', 'cmt_SafeContact', 'cmt_Employer', 'cmt_Recruiter', 'hte_City', 'hte_Description',
    'cmt_NoteText', 'per_RoleDetails'];
const COLUMNS = ['cmt_File', 'cas_Status', ...FREE, 'hte_Type', 'hte_Country', 'cmt_NoteKind', 'per_RoleInProcess', 'prs_Birthdate'];
const PLAIN = { cas_Status: 'Active', hte_Type: 'Exploitation', hte_Country: 'KH', cmt_NoteKind: 'SafetyAlert', per_RoleInProcess: 'RecruiterOrIntermediary', prs_FirstName: 'Practice', cmt_Title: 'practice' };

let house, dara, scratch, rows;
before(async () => {
    scratch = mkdtempSync(path(tmpdir(), 'comity-lists-'));
    house = await agency('lists-house', { members: [{ name: 'Practice Dara', login: 'dara', roles: 'caseworker' }] });
    dara = await join(house, 'dara');
    const row = (values, n) => COLUMNS.map(column => (column === 'cmt_File' ? `F${n}` : values[column] ?? PLAIN[column] ?? ''));
    const everywhere = VALUES.map(value => Object.fromEntries(FREE.map(column => [column, value])));
    const alone = VALUES.flatMap(value => COLUMNS.slice(1).map(column => ({ [column]: value })));
    rows = born => [COLUMNS, ...[...everywhere, ...alone].map(values => ({ prs_Birthdate: born, ...values })).map(row)];
});
after(async () => {
    await stopAll();
    rmSync(scratch, { recursive: true, force: true });
});

const csv = table => table.map(row => row.map(cell => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n') + '\n';

// A workbook of inline texts; a cell that begins with = is a formula with a value besides, as a spreadsheet writes one.
const BOOK = `
import json, sys, zipfile
from xml.sax.saxutils import escape
rows, out = json.load(open(sys.argv[1])), zipfile.ZipFile(sys.argv[2], "w", zipfile.ZIP_DEFLATED)
head = '<?xml version="1.0" encoding="UTF-8"?>'
main, rel, pack = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://schemas.openxmlformats.org/package/2006"
name = lambda i: chr(65 + i) if i < 26 else "A" + chr(39 + i)
def cell(i, n, text):
    if text.startswith("="):
        return f'<c r="{name(i)}{n}" t="str"><f>{escape(text[1:])}</f><v>{escape(text)}</v></c>'
    return f'<c r="{name(i)}{n}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
out.writestr("[Content_Types].xml", head + f'<Types xmlns="{pack}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>')
out.writestr("_rels/.rels", head + f'<Relationships xmlns="{pack}/relationships"><Relationship Id="rId1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
out.writestr("xl/workbook.xml", head + f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>')
out.writestr("xl/_rels/workbook.xml.rels", head + f'<Relationships xmlns="{pack}/relationships"><Relationship Id="rId1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
data = "".join(f'<row r="{n}">' + "".join(cell(i, n, text) for i, text in enumerate(row) if text) + "</row>" for n, row in enumerate(rows, 1))
out.writestr("xl/worksheets/sheet1.xml", head + f'<worksheet xmlns="{main}"><sheetData>{data}</sheetData></worksheet>')
out.close()
`;
function book(table) {
    const [from, to] = ['rows.json', 'rows.xlsx'].map(name => path(scratch, name));
    writeFileSync(from, JSON.stringify(table));
    execFileSync('python3', ['-c', BOOK, from, to]);
    return readFileSync(to);
}

// Sends a list, waits until it is checked, starts it, waits until it is in. Gives what the page said before and after.
async function bring(name, content, kind = 'files') {
    const sent = await dara.upload('/import', [['kind', kind], ['encoding', '']], { name, content });
    assert.equal(sent.status, 303, `${name}: ${sent.status}`);
    const target = sent.headers.location, until = async is => {
        for (let tries = 0; tries < 600; tries++) {
            const answer = await dara.get(target);
            if (is(answer.body)) return answer.body;
            await new Promise(resolve => setTimeout(resolve, 100));
        }
        return assert.fail(`${name}: ${(await dara.get(target)).body.slice(0, 3000)}`);
    };
    const checked = await until(body => !/Is being checked|Waits to be checked/.test(body));
    assert.match(checked, /Checked, not imported/, name);
    await dara.post(`${target}/start`);
    const done = await until(body => !/Waits for its turn|Is being imported|Checked, not/.test(body));
    assert.match(done, /Imported/, name);
    return { target, checked, done };
}

function allWell() {
    assert.deepEqual([house.process.exitCode, house.process.signalCode], [null, null], 'the program runs');
    assert.doesNotMatch(house.log, new RegExp(PLANTED), 'nothing planted in the log');
    const found = [...new Set(wrongs.splice(0))];
    assert.deepEqual(found.slice(0, 20), [], `${found.length} answers are not as all answers are`);
}

const pages = []; // what shows an import
for (const [kind, born] of [['csv', '1990-01-01'], ['xlsx', '1990-01-02']]) // else a row of the second is one that is known already
    test(`as ${kind}: text, or refused with its line; a cell of a megabyte is refused alone`, async () => {
        const huge = [COLUMNS, COLUMNS.map(column => (column === 'cmt_Facts' ? PLANTED + 'x'.repeat(1 << 20) : PLAIN[column] ?? '')), COLUMNS.map(column => (column === 'prs_Birthdate' ? born : PLAIN[column] ?? ''))];
        const make = table => (kind === 'csv' ? csv(table) : book(table));
        const one = await bring(`cells.${kind}`, make(rows(born)));
        const opened = Number(/([\d,]+) cases were opened/.exec(one.done)[1].replace(',', ''));
        assert.ok(opened > VALUES.length * 10, `${opened} cases of ${rows(born).length} rows`);
        const two = await bring(`<img src=x onerror=globalThis.planted=1>.${kind}`, make(huge));
        assert.match(two.checked, /line 2|cell D2/, 'which row is too long');
        assert.match(two.done, /1 case was opened/, 'the other one came in');
        const three = await bring(`persons.${kind}`, make([['Name', 'DOB', 'Phone'], ...VALUES.map(value => [value, '1990-03-01', value]), ...VALUES.map(value => ['Sok Practice', value, ''])]), 'persons');
        assert.match(three.done, /persons were added/);
        pages.push(one.target, two.target, three.target);
        allWell();
    });

test('every case that came of it, and its parts, as text: in a browser nothing runs', async () => {
    const files = new Set();
    for (let next = '/files', turns = 0; next && turns < 100; turns++) {
        const links = linksOf((await dara.get(next)).body);
        for (const href of links.filter(href => /^\/files\/[0-9a-f]{32}$/.test(href)))
            files.add(href);
        next = links.find(href => /^\/files\?before=/.test(href));
    }
    assert.ok(files.size > VALUES.length * 20, `${files.size} cases`);
    let planted = 0;
    const open = [];
    for (const file of files) {
        const answer = await dara.get(file);
        assert.equal(answer.status, 200, file);
        planted += answer.body.includes(PLANTED);
        const times = answer.body.split(PLANTED).length - 1;
        if (times > 5) // one that has it everywhere
            open.push(file, `${file}/print`, `${file}/links`, `${file}/timeline`, ...linksOf(answer.body).filter(href => href.startsWith(`${file}/records/`)).slice(0, 1));
        if (times > 5)
            for (const part of ['print', 'links', 'timeline', 'elements'])
                assert.equal((await dara.get(`${file}/${part}`)).status, 200, part);
    }
    assert.ok(planted > VALUES.length * 16, `${planted} cases show what was planted`);
    for (const words of [PLANTED, ...VALUES.slice(0, 3), "' OR 1=1 --"])
        open.push(await dara.find(words));
    const page = await newPage(house);
    const [name, value] = dara.cookie.split('=');
    await page.context().addCookies([{ name, value, url: house.url }]);
    for (const target of [...pages, '/files', '/import', ...open]) {
        await page.goto(target);
        assert.equal(await page.evaluate(() => globalThis.planted), undefined, target);
        assert.equal(await page.locator('main img[src=x], main svg[onload], main script:not([src^="/a/"]), main a[href^="javascript:"], main a[href*="example.invalid"]').count(), 0, target);
    }
    faults(page);
    assert.ok(open.length > 20, `${open.length} pages`);
    allWell();
});

const CELLS = `
import csv, re, sys, zipfile
path, kind = sys.argv[1:]
formula = re.compile(r"[=+@\\t\\r]|-(?!\\d+(\\.\\d+)?$)")
if kind.endswith("csv"):
    rows = list(csv.reader(open(path, encoding="utf-8-sig", newline="")))
    bad = [cell for row in rows for cell in row if formula.match(cell)]
    text = "\\n".join(cell for row in rows for cell in row)
else:
    book = zipfile.ZipFile(path)
    text = "".join(book.read(name).decode() for name in book.namelist())
    bad = re.findall(r"<f[ >/][^<]*", text) + re.findall(r'<c(?![^>]*t="inlineStr")[^>]*><(?:is|v)>[=+@-][^<]*', text)
print(bad[:5] if bad else "plain" if "${PLANTED}" in text and "calc" in text and "HYPERLINK" in text else "nothing planted")
`;
for (const kind of ['htcds-csv', 'htcds-xlsx'])
    test(`what goes out again as ${kind} has no formula`, async () => {
        const to = path(scratch, `out-${kind}`);
        await comity('export', house.folder, '--format', kind, '--purpose', 'casework', '--reference', 'practice 7', '--out', to);
        assert.equal(execFileSync('python3', ['-c', CELLS, to, kind], { encoding: 'utf8' }).trim(), 'plain');
    });
