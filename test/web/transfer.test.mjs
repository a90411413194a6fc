// Lists come in through the page: sent, checked, imported, with whatever people send.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { agency, comity, faults, newPage, PHONE, practiceList, serious, stopAll } from './lib.mjs';

let house, list;
before(async () => {
    list = readFileSync(await practiceList('lotus-house'));
    // a workbook as the program writes it, from another node
    const other = await agency('other-house', { members: [{ name: 'Practice Member', login: 'other', roles: 'caseworker' }] });
    const scratch = mkdtempSync(join(tmpdir(), 'comity-transfer-'));
    writeFileSync(join(scratch, 'one.csv'), 'prs_FirstName,prs_SecondName\nBook,Practice\n');
    await comity('import', other.folder, join(scratch, 'one.csv'), '--files', 'other');
    await comity('export', other.folder, '--format', 'htcds-xlsx', '--purpose', 'casework', '--reference', 'test', '--out', join(scratch, 'htcds.xlsx'));
    await other.stop();
    house = await agency('lists-house', {
        members: [
            { name: 'Practice Dara ដារា', login: 'dara', roles: 'caseworker' },
            { name: 'Practice Supervisor', login: 'sophea', roles: 'supervisor' },
            { name: 'Practice Investigator', login: 'vith', roles: 'investigator' },
        ],
    });
    house.scratch = scratch;
});
after(async () => {
    rmSync(house.scratch, { recursive: true, force: true });
    await stopAll();
});

const csv = (text, name = 'people.csv') => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
async function send(page, file, encoding, kind) {
    await page.goto('/import');
    if (kind)
        await page.getByLabel('What the rows become').selectOption(kind);
    await page.locator('#file').setInputFiles(file);
    if (encoding)
        await page.getByLabel('Encoding of the file').selectOption(encoding);
    await page.getByRole('button', { name: 'Send and check' }).click();
    await page.waitForURL(/\/import\/[0-9a-f]{32}$/);
    await page.locator('#progress:not([data-poll])').waitFor();
}

test('a list is sent, checked, imported; a second time nobody is stored twice', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'dara');
    await page.getByRole('link', { name: 'Import' }).click();
    await serious(page);
    const before = await house.leaves();
    await send(page, { name: 'lotus.csv', mimeType: 'text/csv', buffer: list });
    assert.match(await page.textContent('main'), /Nothing has been stored yet/);
    assert.equal(await page.locator('table').first().locator('tbody tr').count(), 3, 'the first rows');
    await serious(page);
    assert.equal((await house.leaves()).length, before.length, 'to check is no act: nothing of the node was read');
    await page.getByRole('button', { name: 'Import now' }).click();
    await page.getByText(/persons were added/).waitFor();
    assert.match(await page.textContent('main'), /Imported/);
    await serious(page);
    assert.equal((await house.leaves()).at(-1), 'import');
    await send(page, { name: 'lotus.csv', mimeType: 'text/csv', buffer: list });
    await page.getByRole('button', { name: 'Import now' }).click();
    await page.getByText(/0 persons were added/).waitFor();
    await page.goto('/import');
    assert.equal(await page.locator('.c-hit').count(), 2, 'both are found again');
    faults(page);
});

test('without JavaScript, on a phone; rows that cannot be read, one by one', async () => {
    const page = await newPage(house, { script: false, viewport: PHONE });
    await house.signIn(page, 'sophea');
    await send(page, csv('Name,DOB\nSok Vanna,1990-13-01\nLy Srey,1991-02-03\n"Broken,\n'));
    const text = await page.textContent('main');
    assert.match(text, /1 row can be read/);
    assert.match(text, /2 rows cannot be read/);
    assert.match(text, /line 2, column 'DOB'/);
    assert.match(text, /line 4/);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'nothing sticks out');
    await page.getByRole('button', { name: 'Import now' }).click();
    await page.waitForFunction(() => /1 person was added/.test(document.body.textContent)).catch(() => page.reload());
    assert.match(await page.textContent('main'), /1 person was added/);
    faults(page);
});

test('columns nobody knows are named by hand; an encoding is chosen', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'dara');
    const thai = Buffer.concat([Buffer.from('aaa;bbb\n'), Buffer.from([0xca, 0xc1, 0xaa, 0xd2, 0xc2]), Buffer.from(';1990-03-05\n')]); // สมชาย
    await send(page, { name: 'รายชื่อ.csv', mimeType: 'text/csv', buffer: thai }, 'windows-874');
    assert.match(await page.textContent('h1'), /รายชื่อ.csv/);
    assert.match(await page.textContent('#progress'), /columns are not known/);
    assert.equal(await page.getByRole('button', { name: 'Import now' }).count(), 0);
    await page.getByRole('button', { name: 'Check again' }).click();
    assert.match(await page.getByRole('alert').textContent(), /Say what at least one column is/);
    await page.getByLabel('aaa').selectOption('name');
    await page.getByLabel('bbb').selectOption('born');
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByText('สมชาย').waitFor();
    await serious(page);
    await page.getByRole('button', { name: 'Do not import' }).click();
    await page.waitForURL('**/import');
    faults(page);
});

test('what people send: nothing, no table, markup, formulas, bidi, a cell of a megabyte, names of files that climb', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'dara');
    await page.goto('/import');
    await page.getByRole('button', { name: 'Send and check' }).click();
    assert.match(await page.getByRole('alert').textContent(), /Choose a file/);
    await serious(page);
    await send(page, csv(Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0xff, 0xfe]), 'broken.xlsx'));
    assert.equal(await page.getByRole('button', { name: 'Import now' }).count(), 0);
    await send(page, csv(`<script>document.title = 1</script>,name\n<img src=x onerror=alert(1)>,=cmd|' /C calc'!A1\n,\u202Egnp.exe\n,'; drop table record; --\n,"${'x'.repeat(1100000)}"\n`, '<b>..\\..\\x.csv'));
    assert.match(await page.textContent('h1'), /x\.csv/);
    assert.doesNotMatch(await page.textContent('h1'), /\.\./);
    assert.equal(await page.locator('main img, main script, main b').count(), 0, 'markup stays text');
    assert.match(await page.textContent('main'), /line 5/);
    await page.getByRole('button', { name: 'Import now' }).click();
    await page.getByText(/3 persons were added/).waitFor();
    faults(page);
});

test('a table of HTCDS becomes files; a workbook too', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'dara');
    const table = 'prs_First_Name,prs_Second_Name,prs_Gender,vic_Methods_of_Control,cas_Status,hte_Type,hte_Country,hte_City,colour\n' +
        'Malis,Chea,Feminine,DebtBondage RestrictsMovement,Active,Exploitation,Cambodia,Poipet,red\nVuthy,Chea,penguin,,,,,,\n';
    await send(page, csv(table, 'htcds.csv'), undefined, 'files');
    const text = await page.textContent('main');
    assert.match(text, /1 case would be opened/);
    assert.match(text, /line 3, column 'prs_Gender'/);
    assert.match(await page.locator('tr', { hasText: 'colour' }).textContent(), /Not used/);
    assert.match(await page.locator('tr', { hasText: 'prs_First_Name' }).textContent(), /First name/);
    await serious(page);
    await page.getByRole('button', { name: 'Import now' }).click();
    await page.getByText(/1 case was opened/).waitFor();
    await page.getByRole('link', { name: 'Your cases' }).click();
    await page.getByText(/Malis Chea/).first().waitFor();
    const book = readFileSync(join(house.scratch, 'htcds.xlsx'));
    await send(page, { name: 'htcds.xlsx', mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer: book }, undefined, 'files');
    assert.match(await page.textContent('main'), /1 case would be opened/);
    faults(page);
});

test('an export is asked for, with why and for what; alone nobody gets it', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'dara');
    await page.goto('/import');
    await page.getByRole('link', { name: 'Export cases as a table' }).click();
    await serious(page);
    await page.getByRole('button', { name: 'Ask for the export' }).click();
    assert.match(await page.getByRole('alert').textContent(), /Say what it belongs to/);
    await page.getByLabel('What kind of table').selectOption('htcds-xlsx');
    await page.getByLabel('Case, request or agreement').fill('request 12 <b>');
    await page.getByRole('button', { name: 'Ask for the export' }).click();
    await page.getByText('What you asked for').waitFor();
    assert.match(await page.textContent('.c-hit'), /workbook/);
    assert.match(await page.textContent('.c-hit'), /request 12 <b>/);
    assert.equal(await page.locator('.c-hit a').count(), 0, 'nothing to fetch yet');
    assert.ok((await house.leaves()).includes('export.asked'));
    await serious(page);
    assert.equal((await page.goto('/export/' + '0'.repeat(32))).status(), 404);
    faults(page);
});

// What no browser sends.
function post(path, headers, body) {
    return new Promise((resolve, reject) => {
        const at = new URL(path, house.url);
        const sent = request(at, { method: 'POST', headers: { Origin: house.url, 'Content-Length': Buffer.byteLength(body), ...headers } }, answer => {
            answer.resume();
            resolve(answer.statusCode);
        });
        sent.on('error', reject);
        sent.write(body);
        if (!headers['Content-Length'] || body.length >= headers['Content-Length'])
            sent.end();
    });
}
const BOUNDARY = 'multipart/form-data; boundary=x';
const part = (name, value, file) => `--x\r\nContent-Disposition: form-data; name="${name}"${file ? `; filename="${file}"` : ''}\r\n\r\n${value}\r\n`;

test('only members of those roles, with the token of their session, one upload at a time, their own imports', async () => {
    const dara = await newPage(house), vith = await newPage(house), sophea = await newPage(house);
    await house.signIn(dara, 'dara');
    await house.signIn(vith, 'vith');
    await house.signIn(sophea, 'sophea');
    assert.equal((await vith.goto('/import')).status(), 403);
    const cookie = async page => (await page.context().cookies()).map(c => `${c.name}=${c.value}`).join('; ');
    const large = { 'Content-Type': BOUNDARY, 'Content-Length': 2 << 20 };
    assert.equal(await post('/import', large, ''), 401, 'a stranger is turned away before a byte is taken');
    assert.equal(await post('/import', { ...large, Cookie: await cookie(vith) }, ''), 403);
    assert.equal(await post('/import', { ...large, 'Content-Length': 80 << 20, Cookie: await cookie(dara) }, ''), 413);
    const body = part('csrf', 'forged') + part('file', 'name\nSok', 'a.csv') + '--x--';
    assert.equal(await post('/import', { 'Content-Type': BOUNDARY, Cookie: await cookie(dara) }, body), 403, 'not the token of this session');
    for (const broken of ['', 'hello', '--x\r\n', body.slice(0, -3), body.replace('name="csrf"', 'name="csrf"; name="b"')])
        assert.equal(await post('/import', { 'Content-Type': BOUNDARY, Cookie: await cookie(dara) }, broken), 400);
    assert.equal(await post('/account/end/x', { 'Content-Type': BOUNDARY, Cookie: await cookie(dara) }, body), 400, 'only routes that say so take files');
    // Two at once: the second is told to wait.
    const first = request(new URL('/import', house.url), { method: 'POST', headers: { Origin: house.url, ...large, Cookie: await cookie(dara) } });
    first.on('error', () => {});
    first.write('--x\r\n');
    await new Promise(resolve => setTimeout(resolve, 300));
    assert.equal(await post('/import', { ...large, Cookie: await cookie(dara) }, ''), 429);
    first.destroy();
    await send(dara, csv('name\nSok Own\n'));
    const own = new URL(dara.url()).pathname;
    assert.equal((await sophea.goto(own)).status(), 404, "another member's");
    assert.equal((await sophea.goto('/import/' + '0'.repeat(32))).status(), 404);
    assert.equal((await sophea.goto('/import/..%2f..%2fetc')).status(), 404);
});
