// A caseworker opens a case in three steps, writes in it, finds the person; what is typed is not lost; two edits are both shown.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agency, faults, find, newPage, PHONE, serious, stopAll } from './lib.mjs';

let house;
before(async () => {
    house = await agency('lotus-house', { members: [
        { name: 'Practice Bopha', login: 'bopha', roles: 'caseworker' },
        { name: 'Practice Dara', login: 'dara', roles: 'caseworker', languages: 'km' },
        { name: 'Practice Vannak', login: 'vannak', roles: 'supervisor' },
        { name: 'Practice Admin', login: 'admin', roles: 'administrator' }] });
});
after(stopAll);

async function openCase(page, { given = 'Sopheap', family = 'Chan', title = 'at the border' } = {}) {
    await page.goto('/files/new');
    await page.locator('#prs_FirstName').fill(given);
    await page.locator('#prs_SecondName').fill(family);
    await page.locator('#prs_Birthdate').fill('1999-04');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=2');
    await page.locator('#cmt_DoNotCall').check();
    await page.locator('#cmt_Title').fill(title);
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=3');
    await page.locator('main form button').click();
    await page.waitForURL(/\/files\/[0-9a-f]{32}$/);
    return page.url();
}

for (const [name, script, viewport] of [['on a phone', true, PHONE], ['without JavaScript', false, undefined]])
    test(`a new case in three steps, ${name}`, async () => {
        const page = await newPage(house, { script, ...(viewport ? { viewport } : {}) });
        await house.signIn(page, 'bopha');
        await page.goto('/files');
        if (script) await serious(page);
        await page.goto('/files/new');
        if (script) await serious(page);
        await page.getByLabel('First name').fill(script ? 'Maly' : 'Rachana');
        await page.getByLabel('Birthdate').fill('the year after the flood');
        await page.getByRole('button', { name: 'Next' }).click();
        assert.match(await page.getByRole('alert').textContent(), /Birthdate/);
        assert.equal(await page.getByLabel('First name').inputValue(), script ? 'Maly' : 'Rachana', 'nothing typed is lost');
        if (script) await serious(page);
        await page.getByLabel('Birthdate').fill('5 March 2541');
        await page.getByRole('button', { name: 'Next' }).click();
        await page.waitForURL('**/files/new?step=2');
        if (script) await serious(page);
        await page.getByRole('group', { name: 'Do not call' }).getByLabel('yes').check();
        await page.getByLabel('What is known').fill('Her passport is with the employer.\n<script>alert(1)</script>');
        await page.getByRole('button', { name: 'Next' }).click();
        await page.waitForURL('**/files/new?step=3');
        assert.match(await page.textContent('main'), /5 March 1998/);
        if (script) await serious(page);
        await page.getByRole('button', { name: 'Open the case' }).click();
        await page.waitForURL(/\/files\/[0-9a-f]{32}$/);
        assert.match(await page.textContent('main'), /passport is with the employer[^]*<script>alert/);
        assert.match(await page.textContent('main'), /Do not call/);
        if (script) await serious(page);
        if (script) {
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            assert.ok(wide <= 0, `${wide} px too wide for a phone`);
        }
        faults(page);
    });

test('notes, tasks, events, attachments; the person is found; the summary prints', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'bopha');
    const address = await openCase(page);
    await page.getByRole('link', { name: 'Write a note' }).click();
    await serious(page);
    await page.getByLabel('What you note').fill('She asks for her brother.');
    await page.getByLabel('Whom it is about').selectOption({ label: 'Sopheap Chan' });
    await page.getByRole('button', { name: 'Keep' }).click();
    await page.waitForURL(address);
    assert.match(await page.textContent('main'), /She asks for her brother/);
    await page.getByRole('link', { name: 'Add a task' }).click();
    await page.getByLabel('What is to be done').fill('find a bed');
    await page.getByLabel('How soon').selectOption({ label: 'Within 8 hours' });
    await serious(page);
    await page.getByRole('button', { name: 'Keep' }).click();
    await page.waitForURL(address);
    await page.getByRole('link', { name: 'Add a file or photograph' }).click();
    await serious(page);
    await page.getByRole('button', { name: 'Keep' }).click();
    assert.match(await page.getByRole('alert').textContent(), /choose a file/i);
    await page.getByLabel('What it is').fill('the contract');
    await page.setInputFiles('#file', { name: '../../etc/<b>contract.html', mimeType: 'text/html', buffer: Buffer.from('<script>alert(1)</script>') });
    await page.getByRole('button', { name: 'Keep' }).click();
    await page.waitForURL(address);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'the contract', exact: true }).click()]);
    assert.doesNotMatch(download.suggestedFilename(), /\//);
    await page.getByRole('link', { name: 'Add an event' }).click();
    await page.getByLabel('Date of the event').fill('2026-05');
    await page.getByLabel('Country').fill('TH');
    await page.getByLabel('Description').fill('crossed the border at night');
    await page.getByRole('button', { name: 'Keep' }).click();
    await page.waitForURL(address);
    await serious(page);
    await page.getByRole('button', { name: /^Done/ }).click();
    await page.waitForURL(address);
    assert.match(await page.textContent('main'), /find a bed\s+done/);
    await find(page, 'chan sopheap', 'casework');
    await page.locator('.c-hit a').first().click();
    await page.getByRole('link', { name: /^Case / }).click();
    await page.waitForURL(address);
    await page.getByRole('link', { name: 'Summary to print' }).click();
    await serious(page);
    assert.match(await page.textContent('main'), /crossed the border at night/);
    faults(page);
});

test('what is typed is kept by itself and is there again', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'bopha');
    const address = await openCase(page, { given: 'Thida', family: 'Lim' });
    await page.goto(`${address}/add/note`);
    await page.getByLabel('What you note').pressSequentially('A long talk, and the line breaks');
    await page.getByText('Kept as a draft').waitFor();
    await page.goto('/files');
    await serious(page);
    await page.getByRole('link', { name: /Go on with what you typed/ }).click();
    assert.equal(await page.getByLabel('What you note').inputValue(), 'A long talk, and the line breaks');
    await serious(page);
    await page.getByRole('button', { name: 'Keep' }).click();
    await page.waitForURL(address);
    await page.goto('/files');
    assert.equal(await page.getByRole('link', { name: /Go on with what you typed/ }).count(), 0);
    faults(page);
});

test('two edits of one field are both shown', async () => {
    const one = await newPage(house), other = await newPage(house);
    await house.signIn(one, 'bopha');
    await house.signIn(other, 'vannak');
    const address = await openCase(one, { given: 'Nary', family: 'Keo' });
    for (const page of [one, other]) {
        await page.goto(address);
        await page.getByRole('link', { name: /^Change or add/ }).click();
    }
    await one.getByLabel('First name').fill('Narin');
    await one.getByRole('button', { name: 'Keep' }).click();
    await one.waitForURL(address);
    await other.getByLabel('First name').fill('Nareth');
    await other.getByRole('button', { name: 'Keep' }).click();
    assert.match(await other.textContent('.c-theirs'), /Narin/);
    assert.equal(await other.getByLabel('First name').inputValue(), 'Nareth');
    await serious(other);
    await other.getByLabel(/keep mine/).check();
    await other.getByRole('button', { name: 'Keep' }).click();
    await other.waitForURL(address);
    assert.match(await other.textContent('main'), /Nareth/);
    await other.getByRole('link', { name: /^Change or add/ }).click();
    await other.getByText(/^Version 2/).click();
    assert.match(await other.textContent('main'), /Narin/);
    await serious(other);
    faults(one);
    faults(other);
});

test('who has no part in a case does not read it; who is given one does; the administrator never', async () => {
    const lead = await newPage(house), other = await newPage(house, { language: 'km' }), admin = await newPage(house);
    await house.signIn(lead, 'bopha');
    await house.signIn(other, 'dara');
    await house.signIn(admin, 'admin');
    const address = await openCase(lead, { given: 'Sovann', family: 'Meas', title: 'planted words' });
    for (const path of ['', '/print', '/add/note', '/attach'])
        assert.equal((await other.goto(address + path)).status(), 403, path);
    assert.doesNotMatch(await other.textContent('body'), /planted words/);
    await lead.goto(address);
    await lead.getByLabel('Member').selectOption({ label: 'Practice Dara' });
    await lead.getByRole('button', { name: 'Give this part' }).click();
    await lead.waitForURL(address);
    assert.equal((await other.goto(address)).status(), 200);
    await serious(other);
    assert.equal((await admin.goto(address)).status(), 403);
    await lead.getByRole('button', { name: 'Close the case' }).click();
    await lead.waitForURL(address);
    assert.equal((await other.goto(`${address}/add/note`)).status(), 403);
    faults(lead);
    faults(other);
});

test('a search that is kept says who is new', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'bopha');
    await openCase(page, { given: 'Chenda', family: 'Prak' });
    await find(page, 'chenda prak', 'casework');
    await page.getByRole('button', { name: /Keep this search/ }).click();
    await page.waitForURL('**/search');
    await serious(page);
    await openCase(page, { given: 'Chenda', family: 'Prak', title: 'another of this name' });
    await page.goto('/search');
    await page.getByRole('link', { name: 'chenda prak' }).click();
    assert.equal(await page.locator('.c-hit .govuk-tag').count(), 1);
    await serious(page);
    await page.reload();
    assert.equal(await page.locator('.c-hit .govuk-tag').count(), 0, 'new once');
    await page.getByRole('button', { name: /no longer/ }).click();
    await page.waitForURL('**/search');
    assert.equal(await page.getByRole('link', { name: 'chenda prak' }).count(), 0);
    faults(page);
});

test('the day is that of the agency, not of Greenwich', async () => {
    const now = new Date(), ahead = now.getUTCHours() >= 10, zone = ahead ? 'Pacific/Kiritimati' : 'Etc/GMT+12'; // 14 hours ahead, 12 behind
    const far = await agency('far-house', { members: [{ name: 'Practice Far', login: 'far', roles: 'caseworker' }], timeZone: zone });
    const page = await newPage(far);
    await far.signIn(page, 'far');
    const send = async day => {
        await page.goto('/files/new');
        await page.locator('#prs_FirstName').fill('Sopheap');
        await page.locator('#prs_Birthdate').fill(day.toISOString().slice(0, 10));
        await Promise.all([page.waitForNavigation(), page.locator('main form[data-draft] button').click()]); // the same address when it is refused
        return new URL(page.url()).search;
    };
    const there = new Date(now.getTime() + (ahead ? 14 : -12) * 3600e3), after = new Date(there.getTime() + 24 * 3600e3);
    assert.notEqual(await send(after), '?step=2', 'tomorrow has not come');
    await page.getByText('has not come yet').first().waitFor();
    assert.equal(await send(there), '?step=2', 'today is no future');
    faults(page);
});
