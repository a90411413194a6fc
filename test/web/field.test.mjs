// In the field: what is typed without a line is sealed on the device, brought when the line is back, by whatever page comes first, and counts once.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { agency, comity, faults, newPage, serious, stopAll, watched, DESK, PHONE } from './lib.mjs';

let house;
before(async () => {
    house = await agency('lotus-house', { members: [
        { name: 'Practice Bopha', login: 'bopha', roles: 'caseworker' }, { name: 'Practice Dara', login: 'dara', roles: 'caseworker' },
        { name: 'Practice Rith', login: 'rith', roles: 'caseworker' }, { name: 'Practice Sina', login: 'sina', roles: 'caseworker' }] }); // who signs in often runs out of codes
});
after(stopAll);

const badge = page => page.locator('[data-pocket-kept]');
const said = page => page.locator('[data-pocket-say=line]');

async function openCase(page) {
    await page.goto('/files/new');
    await page.locator('#prs_FirstName').fill('Sopheap');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=2');
    await page.locator('#cmt_Title').fill('practice at the border');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=3');
    await page.locator('main form button').click();
    await page.waitForURL(/\/files\/[0-9a-f]{32}$/);
    return page.url();
}

async function noteForm(page, address) {
    await page.goto(`${address}/add/note`);
    await page.locator('#cmt_NoteText').waitFor();
}

// What the device holds: as its script sees it, every byte as text.
const onDevice = page => page.evaluate(async () => {
    const db = await new Promise(resolve => { const opening = indexedDB.open('comity-pocket'); opening.onsuccess = () => resolve(opening.result); });
    const items = db.objectStoreNames.length === 0 ? [] : await new Promise(resolve => {
        const asked = db.transaction('kept').objectStore('kept').getAll();
        asked.onsuccess = () => resolve(asked.result);
    });
    db.close();
    return items.map(item => ({ ...item, sealed: [...item.sealed] }));
});
const nothingPlain = (items, ...words) => {
    for (const item of items) {
        assert.deepEqual(Object.keys(item).sort(), ['id', 'sealed', 'state']);
        assert.match(item.id, /^[0-9a-f]{32}$/);
        const text = Buffer.from(item.sealed).toString('latin1') + Buffer.from(item.sealed).toString('utf16le');
        for (const word of words) assert.equal(text.includes(word), false, `${word} lies open on the device`);
    }
};
const until = async (page, fits) => { // a function of the page that waits itself: waitForFunction takes a promise for a yes
    for (let tries = 0; !fits(await onDevice(page)); tries++) {
        assert.ok(tries < 300, 'what is on the device does not become what is awaited');
        await page.waitForTimeout(100);
    }
};
const gone = page => until(page, items => items.length === 0);
const without = page => page.seen.splice(0, page.seen.length, ...page.seen.filter(what => !/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_FAILED|ERR_EMPTY/.test(what)));

async function notes(page, address) { // the texts of the case, as often as they stand there
    await page.goto(`${address}/print`);
    return page.locator('main').innerText();
}
const times = (text, word) => text.split(word).length - 1;

test('sent without a line: sealed on the device, said so, a draft when the line is back, and sent once', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'bopha');
    const address = await openCase(page);
    await noteForm(page, address);
    await page.context().setOffline(true);
    await page.locator('#cmt_NoteText').fill('The blue lorry came back at night.');
    await page.locator('main form[data-draft] button').click();
    await said(page).waitFor();
    assert.match(await badge(page).innerText(), /Kept on this device, not sent yet:\s*1/);
    assert.equal(await page.locator('#cmt_NoteText').inputValue(), 'The blue lorry came back at night.');
    const items = await onDevice(page);
    assert.equal(items.length, 1);
    nothingPlain(items, 'lorry', 'cmt_NoteText', 'draft-of', address.slice(-32), 'bopha', 'Practice');
    await serious(page);
    if (process.env.COMITY_KEEP) {
        await page.screenshot({ path: `${process.env.COMITY_KEEP}/field-1280.png` });
        await page.setViewportSize(PHONE);
        await page.screenshot({ path: `${process.env.COMITY_KEEP}/field-390.png` });
        await page.setViewportSize(DESK);
    }
    // it can be tried again, and says more: still one piece
    await page.locator('#cmt_NoteText').fill('The blue lorry came back at night, twice.');
    await page.locator('main form[data-draft] button').click();
    await until(page, ([item]) => item.state > items[0].state);
    assert.equal((await onDevice(page)).length, 1);
    await page.context().setOffline(false);
    await gone(page);
    await badge(page).waitFor({ state: 'hidden' });
    await page.goto('/files');
    const draft = page.getByRole('link', { name: /Go on with what you typed/ });
    assert.equal(await draft.count(), 1);
    await draft.click();
    assert.equal(await page.locator('#cmt_NoteText').inputValue(), 'The blue lorry came back at night, twice.');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL(address);
    assert.equal(times(await notes(page, address), 'The blue lorry'), 1);
    await page.goto('/files');
    assert.equal(await page.getByRole('link', { name: /Go on with what you typed/ }).count(), 0);
    await gone(page);
    without(page);
    faults(page);
});

test('what was typed and not sent is kept too, and the page that typed it goes on', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'bopha');
    const address = await openCase(page);
    await noteForm(page, address);
    await page.context().setOffline(true);
    await page.locator('#cmt_NoteText').pressSequentially('half a sen');
    await badge(page).waitFor(); // after a pause
    nothingPlain(await onDevice(page), 'half a sen');
    await page.context().setOffline(false);
    await gone(page);
    await page.locator('#cmt_NoteText').pressSequentially('tence');
    await page.getByText('Kept as a draft').waitFor();
    await page.goto(`${address}/add/note`);
    assert.equal(await page.locator('#cmt_NoteText').inputValue(), 'half a sentence');
    await page.getByRole('button', { name: 'Throw it away' }).click();
    await page.goto('/files');
    assert.equal(await page.getByRole('link', { name: /Go on with what you typed/ }).count(), 0);
    without(page);
    faults(page);
});

test('two states are under way when the line goes: the later one is kept', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'bopha');
    const address = await openCase(page);
    await noteForm(page, address);
    const held = [];
    await page.route('**/drafts', route => { held.push(route); });
    const holds = async n => { while (held.length < n) await page.waitForTimeout(50); };
    await page.locator('#cmt_NoteText').fill('By the well.');
    await holds(1);
    await page.locator('#cmt_NoteText').fill('By the well, at dawn.');
    await holds(2);
    await held[0].abort();
    await until(page, items => items.length === 1); // the earlier one
    await held[1].abort();
    await until(page, ([item]) => item.state === 2);
    await page.unroute('**/drafts');
    await page.goto('/files');
    await gone(page);
    await noteForm(page, address);
    assert.equal(await page.locator('#cmt_NoteText').inputValue(), 'By the well, at dawn.');
    await page.getByRole('button', { name: 'Throw it away' }).click();
    without(page);
    faults(page);
});

test('what is typed while the line is looked for is kept too', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'bopha');
    const address = await openCase(page);
    await noteForm(page, address);
    let looked;
    const looks = new Promise(resolve => { looked = resolve; });
    await page.route('**/a/icon.*', route => looked(route)); // pocket.js asks for it
    await page.locator('#cmt_NoteText').fill('They had one key.');
    await page.locator('main form[data-draft] button').click();
    const look = await looks;
    await page.locator('#cmt_NoteText').fill('They had one key, and he held it.');
    await look.abort();
    await page.unroute('**/a/icon.*');
    await page.getByText('Kept as a draft').waitFor();
    await noteForm(page, address);
    assert.equal(await page.locator('#cmt_NoteText').inputValue(), 'They had one key, and he held it.');
    await page.getByRole('button', { name: 'Throw it away' }).click();
    without(page);
    faults(page);
});

test('the form is opened again before it was brought: she is told, though the first answer was lost, and nothing is', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'bopha');
    const address = await openCase(page);
    await noteForm(page, address);
    await page.context().setOffline(true);
    await page.locator('#cmt_NoteText').fill('The lock is new.');
    await page.locator('main form[data-draft] button').click();
    await said(page).waitFor();
    let brought = 0;
    await page.route('**/drafts/device', route => route.abort());
    await page.context().setOffline(false);
    await noteForm(page, address);
    assert.equal(await page.locator('#cmt_NoteText').inputValue(), '');
    await page.unroute('**/drafts/device');
    await page.route('**/drafts/device', async route => { // the node has it, the page never hears of it
        if (brought++ === 0) { await route.fetch(); await route.abort(); } else await route.continue();
    });
    while (brought < 2) {
        await page.evaluate(() => dispatchEvent(new Event('online')));
        await page.waitForTimeout(100);
    }
    await page.getByRole('link', { name: 'Go on with it' }).click();
    await page.getByRole('link', { name: /Go on with what you typed/ }).click();
    assert.equal(await page.locator('#cmt_NoteText').inputValue(), 'The lock is new.');
    await gone(page);
    await page.getByRole('button', { name: 'Throw it away' }).click();
    without(page);
    faults(page);
});

test('sent and the answer lost: it is not written twice', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'rith');
    const address = await openCase(page);
    await noteForm(page, address);
    await page.locator('#cmt_NoteText').fill('A red door with two locks.');
    await page.route('**/add/note', async route => { // the node has it, the browser never hears of it
        if (route.request().method() === 'POST') await route.fetch({ maxRedirects: 0 });
        await route.abort();
    });
    const failed = page.waitForEvent('requestfailed', request => request.method() === 'POST' && request.url().endsWith('/add/note'));
    await page.locator('main form[data-draft] button').click();
    await failed;
    await page.waitForURL('chrome-error://**').catch(() => {}); // the browser's own page
    await page.unroute('**/add/note');
    await page.goto('/files');
    await gone(page);
    await page.goto('/files');
    assert.equal(await page.getByRole('link', { name: /Go on with what you typed/ }).count(), 0, 'what was sent does not come back as a draft');
    assert.equal(times(await notes(page, address), 'A red door'), 1);
});

test('a replay has no second effect, a changed piece none at all', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'rith');
    const address = await openCase(page);
    await noteForm(page, address);
    await page.context().setOffline(true);
    await page.locator('#cmt_NoteText').fill('Kept, and brought three times.');
    await page.locator('main form[data-draft] button').click();
    await said(page).waitFor();
    const [{ sealed }] = await onDevice(page);
    await page.context().setOffline(false);
    await gone(page);
    const bring = async (bytes, times = 1) => {
        const csrf = await page.locator('input[name=csrf]').first().inputValue();
        const answer = await page.request.post('/drafts/device', { headers: { Origin: house.url }, form: { csrf, sealed: Buffer.from(bytes).toString('base64') } });
        return { status: answer.status(), text: await answer.text() };
    };
    const again = await bring(sealed);
    assert.equal(again.status, 200);
    assert.match(again.text, /href="\/files#drafts"/); // it is there already
    await page.goto('/files');
    assert.equal(await page.getByRole('link', { name: /Go on with what you typed/ }).count(), 1);
    await page.goto(`${address}/add/note`);
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL(address);
    assert.deepEqual(await bring(sealed), { status: 200, text: '' });
    for (const at of [0, 1, 40, 66, 80, sealed.length - 1])
        assert.equal((await bring(sealed.map((byte, i) => i === at ? byte ^ 1 : byte))).status, 409, `bit of byte ${at}`);
    for (const cut of [[], sealed.slice(0, 65), sealed.slice(0, -1), [...sealed, 0]])
        assert.equal((await bring(cut)).status, 409);
    await page.goto('/files');
    assert.equal(await page.getByRole('link', { name: /Go on with what you typed/ }).count(), 0);
    assert.equal(times(await notes(page, address), 'brought three times'), 1);
});

test('the browser is closed and opened again: any page brings it, once its writer has signed in', async () => {
    const profile = mkdtempSync(join(tmpdir(), 'comity-profile-'));
    const open = () => chromium.launchPersistentContext(profile, { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', baseURL: house.url, locale: 'en',
        args: ['--no-sandbox', '--disable-dev-shm-usage'] });
    let context = await open();
    try {
        let page = await watched(context);
        await house.signIn(page, 'dara');
        const address = await openCase(page);
        await noteForm(page, address);
        await context.setOffline(true);
        await page.locator('#cmt_NoteText').fill('Under the zinc roof by the river.');
        await page.locator('main form[data-draft] button').click();
        await said(page).waitFor();
        await context.close();
        // what a thief of the telephone reads on it
        const files = folder => readdirSync(folder).flatMap(name => {
            const path = join(folder, name), is = statSync(path);
            return is.isDirectory() ? files(path) : is.isFile() ? [path] : [];
        });
        const stored = files(profile).filter(path => /IndexedDB|Local Storage|Session Storage|WebStorage/.test(path));
        assert.ok(stored.some(path => path.includes('IndexedDB')), 'something is kept');
        for (const path of stored) {
            const content = readFileSync(path);
            for (const word of ['zinc roof', 'cmt_NoteText', 'Practice Dara', address.slice(-32)])
                for (const encoding of ['utf8', 'utf16le'])
                    assert.equal(content.includes(Buffer.from(word, encoding)), false, `${word} lies open in ${path}`);
        }
        context = await open();
        await context.clearCookies(); // the session is over
        page = await watched(context);
        await page.goto('/sign-in');
        await badge(page).waitFor();
        assert.match(await page.locator('[data-pocket]').innerText(), /Sign in to send it/);
        await serious(page);
        await house.signIn(page, 'bopha'); // somebody else on the same telephone
        await page.locator('[data-pocket-say=other]').waitFor();
        assert.equal((await onDevice(page)).length, 1);
        await page.locator('form[action="/sign-out"] button').click();
        await page.waitForURL('**/sign-in');
        await house.signIn(page, 'dara');
        await page.getByRole('link', { name: 'Go on with it' }).click();
        assert.equal(await page.locator('#cmt_NoteText').inputValue(), 'Under the zinc roof by the river.');
        await gone(page);
        without(page);
        faults(page);
    } finally {
        await context.close();
        rmSync(profile, { recursive: true, force: true });
    }
});

test('the session is over while she types: the form is kept, and there after she has signed in', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'bopha');
    const address = await openCase(page);
    await noteForm(page, address);
    await page.context().clearCookies();
    await page.locator('#cmt_NoteText').fill('She spoke of the green gate.');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/sign-in');
    await badge(page).waitFor();
    await house.signIn(page, 'bopha');
    await page.getByRole('link', { name: 'Go on with it' }).click();
    assert.equal(await page.locator('#cmt_NoteText').inputValue(), 'She spoke of the green gate.');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL(address);
    assert.equal(times(await notes(page, address), 'green gate'), 1);
    faults(page);
});

test('the node is killed and started again', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'sina');
    const address = await openCase(page);
    await noteForm(page, address);
    await house.kill();
    await page.locator('#cmt_NoteText').fill('Twelve of them in one room.');
    await page.locator('main form[data-draft] button').click();
    await said(page).waitFor();
    await house.serve();
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await gone(page);
    await page.goto(`${address}/add/note`);
    assert.equal(await page.locator('#cmt_NoteText').inputValue(), 'Twelve of them in one room.');
    without(page);
    faults(page);
});

test('two members edit the same field without a line: both are kept and shown', async () => {
    const bopha = await newPage(house), dara = await newPage(house);
    await house.signIn(bopha, 'bopha');
    await house.signIn(dara, 'dara');
    const address = await openCase(bopha);
    const id = address.slice(-32);
    await bopha.goto(address);
    const team = bopha.locator(`form[action="/files/${id}/team"]`);
    await team.locator('select').first().evaluate((select, name) => { select.value = [...select.options].find(option => option.text.includes(name)).value; }, 'Practice Dara');
    await team.locator('button').last().click();
    await bopha.waitForURL(address);
    await bopha.goto(address);
    const record = await bopha.locator('a[href*="/records/"]').first().getAttribute('href');
    for (const [page, title] of [[bopha, 'the northern crossing'], [dara, 'the southern crossing']]) {
        await page.goto(record);
        await page.context().setOffline(true);
        await page.locator('#prs_MailingCity, #cmt_Title').first().evaluate(input => input.closest('details')?.setAttribute('open', ''));
        await page.locator('#prs_MailingCity, #cmt_Title').first().fill(title);
        await page.locator('main form[data-draft] button').last().click();
        await said(page).waitFor();
    }
    for (const page of [bopha, dara]) {
        await page.context().setOffline(false);
        await gone(page);
        await page.goto(record);
    }
    await bopha.locator('main form[data-draft] button').last().click();
    await bopha.waitForURL(address);
    await dara.locator('main form[data-draft] button').last().click();
    await dara.getByText('the northern crossing').first().waitFor(); // theirs, beside mine
    assert.equal(await dara.locator('#prs_MailingCity, #cmt_Title').first().inputValue(), 'the southern crossing');
    for (const page of [bopha, dara]) { without(page); faults(page); }
});

test('two devices of one member: neither draft is written over', async () => {
    const desk = await newPage(house), phone = await newPage(house, { viewport: PHONE });
    await house.signIn(desk, 'rith');
    await house.signIn(phone, 'rith');
    const address = await openCase(desk);
    await noteForm(desk, address);
    await noteForm(phone, address);
    await phone.context().setOffline(true);
    await phone.locator('#cmt_NoteText').fill('from the road');
    await phone.locator('main form[data-draft] button').click();
    await said(phone).waitFor();
    await desk.locator('#cmt_NoteText').pressSequentially('from the desk');
    await desk.getByText('Kept as a draft').waitFor();
    await phone.context().setOffline(false);
    await gone(phone);
    const drafts = desk.locator(`a[href^="/files/${address.slice(-32)}/add/note"]`), found = [];
    for (let left = 2; left > 0; left--) { // each is opened and sent
        await desk.goto('/files');
        assert.equal(await drafts.count(), left);
        await drafts.last().click();
        found.push(await desk.locator('#cmt_NoteText').inputValue());
        await desk.locator('main form[data-draft] button').click();
        await desk.waitForURL(address);
    }
    assert.deepEqual(found.sort(), ['from the desk', 'from the road']);
    const text = await notes(desk, address);
    assert.equal(times(text, 'from the road'), 1);
    assert.equal(times(text, 'from the desk'), 1);
    await desk.goto('/files');
    assert.equal(await drafts.count(), 0);
    for (const page of [desk, phone]) { without(page); faults(page); }
});

test('typing in the second step of a new case keeps what the first one said', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'sina');
    await page.goto('/files/new');
    await page.locator('#prs_FirstName').fill('Chantrea');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=2');
    await page.locator('#cmt_Title').pressSequentially('by the well');
    await page.getByText('Kept as a draft').waitFor();
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=3');
    assert.match(await page.locator('main').innerText(), /Chantrea/);
    assert.match(await page.locator('main').innerText(), /by the well/);
    await page.locator('main form button').click();
    await page.waitForURL(/\/files\/[0-9a-f]{32}$/);
    faults(page);
});

test('without the script nothing is worse than before', async () => {
    const page = await newPage(house, { script: false });
    await house.signIn(page, 'sina');
    const address = await openCase(page);
    await noteForm(page, address);
    assert.equal(await page.locator('[data-pocket]').isVisible(), false);
    await page.locator('#cmt_NoteText').fill('Written by hand.');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL(address);
    assert.equal(times(await notes(page, address), 'Written by hand.'), 1);
    faults(page);
});

test('the log says what was kept, and nothing of what it says', async () => {
    const log = await comity('log', house.folder, 'show', '--last', '1000', '--json');
    assert.match(log, /"draft"/);
    for (const word of ['lorry', 'zinc roof', 'green gate', 'crossing'])
        assert.equal(log.includes(word), false);
});
