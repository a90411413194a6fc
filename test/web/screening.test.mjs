// Screening from facts observed, the decision of a named person, consent in the person's own language, and taking it back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agency, comity, faults, newPage, pair, PHONE, serious, stopAll } from './lib.mjs';

let house, other;
before(async () => {
    house = await agency('lotus-house', { members: [
        { name: 'Practice Bopha', login: 'bopha', roles: 'caseworker' },
        { name: 'Practice Dara', login: 'dara', roles: 'caseworker', languages: 'km' },
        { name: 'Practice Thi', login: 'thi', roles: 'dpo' }] });
    other = await agency('rose-police', { kind: 'police' });
    await pair(house, other);
});
after(stopAll);

async function openCase(page, given = 'Sopheap') {
    await page.goto('/files/new');
    await page.locator('#prs_FirstName').fill(given);
    await page.locator('#prs_SecondName').fill('Chan');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=2');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=3');
    await page.locator('main form button').click();
    await page.waitForURL(/\/files\/[0-9a-f]{32}$/);
    return page.url();
}

const answer = (page, question, value) => page.locator(`input[name=${question}][value=${value}]`).check();
const tooWide = page => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
const verbs = async n => JSON.parse(await comity('log', house.folder, 'show', '--last', String(n), '--json')).map(leaf => leaf.verb);

for (const [name, script, login] of [['on a phone', true, 'bopha'], ['without JavaScript', false, 'bopha'], ['in Khmer', true, 'dara']])
    test(`the answers, and what they show, ${name}`, async () => {
        const page = await newPage(house, { script, viewport: PHONE });
        const english = login === 'bopha';
        await house.signIn(page, login);
        const address = await openCase(page);
        await page.locator(`a[href="${new URL(address).pathname}/screening"]`).click();
        if (script) await serious(page);
        await page.locator('a[href$="/screening/new"]').first().click();
        if (script) {
            await serious(page);
            assert.ok(await tooWide(page) <= 0, 'too wide for a phone');
            const small = await page.locator('.c-answer').evaluateAll(all => all.filter(a => a.getBoundingClientRect().height < 44).length);
            assert.equal(small, 0, 'every answer is a large target');
        }
        await page.locator('input[name=cmt_ScreeningSets][value=adult_labour]').check();
        await page.locator('#cmt_ScreenedAt').fill('garment workshop, 2nd floor');
        await answer(page, 'papers_held', 'yes');
        if (script && english) { // typed and not sent: it is there again
            await page.locator('#kept p').waitFor();
            await page.reload();
            assert.ok(await page.locator('input[name=papers_held][value=yes]').isChecked());
            assert.equal(await page.locator('#cmt_ScreenedAt').inputValue(), 'garment workshop, 2nd floor');
        }
        await page.locator('#q-papers_held summary').click();
        await page.locator('#w-papers_held').fill('in a drawer <b>of the office</b>');
        await page.locator('#k-papers_held').selectOption('saw');
        await answer(page, 'door_locked', 'yes');
        await answer(page, 'watched', 'no');
        await answer(page, 'debt_now', 'unknown');
        await answer(page, 'hours_long', 'yes');
        await page.locator('main form button').last().click();
        await page.waitForURL(/\/screening\/[0-9a-f]{32}$/);
        const shown = await page.locator('.c-dimension--positive').count();
        assert.equal(shown, 1, 'two strong ones make coercion positive; one strong alone does not make exploitation so');
        const led = async where => (await page.locator(where).locator('.c-led > li').allTextContents()).length;
        assert.equal(await led('.c-dimension--positive'), 2, 'exactly the two answers that led to it');
        assert.equal(await page.locator('.c-set').count(), 1, 'only the list that was chosen');
        assert.equal(await page.locator('main > .c-led > li').count(), 5, 'all five answers, and no others');
        assert.match(await page.textContent('main'), /in a drawer <b>of the office<\/b>/);
        if (english) {
            const text = await page.textContent('main');
            assert.match(text, /not checked against the original/);
            assert.match(text, /a named person decides/);
            assert.match(await page.locator('.c-dimension--positive').textContent(), /Papers taken away[^]*Isolated, confined or watched/);
            assert.doesNotMatch(await page.locator('.c-set').textContent(), /watched where they sleep|work off a debt/);
            assert.doesNotMatch(text, /is a victim|trafficked/i);
        }
        if (script) {
            await serious(page);
            assert.ok(await tooWide(page) <= 0, 'too wide for a phone');
        }
        faults(page);
    });

test('a named person decides, and the status of the person follows', async () => {
    const page = await newPage(house, { viewport: PHONE });
    await house.signIn(page, 'bopha');
    const address = await openCase(page, 'Rachana');
    await page.goto(`${address}/screening/decision`);
    await serious(page);
    await page.locator('main form button').click();
    assert.match(await page.getByRole('alert').textContent(), /what was decided/);
    assert.equal(await page.getByLabel('Who decided').inputValue(), 'Practice Bopha');
    await page.getByLabel(/^Presumed victim/).check();
    await page.getByLabel('Reasons').fill('The papers, the door; she is afraid to speak.');
    await page.getByRole('button', { name: 'Keep this decision' }).click();
    await page.waitForURL(`${address}/screening`);
    const text = await page.textContent('main');
    assert.match(text, /Presumed victim[^]*Practice Bopha[^]*lotus-house[^]*The papers, the door/);
    await serious(page);
    assert.ok((await verbs(6)).includes('decision'));
    await page.goto(address);
    assert.match(await page.textContent('main'), /Possible victim of trafficking|Rachana/);
    faults(page);
});

async function agree(page, address, { language = 'km', state = 'Given', recipients = true } = {}) {
    await page.goto(`${address}/consent/new?language=${language}`);
    for (const question of ['cmt_AgreesToInterview', 'cmt_ToldOfPurpose', 'cmt_ToldOfUse', 'cmt_ToldOfResearch', 'cmt_ToldOfAccess', 'cmt_ToldOfRetention', 'cmt_ToldOfWithdrawal'])
        await answer(page, question, state === 'Given' ? 'yes' : 'no');
    if (state === 'Given') {
        await page.locator('input[name=cmt_ConsentPurposes][value=protection]').check();
        await page.locator('input[name=cmt_ConsentElements][value=Identity]').check();
        if (recipients) await page.locator('input[name=cmt_ConsentRecipients]').first().check();
    }
    await answer(page, 'cmt_ConsentState', state);
    await page.locator('main form[method=post] button').click();
    await page.waitForURL(/\/consent\/[0-9a-f]{32}$/);
}

test('consent in Khmer beside English; a copy all in Khmer', async () => {
    const page = await newPage(house, { viewport: PHONE });
    await house.signIn(page, 'bopha');
    const address = await openCase(page, 'Maly');
    await page.locator(`a[href="${new URL(address).pathname}/consent"]`).click();
    await serious(page);
    await page.goto(`${address}/consent/new`);
    await page.locator('#language').selectOption('km');
    await page.getByRole('button', { name: 'Read in this language' }).click();
    assert.match(await page.locator('.c-two__hers').first().textContent(), /[\u1780-\u17ff]/);
    assert.match(await page.locator('.c-two__ours').first().textContent(), /You decide/);
    assert.match(await page.textContent('main'), /No speaker has checked/);
    await serious(page);
    assert.ok(await tooWide(page) <= 0, 'too wide for a phone');
    await page.locator('main form[method=post] button').click();
    assert.match(await page.getByRole('alert').textContent(), /both are good answers/);
    await agree(page, address);
    assert.ok((await verbs(6)).includes('consent'));
    await serious(page);
    await page.getByRole('link', { name: 'Copy for her, to print' }).click();
    assert.equal(await page.locator('html').getAttribute('lang'), 'km');
    assert.match(await page.textContent('h1'), /[\u1780-\u17ff]/);
    assert.doesNotMatch(await page.textContent('main'), /You decide|Who may receive/);
    await serious(page);
    await page.goBack();
    const pdf = await page.request.get(await page.getByRole('link', { name: 'Copy for her, as PDF' }).getAttribute('href'));
    assert.equal(pdf.headers()['content-type'], 'application/pdf');
    assert.equal((await pdf.body()).subarray(0, 5).toString(), '%PDF-');
    await page.getByRole('button', { name: 'The copy was handed over' }).click();
    await page.waitForURL(/\/consent\/[0-9a-f]{32}$/);
    assert.equal(await page.getByRole('button', { name: 'The copy was handed over' }).count(), 0);
    faults(page);
});

test('a refusal is kept as carefully, and nothing can be given under it', async () => {
    const page = await newPage(house, { script: false });
    await house.signIn(page, 'bopha');
    const address = await openCase(page, 'Thida');
    await agree(page, address, { state: 'Refused' });
    assert.match(await page.textContent('h1'), /Refused/);
    assert.equal(await page.getByRole('button', { name: 'Give', exact: true }).count(), 0);
    assert.equal(await page.getByRole('link', { name: 'She takes it back' }).count(), 0);
    await page.getByRole('link', { name: 'Copy for her, to print' }).click();
    faults(page);
});

test('given to an agency she named, taken back from it, and seen to be gone', async () => {
    const page = await newPage(house, { viewport: PHONE });
    await house.signIn(page, 'bopha');
    const address = await openCase(page, 'Chantrea');
    await agree(page, address, { language: 'en' });
    const consent = page.url();
    await page.getByRole('button', { name: 'Give', exact: true }).click();
    await page.waitForURL(consent);
    assert.match(await page.textContent('main'), /rose-police[^]*they have it/);
    assert.ok((await verbs(6)).includes('share'));
    await serious(page);
    await page.getByRole('link', { name: 'She takes it back' }).click();
    await serious(page);
    assert.ok(await page.locator('input[name=grant][type=checkbox]').first().isChecked(), 'all are taken back unless somebody says otherwise');
    await page.getByLabel('Why it was withdrawn').fill('She is afraid of one who works there.');
    await page.getByRole('button', { name: 'Take it back', exact: true }).click();
    await page.waitForURL(consent);
    assert.match(await page.textContent('h1'), /Withdrawn/);
    assert.match(await page.textContent('main'), /rose-police[^]*asked back|gone everywhere/);
    assert.ok((await verbs(6)).includes('consent-end'));
    faults(page);
});

test('what a partner has not confirmed a day after it was asked back is said, on her consent and to whoever watches, until it confirms', async () => {
    const page = await newPage(house), officer = await newPage(house, { viewport: PHONE });
    await house.signIn(page, 'bopha');
    await house.signIn(officer, 'thi');
    const address = await openCase(page, 'Veasna');
    await agree(page, address, { language: 'en' });
    const consent = page.url();
    await other.stop();
    await page.getByRole('button', { name: 'Give', exact: true }).click();
    await page.waitForURL(consent);
    await page.getByRole('link', { name: 'She takes it back' }).click();
    await page.getByLabel('Why it was withdrawn').fill('practice');
    await page.getByRole('button', { name: 'Take it back', exact: true }).click();
    await page.waitForURL(consent);
    assert.doesNotMatch(await page.textContent('main'), /for more than a day/);
    const card = officer.locator('.c-card', { hasText: 'data asked back that a partner has not confirmed' });
    await officer.goto('/');
    assert.equal(await card.count(), 0, 'it has a day');
    await officer.goto('/oversight/grants');
    assert.equal(await officer.locator('.govuk-warning-text').count(), 0);

    house.older('update grant_paper set ended_ms = ended_ms - 2 * 86400000 - 3600000, recalled_ms = recalled_ms - 2 * 86400000 - 3600000 where stated_ms = 0');
    await page.goto(consent);
    assert.match(await page.textContent('main'), /They have not said that it is gone, for more than a day/);
    await officer.goto('/');
    assert.match(await card.textContent(), /^\s*1 /);
    await card.getByRole('link').click();
    assert.match(await officer.locator('.govuk-warning-text').textContent(), /1 thing asked back has not been confirmed for more than a day/);
    assert.match(await officer.locator('table').first().textContent(), /rose-police[^]*days overdue/);
    await serious(officer);
    assert.ok(await tooWide(officer) <= 0, 'too wide for a phone');

    await other.serve();
    await house.stop(); // who starts tries at once, and not when the next try is due
    await house.serve();
    for (let tries = 0; tries < 300 && await officer.locator('.govuk-warning-text').count() > 0; tries++) {
        await officer.waitForTimeout(200);
        await officer.goto('/oversight/grants');
    }
    assert.equal(await officer.locator('.govuk-warning-text').count(), 0, 'it has confirmed');
    await officer.goto('/');
    assert.equal(await card.count(), 0);
    faults(page);
    faults(officer);
});
