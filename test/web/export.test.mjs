// Cases that go out as a table: asked for, agreed to by a second person, fetched by who asked and by nobody else. In English; who agrees reads
// Khmer. Requests and agreements that are too old give nothing.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { agency, faults, newPage, serious, stopAll } from './lib.mjs';

const FORMULA = '=HYPERLINK("http://example.invalid")';
const scratch = mkdtempSync(join(tmpdir(), 'comity-export-'));
let house, dara, other, supervisor;
before(async () => {
    house = await agency('export-house', {
        members: [
            { name: 'Practice Dara', login: 'dara', roles: 'caseworker' },
            { name: 'Practice Other', login: 'other', roles: 'caseworker' },
            { name: 'Practice Sophea', login: 'sophea', roles: 'supervisor', languages: 'km' },
        ],
    });
    [dara, other, supervisor] = [await newPage(house), await newPage(house), await newPage(house)];
    await house.signIn(dara, 'dara');
    await house.signIn(other, 'other');
    await house.signIn(supervisor, 'sophea');
    await openCase(dara, 'Hers', FORMULA);
    await openCase(other, 'Nothers', 'Practice');
});
after(async () => {
    rmSync(scratch, { recursive: true, force: true });
    await stopAll();
});

async function openCase(page, first, family) {
    await page.goto('/files/new');
    await page.locator('#prs_FirstName').fill(first);
    await page.locator('#prs_SecondName').fill(family);
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=2');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=3');
    await page.locator('main form button').click();
    await page.waitForURL(/\/files\/[0-9a-f]{32}$/);
}

// Asks for a table; gives the address of the request, as the supervisor's list has it.
async function ask(kind, reference) {
    await dara.goto('/export');
    await dara.getByLabel('What kind of table').selectOption(kind);
    await dara.getByLabel('Case, request or agreement').fill(reference);
    await dara.getByRole('button', { name: 'Ask for the export' }).click();
    await dara.locator('.c-hit', { hasText: reference }).waitFor();
    assert.equal(await dara.locator('.c-hit', { hasText: reference }).locator('a').count(), 0, 'it waits for a second person');
    await supervisor.goto('/oversight/approvals');
    await serious(supervisor);
    const request = await supervisor.locator('.c-hit a').first().getAttribute('href');
    await supervisor.goto(request);
    assert.match(await supervisor.textContent('main'), new RegExp(reference));
    assert.equal(await supervisor.locator('html').getAttribute('lang'), 'km');
    await serious(supervisor);
    return request;
}

async function agree(request) {
    await supervisor.locator(`form[action="${request}/agree"] button`).click();
    await supervisor.waitForURL('**' + request);
}

const fetched = (page, path) => page.context().request.get(house.url + path);
const tableOf = request => request.replace('/oversight/approvals/', '/export/');

for (const kind of ['htcds-csv', 'htcds-xlsx'])
    test(`${kind}: her cases and no others, no cell is a formula, for her alone`, async () => {
        const reference = `agreement ${kind}`, request = await ask(kind, reference);
        assert.equal((await fetched(dara, tableOf(request))).ok(), false, 'nobody has agreed yet');
        await agree(request);
        await dara.goto('/export');
        await serious(dara);
        const link = dara.locator('.c-hit', { hasText: reference }).locator('a');
        assert.equal(await link.getAttribute('href'), tableOf(request));

        const before = (await house.leaves()).length;
        const answer = await fetched(dara, tableOf(request));
        assert.equal(answer.status(), 200);
        assert.match(answer.headers()['content-disposition'], /^attachment/);
        assert.ok((await house.leaves()).length > before, 'that it was fetched is in the log');
        let table = await answer.body();
        if (kind === 'htcds-xlsx') {
            const to = join(scratch, 'table.xlsx');
            writeFileSync(to, table);
            table = execFileSync('python3', ['-c', 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read("xl/worksheets/sheet1.xml"))', to]);
            assert.doesNotMatch(table.toString(), /<f[ >]/, 'a workbook without formulas');
            assert.match(table.toString(), /t="inlineStr"><is><t xml:space="preserve">=HYPERLINK\(/, 'text, and said to be');
        } else {
            assert.match(table.toString(), /"'=HYPERLINK\(""/, 'guarded');
        }
        assert.match(table.toString(), /Hers/);
        assert.doesNotMatch(table.toString(), /Nothers/);
        for (const stranger of [other, supervisor])
            assert.equal((await fetched(stranger, tableOf(request))).ok(), false, 'for who asked alone');
    });

test('a request that is refused gives nothing, and says why', async () => {
    const request = await ask('htcds-csv', 'agreement refused');
    await supervisor.locator('#reason').fill('not agreed with them');
    await supervisor.locator(`form[action="${request}/refuse"] button`).click();
    await supervisor.waitForURL('**' + request);
    await dara.goto('/export');
    assert.equal(await dara.locator('.c-hit', { hasText: 'agreement refused' }).locator('a').count(), 0);
    assert.equal((await fetched(dara, tableOf(request))).ok(), false);
    await dara.goto(request);
    assert.match(await dara.textContent('main'), /not agreed with them/);
    for (const page of [dara, other, supervisor])
        faults(page);
});

test('nobody agreed within three days: a press on a page that was open gives nothing, and both are told that it is over', async () => {
    const request = await ask('htcds-csv', 'agreement late'); // the supervisor has the page with the button
    house.older('update act_approval set asked_ms = asked_ms - 72 * 3600000, until_ms = until_ms - 72 * 3600000 where state = 1');
    await supervisor.locator(`form[action="${request}/agree"] button`).click();
    await supervisor.getByRole('alert').waitFor();
    assert.equal(await supervisor.locator(`form[action="${request}/agree"]`).count(), 0, 'no button any more');
    assert.equal((await fetched(dara, tableOf(request))).ok(), false);
    await dara.goto(request);
    assert.match(await dara.textContent('main'), /over: nobody agreed in time/);
    assert.equal(await dara.locator(`form[action="${request}/retract"]`).count(), 0);
    await dara.goto('/export');
    assert.equal(await dara.locator('.c-hit', { hasText: 'agreement late' }).locator('a').count(), 0);
    await supervisor.goto('/');
    assert.equal(await supervisor.locator('.c-card a[href="/oversight/approvals"]').count(), 0, 'nothing waits');
});

test('what was agreed to can be taken for a day', async () => {
    const request = await ask('htcds-csv', 'agreement of yesterday');
    await agree(request);
    assert.equal((await fetched(dara, tableOf(request))).status(), 200);
    house.older('update act_approval set ended_ms = ended_ms - 24 * 3600000 where state = 2');
    assert.equal((await fetched(dara, tableOf(request))).status(), 403);
    await dara.goto('/export');
    assert.equal(await dara.locator('.c-hit', { hasText: 'agreement of yesterday' }).locator('a').count(), 0);
    await dara.goto(request);
    assert.equal(await dara.getByRole('link', { name: 'Take it' }).count(), 0);
    for (const page of [dara, supervisor])
        faults(page);
});
