// The main paths of those who investigate and prosecute, in a language of theirs: a case with its pictures, the elements, the blind question.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { agency, comity, faults, find, newPage, pair, PHONE, practiceList, serious, sharedPerson, stopAll } from './lib.mjs';

let police, shelter;
before(async () => {
    police = await agency('border-unit', { country: 'TH', kind: 'police', people: await practiceList('border-unit'), members: [
        { name: 'Practice Somchai', login: 'somchai', roles: 'investigator', languages: 'vi' },
        { name: 'Practice Anong', login: 'anong', roles: 'prosecutor', languages: 'th' },
        { name: 'Practice Wichai', login: 'wichai', roles: 'supervisor' }] });
    await comity('import', police.folder, join(process.env.COMITY_SOURCE, 'tools/practice-cases/border-unit.csv'), '--files', 'somchai');
    shelter = await agency('lotus-house', { people: await practiceList('lotus-house') });
    await pair(police, shelter);
});
after(stopAll);

async function openCase(page) {
    await page.goto('/files');
    await page.locator('a.c-hit__name').first().click();
    await page.waitForURL(/\/files\/[0-9a-f]{32}$/);
    return page.url();
}

test('a prosecutor is given a part and holds the evidence against the elements, in Thai', async () => {
    const investigator = await newPage(police), page = await newPage(police, { language: 'th', viewport: PHONE });
    await police.signIn(page, 'anong');
    await police.signIn(investigator, 'somchai');
    const address = await openCase(investigator);
    assert.equal(await page.getAttribute('html', 'lang'), 'th');
    assert.equal((await page.goto(address)).status(), 403);
    await investigator.locator('#member').selectOption({ label: 'Practice Anong' });
    await investigator.locator('#part').selectOption('work');
    await investigator.locator('form[action$="/team"] button').last().click();
    await investigator.waitForURL(address);
    await page.goto(address);
    await serious(page);
    for (const part of ['links', 'timeline', 'elements', 'print']) {
        const answer = await page.goto(`${address}/${part}`);
        assert.equal(answer.status(), 200, part);
        await serious(page);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${part}: ${wide} px too wide for a phone`);
    }
    await page.goto(`${address}/add/note`);
    await page.locator('#cmt_NoteText').fill('พยานหลักฐานครบองค์ประกอบการกระทำ');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL(address);
    assert.match(await page.textContent('main'), /พยานหลักฐานครบ/);
    faults(page);
    faults(investigator);
});

test('an investigator asks all partners from a person\'s page with one press, in Vietnamese', async () => {
    const page = await newPage(police, { language: 'vi' });
    await police.signIn(page, 'somchai');
    assert.equal(await page.getAttribute('html', 'lang'), 'vi');
    const { name, born } = sharedPerson();
    await find(page, `${name} ${born}`, 'investigation');
    await page.locator('.c-hit a').first().click();
    await page.locator('#reference').fill('practice 7');
    await page.locator('form[action$="/ask"] button').click();
    await page.locator('section.c-card--warn').first().waitFor();
    await serious(page);
    assert.match(await page.textContent('main'), /\w{4}-\w{4}-\w{4}/);
    faults(page);
});

test('a supervisor sees the cases of the unit without being given each', async () => {
    const page = await newPage(police);
    await police.signIn(page, 'wichai');
    await openCase(page);
    assert.match(await page.textContent('main'), /covered lorry|Lorry stopped/);
    await serious(page);
    faults(page);
});
