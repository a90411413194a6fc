// The interview room: what is said is kept, whatever breaks. Chromium's invented microphone and camera, a real stream.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { after, before, test } from 'node:test';
import { again, formsOf, join, linksOf, wrongs } from './door.mjs';
import { agency, comity, faults, pair, PHONE, serious, stopAll } from './lib.mjs';
import { allThere, arrived, closeEars, hear, now, openEars } from './room.mjs';

let house, partner, dara, file, scratch, sealed; // sealed: the address of the recording of the first test
before(async () => {
    scratch = mkdtempSync(path(tmpdir(), 'comity-room-'));
    house = await agency('lotus-house', { members: [{ name: 'Practice Dara', login: 'dara', roles: 'caseworker' }, { name: 'Practice Rith', login: 'rith', roles: 'caseworker' }] });
    await comity('import', house.folder, path(process.env.COMITY_SOURCE, 'tools/practice-cases/lotus-house.csv'), '--files', 'dara');
    partner = await agency('border-unit', { country: 'TH', kind: 'police', members: [{ name: 'Practice Vith', login: 'vith', roles: 'investigator' }, { name: 'Practice Moth', login: 'moth', roles: 'investigator' },
        { name: 'Practice Vanna', login: 'vanna', roles: 'supervisor' }] });
    await comity('import', partner.folder, path(process.env.COMITY_SOURCE, 'tools/practice-cases/border-unit.csv'), '--files', 'vith');
    await pair(house, partner);
    dara = await join(house, 'dara');
    [file] = linksOf((await dara.get('/files')).body).filter(href => /^\/files\/[0-9a-f]{32}$/.test(href));
});
after(async () => {
    await closeEars();
    await stopAll();
    rmSync(scratch, { recursive: true, force: true });
});

const kept = page => page.locator('[data-part=count]').textContent().then(Number);

// The words are sealed with a leaf of their own; a word that is changed later is found.
async function sealedWords(page) {
    await page.goto(house.url + sealed);
    await page.getByRole('button', { name: 'Seal the transcript' }).click();
    await page.getByText(/Sealed on/).waitFor();
    await serious(page);
    assert.equal(await page.getByRole('button', { name: 'Seal the transcript' }).count(), 0);
    await page.goto(`${house.url}${sealed}/transcript/2`);
    await page.locator('#sta_Transcript').fill('00:00:02 She: no');
    await Promise.all([page.waitForNavigation(), page.getByRole('button', { name: 'Keep this part' }).click()]);
    await page.goto(house.url + sealed);
    await page.getByText('What is typed now is not what was sealed last.').waitFor();
    await page.getByRole('button', { name: 'Seal the transcript' }).click();
    await page.getByText(/Sealed on/).nth(1).waitFor();
    assert.equal(await page.getByText('What is typed now is not what was sealed last.').count(), 0);
}

// Typed while it is heard, kept as a draft, shown beside the player; what somebody else wrote meanwhile is not written over.
async function typed(page) {
    await page.getByRole('link', { name: 'Type what is said' }).click();
    await page.locator('#player').waitFor();
    await serious(page);
    const area = page.locator('#sta_Transcript');
    await area.pressSequentially('before anything');
    await area.press('Control+Enter');
    await area.pressSequentially('Interviewer: tell me <b>');
    assert.match(await area.inputValue(), /^before anything\n\d\d:\d\d:\d\d Interviewer: tell me <b>$/);
    await page.locator('#kept p').waitFor();
    await page.reload();
    assert.match(await area.inputValue(), /tell me <b>$/);
    const other = await page.context().newPage();
    await other.goto(page.url());
    const keep = () => Promise.all([page.waitForNavigation(), page.getByRole('button', { name: 'Keep this part' }).click()]); // it leads to the same address
    await keep();
    assert.match(page.url(), /transcript\/1\?ticket=\w{64}$/);
    await other.locator('#sta_Transcript').fill('00:00:01 otherwise');
    await other.getByRole('button', { name: 'Keep this part' }).click();
    await other.locator('.govuk-error-summary').waitFor();
    if (await other.locator('.c-theirs').count()) assert.match(await other.locator('.c-theirs').textContent(), /tell me <b>/);
    await other.close();
    await page.getByRole('link', { name: 'Part 2' }).click();
    await area.fill('00:00:02 She: yes');
    await keep();
    assert.match(page.url(), /transcript\/2\?ticket/);
    await page.goBack();
    await page.goto(page.url().replace(/transcript\/\d\?ticket=/, 'listen/'));
    const lines = await page.locator('.c-spoken p').allTextContents();
    assert.equal(lines.length, 3);
    assert.match(lines.join(), /before anything,\d\d:\d\d:\d\d Interviewer: tell me <b>,00:00:02 She: yes/);
    assert.equal(await page.locator('.c-spoken [data-moment="2000"]').count(), 1);
    await serious(page);
}

test('an interview: a break, a note, a cut line, a killed browser, a killed node; then the seal', async () => {
    const profile = path(scratch, 'profile'), acknowledged = new Map();
    let ears = await openEars(house, profile, dara.cookie, acknowledged), { page } = ears;
    await page.goto(`${house.url}${file}/recordings/new`);
    await serious(page);
    await page.getByLabel('Sound and picture').check();
    await page.getByRole('button', { name: 'Begin the recording' }).click();
    await page.waitForURL(/\/recordings\/[0-9a-f]{32}$/);
    const address = page.url();
    await now(page, 'recording');
    await arrived(page, 2);
    await serious(page);

    await page.getByText('Write a note').click();
    await page.getByLabel('Note at this moment').fill('she asks for water <b>');
    await page.getByRole('button', { name: 'Keep the note' }).click();
    await page.getByRole('button', { name: 'Take a break' }).click();
    await now(page, 'break');
    await page.getByRole('button', { name: 'The break is over' }).click();
    await now(page, 'recording');

    await ears.context.setOffline(true);
    await page.locator('[data-line=slow]').waitFor();
    await page.waitForFunction(() => Number(document.querySelector('[data-part=count]').textContent) >= 2);
    await serious(page);
    await ears.context.setOffline(false);
    await page.locator('[data-line=safe]').waitFor();
    assert.equal(await kept(page), 0, 'all that was kept here has arrived');

    page.seen.splice(0); // a line that is cut is no fault
    await ears.context.setOffline(true);
    await page.waitForFunction(() => Number(document.querySelector('[data-part=count]').textContent) >= 2);
    await ears.kill();
    ears = await openEars(house, profile, dara.cookie, acknowledged);
    ({ page } = ears);
    await page.goto(address);
    await now(page, 'stopped');
    await page.locator('[data-line=safe]').waitFor(); // what was on the device is sent before anything else
    const before = (await (await page.request.get(`${address}/state`)).json()).have;
    await page.getByRole('button', { name: 'Go on recording' }).click();
    await now(page, 'recording');
    await arrived(page, before + 1);

    await house.kill();
    await page.waitForFunction(() => Number(document.querySelector('[data-part=count]').textContent) >= 2);
    await house.serve();
    await page.locator('[data-line=safe]').waitFor();

    await page.locator('[data-act=end]').click();
    await page.waitForURL(/\/seal$/);
    await serious(page);
    assert.match(await page.textContent('main'), /a break begins[^]*the break is over[^]*it was interrupted[^]*the recording ends/);
    await page.getByRole('button', { name: 'Seal it now' }).click();
    await page.waitForURL(address);
    await serious(page);
    assert.match(await page.textContent('main'), /she asks for water <b>/);
    await page.getByRole('button', { name: 'Listen', exact: true }).click();
    assert.match(await page.getByRole('alert').first().textContent(), /say why/i);
    await page.getByLabel('What for').fill('transcript');
    await page.getByRole('button', { name: 'Listen', exact: true }).click();
    await page.waitForURL(/\/listen\//);
    await serious(page);
    const length = Number(await page.locator('#player').getAttribute('data-length'));
    const played = await hear(page);
    assert.ok(Math.abs(played.duration * 1000 - length) < 3000, `${played.duration} s of ${length} ms`);
    assert.equal(played.error, null);
    for (const { at, now: heard, ready, wide } of played.moments)
        assert.ok(ready >= 2 && wide === 640 && heard * 1000 >= at - 2500, `at ${at} ms it is at ${heard} s, ${ready}`);
    sealed = address.slice(house.url.length);
    await typed(page);
    await sealedWords(page);
    await allThere(dara, address.slice(-32), acknowledged);
    page.seen = page.seen.filter(what => !/ERR_CONNECTION|ERR_EMPTY_RESPONSE|Failed to load resource/.test(what));
    faults(page);
});

// A bundle of whoever was given the statement: it is not in it, and it says why.
async function listsWhatIsNotInIt(vith, theirs) {
    const vanna = await join(partner, 'vanna'), zip = path(scratch, 'bundle.zip'), folder = path(scratch, 'bundle');
    const asked = await vith.post(`${theirs}/bundle`, { language: 'en', purpose: 'prosecution', reference: 'court 12/2026', recipient: '' });
    await vanna.get(asked.headers.location);
    await vanna.post(`${asked.headers.location}/agree`);
    writeFileSync(zip, (await vith.get(`${theirs}/bundle/${asked.headers.location.split('/').pop()}`)).bytes);
    execFileSync('python3', ['-c', 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])', zip, folder]);
    const text = execFileSync('pdftotext', [path(folder, 'bundle.pdf'), '-'], { encoding: 'utf8' }).replaceAll(/\s+/g, ' ');
    assert.match(text, /Statement of a partner.*lotus-house \(practice\).*It was not given for use in court: ask the agency that recorded it/);
    assert.throws(() => readFileSync(path(folder, 'statements/S001.statement')));
}

test('a copy goes to a partner as she agreed, with a passage left out; there it proves itself, asks why, and plays', async () => {
    const target = `${file}/consent/new`, form = formsOf((await dara.get(target)).body).find(one => one.method === 'POST' && one.action === target);
    const yes = ['cmt_AgreesToInterview', 'cmt_ToldOfPurpose', 'cmt_ToldOfUse', 'cmt_ToldOfResearch', 'cmt_ToldOfAccess', 'cmt_ToldOfRetention', 'cmt_ToldOfWithdrawal'].map(name => [name, 'yes']);
    const agreed = await dara.post(target, [...form.fields.filter(field => !field.name.startsWith('cmt_')).map(field => [field.name, field.value]), ...yes, ['cmt_ConsentState', 'Given'],
        ['cmt_ConsentPurposes', 'investigation'], ['cmt_ConsentElements', 'Statement'], ['cmt_ConsentRecipients', 'border-unit (practice)'], ['cmt_ConsentRecipients', 'border-unit (practice)'],
        ['cmt_ConsentLanguage', 'km']]);
    assert.equal(agreed.status, 303);
    const toWhom = /<select[^>]*name="partner"[^]*?<\/select>/.exec((await dara.get(agreed.headers.location)).body)[0];
    assert.equal([...toWhom.matchAll(/<option/g)].length, 1, 'an agency that she named twice is one');
    const ears = await openEars(house, path(scratch, 'gives'), dara.cookie), { page } = ears;
    await page.goto(house.url + sealed);
    await page.getByRole('link', { name: 'Give a copy' }).click();
    await serious(page);
    await page.getByLabel('Your reference').fill('practice 7');
    await page.getByLabel('Left out').fill('00:00:02 - 00:00:01');
    await page.getByRole('button', { name: 'Give it' }).click();
    assert.match(await page.getByRole('alert').first().textContent(), /ends after it begins/);
    await page.getByLabel('Left out').fill('00:00:00 - 00:00:01');
    await page.getByRole('button', { name: 'Give it' }).click();
    assert.match(await page.getByRole('alert').first().textContent(), /why it is not all/);
    await page.getByLabel('Why not all of it').fill('another person is named');
    await page.getByRole('button', { name: 'Give it' }).click();
    await page.waitForURL(house.url + sealed);
    assert.match(await page.textContent('main'), /border-unit[^]*1 passage left out[^]*another person is named/);
    await serious(page);
    faults(page);
    await ears.kill();

    const vith = await join(partner, 'vith'), there = await openEars(partner, path(scratch, 'hears'), vith.cookie);
    for (let row = ''; !/(it proves itself[^]*){2}/.test(row); row = (await vith.get('/statements')).body)
        await new Promise(done => setTimeout(done, 500));
    await there.page.goto(`${partner.url}/statements`);
    await serious(there.page);
    await there.page.locator('.c-hit').filter({ hasNotText: 'Transcript' }).locator('a').click();
    await serious(there.page);
    assert.equal(await there.page.getByRole('button', { name: 'Listen', exact: true }).count(), 0, 'it is in no case yet');
    const [theirs] = linksOf((await vith.get('/files')).body).filter(href => /^\/files\/[0-9a-f]{32}$/.test(href));
    await there.page.goto(partner.url + linksOf((await vith.get(theirs)).body).find(href => href.startsWith('/requests?file=')));
    await there.page.getByRole('link', { name: 'Statements that came' }).click();
    await there.page.locator('.c-hit').filter({ hasNotText: 'Transcript' }).locator('a').click();
    await there.page.getByRole('button', { name: /Put it to case/ }).click();
    await there.page.getByRole('link', { name: 'the person, in her case' }).waitFor();
    await serious(there.page);
    const moth = await join(partner, 'moth'); // of the same agency, with no part in her case
    const outside = await moth.get(new URL(there.page.url()).pathname);
    assert.match(outside.body, /a case in which you have no part/);
    assert.doesNotMatch(outside.body, /\/listen"/);
    const denied = await moth.post(new URL(there.page.url()).pathname + '/listen', { purpose: 'investigation', reference: 'practice 7' });
    assert.ok(!denied.headers.location && /role="alert"/.test(denied.body), 'she may not listen');
    await there.page.getByRole('button', { name: 'Listen', exact: true }).click();
    assert.match(await there.page.getByRole('alert').first().textContent(), /say why/i);
    await there.page.getByLabel('What for').fill('practice 7');
    await there.page.getByLabel('Why you look').selectOption('investigation');
    await there.page.getByRole('button', { name: 'Listen', exact: true }).click();
    await there.page.waitForURL(/\/listen\//);
    await serious(there.page);
    assert.match(await there.page.textContent('main'), /she asks for water <b>/);
    const plays = await there.page.evaluate(() => new Promise(done => {
        const video = document.querySelector('video');
        video.muted = true;
        video.addEventListener('timeupdate', () => { if (video.currentTime > 0.5) done({ wide: video.videoWidth, error: null }); });
        video.addEventListener('error', () => done({ wide: 0, error: video.error.message }));
        video.play();
    }));
    assert.deepEqual(plays, { wide: 640, error: null });
    await there.page.goto(`${partner.url}/statements`);
    await there.page.locator('.c-hit').filter({ hasText: 'Transcript' }).locator('a').click();
    await there.page.getByLabel('What for').fill('practice 7');
    await there.page.getByLabel('Why you look').selectOption('investigation');
    await there.page.getByRole('button', { name: 'Read', exact: true }).click();
    await there.page.waitForURL(/\/listen\//);
    await serious(there.page);
    const words = await there.page.locator('.c-spoken').textContent();
    assert.match(words, /00:00:02 *She: no/);
    assert.doesNotMatch(words, /before anything/, 'cut as the recording is');
    await listsWhatIsNotInIt(vith, theirs);
    faults(there.page);
    await there.kill();
});

// What the browser sends, by hand.
const piece = (visitor, id, n, body, { token = visitor.csrf, query = `at=${n * 2000}&session=0` } = {}) => visitor.send('POST', `/recordings/${id}/chunks/${n}?${query}`,
    { body, headers: { 'Content-Type': 'application/octet-stream', ...(token ? { 'X-Form-Token': token } : {}) } });

test('pieces out of order, doubled, changed, too large, without a token, of another member, behind the seal', async () => {
    await dara.get(`${file}/recordings/new`);
    const begun = await dara.post(`${file}/recordings`, { picture: 'no' }), id = begun.headers.location.slice(-32);
    const state = async () => JSON.parse((await dara.get(`/recordings/${id}/state`)).body);
    const answers = async (expected, ...args) => {
        const { status, body } = await piece(dara, id, ...args);
        assert.equal(status, expected[0], `${args[0]}: ${body}`);
        if (expected.length > 1) assert.equal(JSON.parse(body).have, expected[1]);
    };
    assert.equal((await state()).have, 0);
    await answers([409, 0], 1, 'second');
    await answers([200, 1], 0, 'first');
    await answers([200, 1], 0, 'first');
    await answers([409, 1], 0, 'other');
    await answers([400], 1, '');
    await answers([400], 1, 'x', { query: 'at=-1&session=0' });
    await answers([400], 1, 'x', { query: 'at=0' });
    await answers([400], 1, 'x', { query: `at=${'9'.repeat(30)}&session=0` });
    await answers([403], 1, 'x', { token: '' });
    await answers([403], 1, 'x', { token: 'ab'.repeat(32) });
    await answers([413], 1, Buffer.alloc(4 * 1024 * 1024 + 1));
    for (const strange of ['-1', 'x', '1e3', '99999999999999999999'])
        assert.equal((await piece(dara, id, strange, 'x', { query: 'at=0&session=0' })).status, 400, strange);
    await answers([200, 2], 1, Buffer.alloc(4 * 1024 * 1024, 7)); // as large as one may be
    const rith = await join(house, 'rith');
    for (const answer of [await piece(rith, id, 2, 'x'), await rith.post(`/recordings/${id}/marks`, { kind: 'break' }), await rith.post(`/recordings/${id}/seal`),
        await rith.get(`/recordings/${id}/state`), await rith.get(`/recordings/${id}`), await rith.get(`/recordings/${id}/seal`)])
        assert.ok([403, 404].includes(answer.status), `${answer.target}: ${answer.status}`);
    const mark = fields => dara.post(`/recordings/${id}/marks`, fields, { headers: { 'X-Requested-With': 'fetch' } });
    for (const wrong of [{ kind: '' }, { kind: 'asked' }, { kind: 'note', text: '' }, { kind: 'break', at: '-5' }, { kind: 'asked', question: 'x' }, { kind: 'note', text: 'y'.repeat(2001) }])
        assert.equal((await mark(wrong)).status, 400, JSON.stringify(wrong));
    for (let i = 0; i < 2; i++) // the answer was lost, it is sent again: it counts once
        assert.equal((await mark({ kind: 'note', text: 'practice note', at: '1500' })).status, 200);
    assert.equal((await state()).marks, 1);
    assert.equal((await dara.post(`/recordings/${id}/listen`, { purpose: 'casework', reference: 'x' })).status, 409, 'not before the seal');
    assert.equal((await dara.post(`/recordings/${id}/seal`)).status, 303);
    await answers([403], 2, 'late');
    assert.equal((await mark({ kind: 'break' })).status, 403);
    assert.equal((await dara.post(`/recordings/${id}/seal`)).status, 403);
    const heard = await dara.post(`/recordings/${id}/listen`, { purpose: 'casework', reference: 'practice' });
    assert.equal((await dara.get(heard.headers.location)).status, 200);
    assert.ok((await house.leaves()).includes('listen'));
    assert.equal((await dara.get(heard.headers.location.replace('/listen/', '/media/'))).status, 404, 'no WebM: nothing to hear');
    assert.equal((await rith.get(heard.headers.location)).status, 403, 'the ticket is of one session');
    assert.equal((await rith.get(heard.headers.location.replace('/listen/', '/media/'))).status, 403);
    assert.equal((await dara.get(`/recordings/${id}/listen/${'ab'.repeat(32)}`)).status, 403);
    assert.deepEqual(wrongs.splice(0), []);
});

test('signed out in the middle: it goes on, and after signing in anew nothing is missing', async () => {
    const ears = await openEars(house, path(scratch, 'signed-out'), dara.cookie), { page, context } = ears;
    await page.goto(`${house.url}${file}/recordings/new`);
    await page.getByRole('button', { name: 'Begin the recording' }).click();
    await page.waitForURL(/\/recordings\/[0-9a-f]{32}$/);
    await now(page, 'recording');
    await arrived(page, 1);
    const [cookie] = await context.cookies();
    await context.clearCookies({ name: cookie.name });
    await page.locator('[data-line=signin]').waitFor();
    assert.equal(await page.locator('#room').getAttribute('data-now'), 'recording');
    const fresh = await again(dara);
    const [name, value] = fresh.cookie.split('=');
    await context.addCookies([{ name, value, url: house.url, httpOnly: true, sameSite: 'Lax' }]);
    await page.locator('[data-line=safe]').waitFor();
    await page.locator('[data-act=end]').click();
    await page.waitForURL(/\/seal$/);
    await page.getByRole('button', { name: 'Seal it now' }).click();
    await page.waitForURL(/\/recordings\/[0-9a-f]{32}$/);
    await allThere(fresh, page.url().slice(-32), page.acknowledged);
    faults(page);
    await ears.kill();
});
