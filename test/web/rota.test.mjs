// A rota, from its table to the wall: written with errors that say where, frozen, drawn by three agencies' keys, somebody ill, a cell by hand that
// shows, counters, an officer's own shifts, a stranger who makes it again. With a script and without, on a phone, printed.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, before, test } from 'node:test';
import { join as path } from 'node:path';
import { join } from './door.mjs';
import { agency, comity, DESK, faults, newPage, pair, PHONE, serious, stopAll } from './lib.mjs';

const shots = process.env.COMITY_SHOTS;
const DAY_MS = 24 * 3600 * 1000, day = at => new Date(Date.now() + at * DAY_MS).toISOString().slice(0, 10);
const scratch = mkdtempSync(path(tmpdir(), 'comity-rota-'));
const files = {};
let post, holders, rota;
const who = {};

// Two weeks from yesterday on; one shift is always on, so that its counters are drawn while the test runs.
const table = (more = '') => `rota,${day(-1)},14
shift,early,00:00,12:00
shift,late,12:00,23:59
post,hall,2,
need,hall,early,2,2
need,hall,late,2,2
contract,full,days,3,12
contract,full,days in a row,,6,3
officer,dara,full,passport
officer,rith,full,
officer,bopha,full,passport
officer,chenda,full,
officer,maly,full,
officer,nary,full,
officer,vuthy,full,
officer,thida,full,
leave,nary,${day(2)},${day(4)}
rotation,pair,6,,2
rotation,counter,8,3
eligible,9
moves,300000
${more}`;

before(async () => {
    post = await agency('border-post', { kind: 'border', members: Object.entries({ sophea: 'supervisor', dara: 'officer', thi: 'officer', rith: 'officer', nita: 'caseworker' })
        .map(([login, roles]) => ({ name: `Practice ${login}`, login, roles })) });
    holders = [await agency('inspectorate', { kind: 'labour' }), await agency('ombuds', { kind: 'ngo' })];
    await pair(post, holders[0]);
    await pair(post, holders[1]);
    await pair(holders[0], holders[1]);
    for (const house of holders)
        await comity('desk', house.folder, 'hold', 'border-post');
    for (const login of ['sophea', 'dara', 'thi', 'rith', 'nita'])
        who[login] = await join(post, login);
});
after(async () => {
    await stopAll();
    rmSync(scratch, { recursive: true, force: true });
});

async function signedIn(login, options) {
    const page = await newPage(post, options);
    const [name, value] = who[login].cookie.split('=');
    await page.context().addCookies([{ name, value, url: post.url }]);
    return page;
}
const text = async page => (await page.textContent('main')).replaceAll(/\s+/g, ' ');
const pressed = async (page, name) => {
    await page.getByRole('button', { name }).click();
    await page.waitForLoadState();
};
const fits = async page => assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll('main *')]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.c-chart, .c-wide, .govuk-visually-hidden, thead')).map(e => `${e.tagName} ${e.className}`)), [], 'no wider than the screen');
const shoot = async (page, name) => shots && page.screenshot({ path: path(shots, `rota-${name}-${page.viewportSize().width}.png`), fullPage: true });

test('a table is written; an error says in which line; small changes; without keys nothing is frozen', async () => {
    assert.match((await who.sophea.get('/desk/rota')).body, /There is no hall yet/);
    await comity('desk', post.folder, 'setup', 'Practice bridge', '--lane', 'All passports', '--counter', '1', '--counter', '1');
    const page = await signedIn('sophea');
    await page.goto('/desk/rota');
    await serious(page);
    await page.getByRole('link', { name: 'Write a rota' }).click();
    await page.getByLabel('The table, as text').fill(table().replace('need,hall,late,2,2', 'need,hall,late,2,x'));
    await pressed(page, 'Keep the table');
    assert.match(await page.textContent('.govuk-error-summary'), /line 6, column 5/);
    assert.match(await page.getByLabel('The table, as text').inputValue(), /officer,dara/, 'what was typed is still there');
    await serious(page);
    await shoot(page, 'new');
    await page.getByLabel('A file from a spreadsheet').setInputFiles({ name: 'post.csv', mimeType: 'text/csv', buffer: Buffer.from(table()) });
    await pressed(page, 'Keep the table');
    rota = new URL(page.url()).pathname;
    assert.match(rota, /^\/desk\/rota\/[0-9a-f]{32}$/, await text(page));
    assert.match(await text(page), /Still written.*8 officers.*who comes is no surprise: early\/hall/);
    await serious(page);
    await page.locator('summary', { hasText: /^Leave$/ }).click();
    await page.locator('#leave-of').selectOption({ label: 'vuthy' });
    await page.locator('#leave-from').fill(day(5));
    await page.locator('#leave-to').fill(day(6));
    await pressed(page, 'Add the leave');
    assert.match(await text(page), new RegExp(`vuthy ?${day(5)} ?${day(6)}`));
    await page.locator('tr', { hasText: day(5) }).getByRole('button', { name: 'Take out' }).click();
    await page.waitForLoadState();
    assert.doesNotMatch(await text(page), new RegExp(day(6)));
    const calendar = event => Buffer.from(`BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Invented//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Clinic\r\n${event}END:VEVENT\r\nEND:VCALENDAR\r\n`);
    const upload = async buffer => {
        await page.locator('details').filter({ has: page.locator('#calendar') }).evaluate(e => { e.open = true; });
        await page.locator('#calendar-of').selectOption({ label: 'thida' });
        await page.locator('#calendar').setInputFiles({ name: 'thida.ics', mimeType: 'text/calendar', buffer });
        await pressed(page, 'Take over the days');
    };
    await page.getByRole('link', { name: 'See what it asks of whom' }).click();
    assert.match(await text(page), /This is a try from a seed of its own.*dara ?\d+ ?\d+ ?\d+ ?\d/);
    await serious(page);
    await shoot(page, 'try');
    await page.setViewportSize(PHONE);
    await fits(page);
    await shoot(page, 'try');
    await page.setViewportSize(DESK);
    await page.goto(new URL(rota, post.url).href);
    await upload(Buffer.from('officer,thida\n'));
    assert.match(await page.textContent('.govuk-error-summary'), /this file is no calendar/);
    await serious(page);
    const flat = at => day(at).replaceAll('-', '');
    await upload(calendar(`DTSTART;VALUE=DATE:${flat(7)}\r\nDTEND;VALUE=DATE:${flat(9)}\r\n`));
    assert.match(await text(page), new RegExp(`thida ?${day(7)} ?${day(8)}`));
    await upload(calendar(`DTSTART:${flat(10)}T090000\r\nDURATION:PT1H\r\n`));
    assert.match(await text(page), new RegExp(`thida ?${day(10)} ?not early`));
    assert.doesNotMatch(await text(page), /Clinic/, 'what it is about is not taken');
    for (const at of [day(7), day(10)]) {
        await page.locator('tr', { hasText: at }).getByRole('button', { name: 'Take out' }).click();
        await page.waitForLoadState();
    }
    await pressed(page, 'Freeze and draw');
    assert.match(await page.textContent('.govuk-error-summary'), /has no keys that have been in the log for a day/);
    faults(page);
    await shoot(page, 'draft');
    await page.context().close();
    assert.equal((await who.dara.get(rota)).status, 403, 'not for officers');
    assert.equal((await who.nita.get(rota)).status, 403);
});

const made = async () => {
    for (let i = 0; i < 100; i++) {
        const { body } = await who.sophea.get(rota);
        if (/class="govuk-table c-roster"/.test(body)) return body;
        await new Promise(resolve => setTimeout(resolve, 200));
    }
    return assert.fail(`the rota is not made: ${post.log}`);
};

test('frozen; one holder alone draws nothing and the page says so; with two it is made, on a phone and without a script', async () => {
    const [{ id }] = JSON.parse(await comity('desk', post.folder, 'halls', '--json'));
    await comity('desk', post.folder, 'keys', 'inspectorate', 'ombuds', '--hall', id, '--from', day(-1), '--until', day(20));
    post.older(`update desk_keys set since_ms = since_ms - ${2 * DAY_MS}`);
    for (const house of holders)
        await house.stop();
    const page = await signedIn('sophea', { viewport: PHONE, script: false });
    await page.goto(rota);
    await pressed(page, 'Freeze and draw');
    assert.match(await text(page), /Frozen, not drawn yet.*It waits for two key holders at least. There is no rota from any other seed/);
    await fits(page);
    await holders[0].serve();
    await made();
    await page.reload();
    assert.match(await text(page), /Drawn on .* by 2 key holders/);
    await fits(page);
    await shoot(page, 'made');
    faults(page);
    await page.context().close();
    assert.match((await who.sophea.post(`${rota}/table`, { table: table() })).body, /cannot be changed any more/);
    const leaves = await post.leaves();
    assert.ok(leaves.indexOf('rota') < leaves.lastIndexOf('rota-draw'), 'the digest is in the log before the draw');
});

test('the same table cannot be drawn again; another for the same days says that it is another', async () => {
    const hall = /<option value="([0-9a-f]{32})"/.exec((await who.sophea.get('/desk/rota/new')).body)[1];
    const write = async text => (await who.sophea.upload('/desk/rota/new', [['hall', hall], ['table', text]], { name: 'post.csv', content: text })).headers.location;
    const same = await write((await who.sophea.get(`${rota}/table.csv`)).body), other = await write(table('# another\n'));
    assert.match((await who.sophea.post(`${same}/freeze`)).body, /the same input gives the same rota/);
    assert.match((await who.sophea.get(other)).body, /For these days 1 table was frozen before/);
    assert.equal((await who.sophea.post(`${same}/drop`)).headers.location, '/desk/rota');
    await who.sophea.post(`${other}/drop`);
});

test('somebody is ill: a lot decides; a cell by hand is marked, in print too; the check; axe', async () => {
    const page = await signedIn('sophea');
    await page.goto(rota);
    await page.locator('#ill').selectOption({ label: 'bopha' });
    await page.locator('#from').selectOption({ index: 3 });
    await page.locator('#to').selectOption({ index: 9 });
    await pressed(page, 'Draw who stands in');
    await page.getByRole('rowheader', { name: /^Ill$/ }).waitFor(); // the page asks again by itself until the lot is there
    await page.locator('#officer').selectOption({ label: 'maly' });
    await page.locator('#day').selectOption({ index: 12 });
    const was = await page.locator('table.c-roster').last().locator('tr', { hasText: 'maly' }).textContent();
    await page.locator('#duty').selectOption({ label: /early/.test(was) ? 'Day off' : 'early/hall' });
    await pressed(page, 'Change it, marked');
    assert.match(await page.textContent('.govuk-error-summary'), /say in one line why/);
    await page.locator('#duty').selectOption({ label: 'late/hall' });
    await page.getByLabel('Why').fill('a course');
    await pressed(page, 'Change it, marked');
    if (await page.locator('.c-roster__hand').count() === 0) { // it was that one already
        await page.locator('#officer').selectOption({ label: 'maly' });
        await page.locator('#day').selectOption({ index: 12 });
        await page.locator('#duty').selectOption({ label: 'Day off' });
        await page.getByLabel('Why').fill('a course');
        await pressed(page, 'Change it, marked');
    }
    assert.equal(await page.locator('.c-roster__hand').count(), 1);
    assert.match(await text(page), /1 cell was changed by hand.*By hand ?maly.*a course ?Practice sophea/);
    await serious(page);
    await shoot(page, 'made');
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.locator('.c-roster__hand .c-roster__mark').isVisible(), 'a hand shows on paper');
    assert.equal(await page.getByRole('button', { name: 'Change it, marked' }).isVisible(), false);
    await page.emulateMedia({ media: 'screen' });
    for (const [name, link] of [['rota', /for the wall/], ['sheets', /A sheet for each officer/]]) {
        const { headers, bytes } = await who.sophea.get(await page.getByRole('link', { name: link }).getAttribute('href'));
        assert.equal(headers['content-type'], 'application/pdf');
        writeFileSync(files[name] = path(scratch, `${name}.pdf`), bytes);
    }
    const words = name => execFileSync('pdftotext', ['-layout', files[name], '-']).toString();
    assert.match(words('rota'), /1 cell was changed by hand/);
    assert.match(words('rota'), /((early|late)\/hall|–) ?\*/, 'a hand shows on the wall');
    assert.equal(words('rota').match(/^ *Officer /gm).length, await page.locator('table.c-roster').count(), 'a week on a page');
    for (const name of ['dara', 'rith', 'bopha', 'chenda', 'maly', 'nary', 'vuthy', 'thida'])
        assert.match(words('sheets'), new RegExp(`^ *${name}$`, 'm'));
    if (shots)
        for (const name of ['rota', 'sheets'])
            execFileSync('pdftoppm', ['-r', '80', '-png', '-l', '2', files[name], path(shots, `paper-${name}`)]);
    await page.locator('#one').selectOption({ label: 'maly' });
    await page.route(/sheets\.pdf/, route => route.abort('aborted')); // where the form leads; the browser's own viewer is not what is looked at
    const [sheet] = await Promise.all([page.waitForRequest(request => /sheets\.pdf/.test(request.url())), page.getByRole('button', { name: 'Her sheet (PDF)' }).click()]);
    assert.match(sheet.url(), /one=4$/);
    await page.goto(rota);
    const hers = (await who.sophea.get(`${rota}/shifts.ics?one=4`)).body;
    assert.match(hers, /SEQUENCE:[1-9]/, 'what was changed by hand takes the place of what stood there');
    assert.doesNotMatch(hers, /dara|maly/);
    await page.getByRole('link', { name: 'Check it' }).click();
    assert.match(await text(page), /What it asks of whom.*Who meets whom.*The table allows 6/);
    await serious(page);
    await shoot(page, 'check');
    await page.setViewportSize(PHONE);
    await fits(page);
    faults(page);
    await page.context().close();
});

test('counters of the shift that is on; an officer sees her own shifts and nobody else\'s', async () => {
    let body;
    for (let i = 0; i < 100 && !/Counter 1/.test(body = (await who.sophea.get(rota)).body); i++)
        await new Promise(resolve => setTimeout(resolve, 200));
    assert.match(body, /Counter 2/);
    const page = await signedIn('dara', { viewport: PHONE });
    await page.goto('/');
    await page.getByRole('link', { name: 'My shifts' }).click();
    assert.match(await text(page), /(early|late)\/hall/);
    assert.doesNotMatch(await text(page), /rith|bopha|maly/);
    await serious(page);
    await fits(page);
    await shoot(page, 'shifts');
    faults(page);
    await page.context().close();
    const calendar = (await who.dara.get('/desk/shifts.ics')).body;
    assert.match(calendar, /^BEGIN:VCALENDAR\r\n[^]*SUMMARY:(early|late)\/hall\r\n[^]*END:VCALENDAR\r\n$/);
    assert.match((await who.thi.get('/desk/shifts')).body, /No shift from today on/);
    assert.equal((await who.nita.get('/desk/shifts')).status, 403);
});

// Whom the last lot gave which counter: [login, counter].
async function drawnLast() {
    const names = (await who.sophea.get(`${rota}/table.csv`)).body.match(/^officer,\w+/gm).map(row => row.slice('officer,'.length));
    const changes = JSON.parse((await who.sophea.get(`${rota}/record.json`)).body).changes.map(({ content }) => JSON.parse(content));
    return changes.findLast(({ what, cells }) => JSON.parse(what).kind === 3 && cells.length).cells.map(({ officer, to }) => [names[officer], to]);
}

test('her counter page offers the counter that the lot drew for her; elsewhere it says where she is expected; without a number desk sit takes it', async () => {
    const [{ id }] = JSON.parse(await comity('desk', post.folder, 'halls', '--json'));
    await comity('desk', post.folder, 'open');
    const [[login, counter], [other, theirs]] = await drawnLast();
    for (const name of [login, other].filter(one => !who[one])) {
        const member = { name: `Practice ${name}`, login: name, roles: 'officer' };
        post.members.set(name, { ...member, ...JSON.parse(await comity('members', post.folder, 'add', member.name, '--login', name, '--roles', 'officer', '--json')) });
        who[name] = await join(post, name);
    }
    const looks = async () => (await post.leaves()).filter(verb => verb === 'shifts').length;
    const page = await signedIn(login, { viewport: PHONE }), before = await looks();
    await page.goto(`/desk/hall/${id}/counter`);
    assert.match(await text(page), new RegExp(`The lot drew counter ${counter} for you until \\d\\d:\\d\\d\\.`));
    const offered = await page.locator('button[name=counter]').evaluateAll(all => all.map(button => Number(button.value)));
    assert.deepEqual(offered, [counter, theirs], 'hers first');
    await serious(page);
    await fits(page);
    await shoot(page, 'drawn');
    await page.setViewportSize(DESK);
    await shoot(page, 'drawn');
    await pressed(page, `Counter ${theirs}`);
    assert.match(await text(page), new RegExp(`From \\d\\d:\\d\\d on: counter ${counter}|The lot drew counter ${counter} for you`), 'she may sit elsewhere');
    await serious(page);
    await shoot(page, 'elsewhere');
    await pressed(page, 'Close the counter');
    await pressed(page, `Counter ${counter}`);
    assert.doesNotMatch(await text(page), /From \d\d:\d\d on|The lot drew/);
    assert.equal(await looks(), before + 1, 'one look, however often the page is asked for');
    faults(page);
    await page.context().close();
    assert.doesNotMatch((await who.thi.get(`/desk/hall/${id}/counter`)).body, /The lot drew/, 'who has no shift is told nothing');
    await comity('desk', post.folder, 'sit', '--officer', other);
    const { counters } = JSON.parse(await comity('desk', post.folder, 'board', '--json'));
    assert.notEqual(counters[theirs - 1].state, 'closed', 'the one that was drawn');
    await assert.rejects(comity('desk', post.folder, 'sit', '--officer', 'thi'), /no counter is drawn for her now/);
});

test('two officers swap: one asks, the other agrees; what breaks a rule is refused; it stays marked', async () => {
    const page = await signedIn('dara', { viewport: PHONE });
    await page.goto('/desk/shifts');
    await page.getByLabel('With whom').fill('nobody');
    await pressed(page, 'Ask for the swap');
    assert.match(await page.textContent('.govuk-error-summary'), /write the name of another officer/);
    assert.equal(await page.getByLabel('With whom').inputValue(), 'nobody', 'what was typed is still there');
    await serious(page);
    await fits(page);
    await shoot(page, 'swap');
    const mine = await page.locator('#day option').evaluateAll(all => all.map(option => option.value));
    let asked;
    for (const theirs of ['', ...Array.from({ length: 12 }, (_, i) => day(i + 1))])
        for (const own of mine)
            asked ??= (await who.dara.post('/desk/shifts/swap', { day: own, with: 'rith', 'with-day': theirs })).status === 303 ? own : undefined;
    assert.ok(asked, 'some day can be swapped');
    await page.reload();
    assert.match(await text(page), /You asked rith/);
    faults(page);
    await page.context().close();
    assert.match((await who.sophea.get(rota)).body, /Waits for the other officer/);
    const other = await signedIn('rith');
    await other.goto('/desk/shifts');
    assert.match(await text(other), /dara asks you to swap.*You have.*You get/);
    await serious(other);
    await shoot(other, 'swap');
    await pressed(other, 'Agree to the swap');
    assert.doesNotMatch(await text(other), /asks you to swap/);
    assert.match(await text(other), /by hand/);
    faults(other);
    await other.context().close();
    const seen = (await who.sophea.get(rota)).body;
    assert.match(seen, /Swapped/);
    assert.match(seen, /Practice dara, Practice rith/);
    assert.match((await who.sophea.post('/desk/shifts/swap', { day: 'x' })).body, /you have no shift on that day/);
});

test('a stranger makes it again from table and record; a cell that somebody typed over is found, and so is another table', async () => {
    for (const name of ['table.csv', 'roster.csv', 'record.json'])
        writeFileSync(files[name] = path(scratch, name), (await who.sophea.get(`${rota}/${name}`)).body);
    const check = roster => comity('rota', 'check', files['table.csv'], roster, '--record', files['record.json']);
    const said = await check(files['roster.csv']).catch(error => `${error.stdout}${error.stderr}`);
    assert.match(said, /Changed by hand: maly, /);
    assert.match(said, /Every other cell is what the draws gave/);
    const roster = (await who.sophea.get(`${rota}/roster.csv`)).body;
    writeFileSync(files.forged = path(scratch, 'forged.csv'), roster.replace(/^(dara,)(.*?)(early|late)\/hall/m, (_, name, before, shift) => `${name}${before}${shift === 'early' ? 'late' : 'early'}/hall`));
    const found = await check(files.forged).then(() => assert.fail('not seen'), error => `${error.stdout}${error.stderr}`);
    assert.match(found, /Not drawn: dara, /);
    const record = JSON.parse((await who.sophea.get(`${rota}/record.json`)).body);
    assert.equal(record.search, 2);
    delete record.drawn;
    writeFileSync(files.earlier = path(scratch, 'earlier.json'), JSON.stringify({ ...record, search: 1 }));
    const earlier = await comity('rota', 'check', files['table.csv'], files['roster.csv'], '--record', files.earlier)
        .then(() => assert.fail('taken as shown'), error => `${error.stdout}${error.stderr}`);
    assert.match(earlier, /Made by search 1; this program repeats search 2/);
    assert.doesNotMatch(earlier, /Not drawn|draws? gave/);
    writeFileSync(files.other = path(scratch, 'other.csv'), table('# another\n'));
    await assert.rejects(comity('rota', 'check', files.other, files['roster.csv'], '--record', files['record.json']), /not the one that was frozen/);
});
