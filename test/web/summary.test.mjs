// A case as PDF, in the language of whoever asks: names in their scripts, pages counted, and the look in the log says that it was taken.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { writeFileSync } from 'node:fs';
import { agency, faults, newPage, stopAll } from './lib.mjs';

let house;
before(async () => {
    house = await agency('lotus-house', { members: [
        { name: 'Practice Bopha', login: 'bopha', roles: 'caseworker' },
        { name: 'Practice Dara', login: 'dara', roles: 'caseworker', languages: 'km' }] });
});
after(stopAll);

async function openCase(page) {
    await page.goto('/files/new');
    await page.locator('#prs_FirstName').fill('ស្រីមុំ');
    await page.locator('#prs_SecondName').fill('សុខ');
    await page.locator('#prs_Birthdate').fill('1999-04');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=2');
    await page.locator('#cmt_DoNotCall').check();
    await page.locator('#cmt_Title').fill('หมู่บ้าน at the border');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=3');
    await page.locator('main form button').click();
    await page.waitForURL(/\/files\/[0-9a-f]{32}$/);
    return page.url();
}

// What poppler reads of it.
async function pdf(page, address) {
    const answer = await page.request.get(`${address}/summary.pdf`);
    assert.equal(answer.status(), 200);
    assert.match(answer.headers()['content-type'], /^application\/pdf/);
    assert.match(answer.headers()['cache-control'], /no-store/);
    const body = await answer.body();
    if (process.env.COMITY_KEEP)
        writeFileSync(`${process.env.COMITY_KEEP}/${address.slice(-6)}.pdf`, body);
    return execFileSync('pdftotext', ['-layout', '-', '-'], { input: body }).toString().normalize('NFC');
}

for (const login of ['bopha', 'dara'])
    test(`the summary for ${login}`, async () => {
        const page = await newPage(house);
        await house.signIn(page, login);
        const address = await openCase(page);
        await page.goto(`${address}/add/note`);
        await page.locator('#cmt_NoteText').fill('She asks for her brother Đặng Văn Hùng.');
        await page.locator('main form[data-draft] button').click();
        await page.waitForURL(address);
        await page.goto(`${address}/print`);
        assert.equal(await page.locator('a[href$="/summary.pdf"]').count(), 1);
        const text = await pdf(page, address);
        assert.match(text, /1\/1/);
        assert.match(text, /หมู่บ้าน at the border/);
        assert.match(text, /She asks for her brother Đặng Văn Hùng\./);
        assert.match(text, login === 'bopha' ? /April 1999/ : /១៩៩៩|1999/);
        assert.equal(/Persons/.test(text), login === 'bopha', 'the words are those of her language');
        faults(page);
    });

test('somebody else gets no PDF of it', async () => {
    const page = await newPage(house), other = await newPage(house);
    await house.signIn(page, 'bopha');
    const address = await openCase(page);
    await house.signIn(other, 'dara');
    const answer = await other.request.get(`${address}/summary.pdf`);
    assert.equal(answer.status(), 403);
    assert.match(answer.headers()['content-type'], /^text\/html/);
});
