// A hall, from its set-up to its records: tickets for several people and a family, calls, who does not come, who refuses, the secondary check, the
// board in other scripts, with three agencies that hold the keys. With JavaScript and without, on a phone, by the keyboard alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join as path } from 'node:path';
import { join } from './door.mjs';
import { agency, comity, DESK, faults, newPage, pair, PHONE, serious, shoot, stopAll } from './lib.mjs';

const shots = process.env.COMITY_SHOTS;
const DAY_MS = 24 * 3600 * 1000, day = at => new Date(Date.now() + at * DAY_MS).toISOString().slice(0, 10);
const WALL = { width: 1920, height: 1080 };
let post, holders, hall, board;
const who = {};

before(async () => {
    post = await agency('border-post', { kind: 'border', members: Object.entries({ sophea: 'supervisor', vanna: 'supervisor', dara: 'officer', rith: 'officer', bopha: 'officer', nita: 'caseworker' })
        .map(([login, roles]) => ({ name: `Practice ${login}`, login, roles })) });
    holders = [await agency('inspectorate', { kind: 'labour' }), await agency('ombuds', { kind: 'ngo' })];
    await pair(post, holders[0]);
    await pair(post, holders[1]);
    await pair(holders[0], holders[1]);
    for (const house of holders)
        await comity('desk', house.folder, 'hold', 'border-post');
    for (const login of ['sophea', 'vanna', 'dara', 'rith', 'bopha', 'nita'])
        who[login] = await join(post, login);
});
after(stopAll);

async function signedIn(login, options) {
    const page = await newPage(post, options);
    const [name, value] = who[login].cookie.split('=');
    await page.context().addCookies([{ name, value, url: post.url }]);
    return page;
}

// The keys as made two days ago.
async function keys(id) {
    await comity('desk', post.folder, 'keys', 'inspectorate', 'ombuds', '--hall', id, '--from', day(-1), '--until', day(3));
    post.older(`update desk_keys set since_ms = since_ms - ${2 * DAY_MS}`);
}

const text = async page => (await page.textContent('main')).replaceAll(/\s+/g, ' ');
const pressed = async (page, name) => {
    await page.getByRole('button', { name }).click();
    await page.waitForLoadState();
};

test('a supervisor sets a hall up; without keys its day cannot begin', async () => {
    const page = await signedIn('sophea');
    await page.goto('/desk/hall');
    await page.getByRole('link', { name: 'Set up a hall' }).click();
    await serious(page);
    await page.getByLabel('Name of the hall').fill('Practice bridge');
    await page.getByLabel('Number of counters').fill('3');
    await page.getByLabel('Posts of the secondary check').fill('2');
    await page.locator('#lane-1').fill('All passports');
    await page.locator('#lane-2').fill('Border pass');
    await page.locator('#at-2').fill('1-9');
    await page.locator('input[name=checked-2]').check();
    await pressed(page, 'Set up the hall');
    assert.match(await text(page), /Which counters serve the lane\?/);
    assert.equal(await page.locator('#lane-1').inputValue(), 'All passports', 'what was typed is still there');
    await page.locator('#at-2').fill('1-2');
    await shoot(page, 'hall-new');
    await pressed(page, 'Set up the hall');
    assert.match(page.url(), /\/desk\/hall\/[0-9a-f]{32}$/, await text(page));
    hall = new URL(page.url()).pathname;
    assert.match(await text(page), /There are no keys for today yet/);
    assert.equal(await page.getByRole('button', { name: 'Begin the day' }).count(), 0);
    board = await page.locator('main a[href^="/board/"]').getAttribute('href');
    assert.match((await who.dara.get(`${hall}/counter`)).body, /The day of this hall has not begun/);
    await keys(hall.split('/').pop());
    await page.reload();
    await serious(page);
    await pressed(page, 'Begin the day');
    await page.getByRole('heading', { name: 'Today in figures' }).waitFor();
    faults(page);
    await page.context().close();
});

// A ticket without a script; its number and code.
async function ticket(login, fields) {
    const answer = await who[login].post(`${hall}/tickets`, { lane: '1', party: '1', document: 'P 1234567', language: 'en', ...fields });
    assert.equal(answer.status, 200, /error-summary[^]*?<li>([^]*?)<\/li>/.exec(answer.body)?.[1]);
    return { number: Number(/c-paper__number.*?aria-hidden="true">(\d+)</.exec(answer.body)[1]), code: /c-quiet c-code">([0-9a-f ]+)</.exec(answer.body)[1], body: answer.body };
}
const given = new Map();

test('tickets: several people, a family, a lane that is checked; a paper in her language', async () => {
    const page = await signedIn('dara', { viewport: PHONE });
    await page.goto(`${hall}/tickets`);
    await serious(page);
    await page.getByLabel(/Border pass/).check();
    await page.getByLabel('How many travel together').fill('4');
    await page.getByLabel('Number of the document').fill('N 7654321');
    await page.getByLabel('Language of the paper').selectOption('km');
    await pressed(page, 'Give the ticket');
    assert.match(await text(page), /This lane is only for who may use it/);
    await page.getByLabel(/I looked at the papers/).check();
    if (shots) await page.screenshot({ path: path(shots, 'hall-tickets-390.png'), fullPage: true });
    await pressed(page, 'Give the ticket');
    assert.equal(await page.locator('html').getAttribute('lang'), 'km');
    assert.match(await text(page), /Border pass/);
    assert.equal(await page.locator('.c-paper__number [aria-hidden]').textContent(), '1');
    await serious(page);
    if (shots) await page.screenshot({ path: path(shots, 'hall-paper-390.png'), fullPage: true });
    assert.doesNotMatch(await page.content(), /7654321/, 'the document is not on the paper');
    faults(page);
    await page.context().close();
    for (let i = 2; i <= 14; i++) {
        const one = await ticket(i % 2 ? 'dara' : 'rith', { document: `P 10000${i}` });
        assert.equal(one.number, i);
        given.set(i, one.code);
    }
    assert.equal((await who.dara.post(`${hall}/tickets`, { lane: '1', party: '0', document: 'P 1' })).status, 422);
    assert.equal((await who.dara.post(`${hall}/tickets`, { lane: '1', party: '1', document: ' ' })).status, 422);
    assert.equal((await who.nita.post(`${hall}/tickets`, { lane: '1', party: '1', document: 'P 1' })).status, 403, 'not a caseworker');
});

const called = async page => Number(/Ticket (\d+)/.exec(await page.locator('.c-called__number').textContent())[1]);

test('an officer opens a counter and is called a ticket; by the keyboard alone, and she sees why', async () => {
    const page = await signedIn('dara');
    await page.goto(`${hall}/counter`);
    await serious(page);
    await shoot(page, 'hall-open');
    await pressed(page, 'Counter 1');
    const first = await called(page);
    assert.ok(first >= 1 && first <= 14);
    assert.match(await text(page), /drawn from 10 tickets\. Ticket \d+ had the lowest lot/);
    assert.match(await text(page), /Only one counter was open/, 'one counter is no choice');
    await shoot(page, 'hall-counter');
    await serious(page);
    await page.keyboard.press('Tab'); // the call has the focus: the first key leads to the big button
    await page.keyboard.press('Enter');
    await page.waitForURL(/last=/);
    assert.match(await text(page), new RegExp(`Ticket ${first}: is served`));
    assert.notEqual(await called(page), first);
    // pressed twice, or in another window: the same again, and nobody else is touched; another word for it is an error
    const next = await called(page);
    assert.equal((await who.dara.post(`${hall}/counter`, { do: 'served', ticket: String(first) })).status, 303);
    assert.equal((await who.dara.post(`${hall}/counter`, { do: 'no-show', ticket: String(first) })).status, 422);
    assert.equal((await who.dara.post(`${hall}/sit`, { counter: '1' })).status, 303);
    await page.reload();
    assert.equal(await called(page), next);
    // the document at hand, against the paper
    const second = await called(page);
    await page.getByLabel('Number of the document').fill(second === 1 ? 'N 7654321' : `P 10000${second}`);
    await page.getByLabel('Code on the ticket').fill(`${post.url}${board}/${second}#${given.get(second)?.replaceAll(' ', '') ?? '00'.repeat(32)}`);
    await pressed(page, 'Compare');
    assert.match(await text(page), second === 1 ? /not given for this document/ : /The ticket was given for this document/);
    await page.getByLabel('Number of the document').fill('X 1');
    await page.getByLabel('Code on the ticket').fill(given.get(second) ?? '00'.repeat(32));
    await pressed(page, 'Compare');
    assert.match(await text(page), /not given for this document: send it to the secondary check/);
    faults(page);
    await page.context().close();
});

test('without JavaScript: did not come, refuses, refuses again and goes to the drawn secondary check', async () => {
    const page = await signedIn('rith', { script: false, viewport: PHONE });
    await page.goto(`${hall}/counter`);
    await pressed(page, 'Counter 2');
    const absent = await called(page);
    await pressed(page, 'Did not come');
    assert.match(await text(page), new RegExp(`Ticket ${absent}: did not come when called`));
    const refuses = await called(page);
    await pressed(page, 'Refuses this counter');
    assert.match(await text(page), new RegExp(`Ticket ${refuses}: waits in line`));
    if (shots) await page.screenshot({ path: path(shots, 'hall-counter-390.png'), fullPage: true });
    // she is back at the end of the line: served until her number comes again, wherever it is called
    const { dara } = who;
    let again = false;
    for (let i = 0; i < 30 && !again; i++) {
        const now = await called(page);
        if (now === refuses) {
            await pressed(page, 'Refuses this counter');
            again = true;
        } else {
            await pressed(page, 'Served: call next');
            const own = (await dara.get(`${hall}/counter`)).body, theirs = /name="ticket" value="(\d+)"/.exec(own)?.[1];
            if (Number(theirs) === refuses) {
                await dara.post(`${hall}/counter`, { ticket: theirs, do: 'refused' });
                await page.goto(`${hall}/counter?last=${refuses}`);
                again = true;
            } else if (theirs) await dara.post(`${hall}/counter`, { ticket: theirs, do: 'served' });
            if (!again) await page.goto(`${hall}/counter`);
        }
    }
    assert.ok(again, 'she was called again');
    assert.match(await text(page), new RegExp(`Ticket ${refuses}: goes to the secondary check · drawn: post [12]`));
    await page.goto(`${hall}/tickets`); // the one that did not come is back
    await page.getByLabel('Ticket', { exact: true }).fill(String(absent));
    await pressed(page, 'Missed its call: back to the end of the line');
    assert.match(await text(page), new RegExp(`Ticket ${absent}: (waits in line|is called)`));
    faults(page);
    await page.context().close();
});

test('the board: for everybody, from far, in several scripts, live; with a script and without', async () => {
    const page = await newPage(post, { viewport: WALL });
    await page.goto(board);
    await page.reload(); // now it is known that there is a script, and nothing but the script asks again
    await serious(page);
    const words = new Map();
    for (let i = 0; i < 100 && words.size < 6; i++) {
        for (const [lang, word] of await page.locator('.c-board__calls thead th:last-child [lang]').evaluateAll(all => all.map(one => [one.lang, one.textContent])))
            words.set(lang, word);
        await page.waitForTimeout(300);
    }
    assert.deepEqual([...words.keys()].sort(), ['de', 'en', 'fr', 'km', 'th', 'vi'], 'all languages in their turn');
    assert.equal(words.get('en'), 'Counter');
    assert.match(words.get('km'), /[\u1780-\u17ff]/);
    assert.match(words.get('th'), /[\u0e00-\u0e7f]/);
    const tickets = [];
    for (let i = 0; i < 12; i++)
        tickets.push((await ticket('dara', { document: `P 2${i}` })).number);
    await page.locator('.c-board__window li', { hasText: String(tickets[0]) }).waitFor(); // it came by itself
    if (shots) await page.screenshot({ path: path(shots, 'hall-board-1920.png') });
    const { body } = await who.dara.get(`${hall}/counter`), now = /name="ticket" value="(\d+)"/.exec(body)[1];
    await who.dara.post(`${hall}/counter`, { ticket: now, do: 'served' });
    const next = /name="ticket" value="(\d+)"/.exec((await who.dara.get(`${hall}/counter`)).body)[1];
    await page.locator('.c-board__calls tbody th', { hasText: next }).waitFor();
    assert.doesNotMatch(await page.content(), /Practice (dara|rith|sophea)/, 'nobody is named');
    faults(page);
    const plain = await newPage(post, { script: false, viewport: PHONE });
    const answer = await plain.goto(board);
    assert.equal(answer.headers().refresh, '5', 'it asks again by itself');
    if (shots) await plain.screenshot({ path: path(shots, 'hall-board-390.png'), fullPage: true });
    await plain.goto(`${board}/${next}`);
    assert.match(await text(plain), new RegExp(`Ticket ${next} Go to counter 1`));
    assert.match(await text(plain), /How this call came about/);
    if (shots) await plain.screenshot({ path: path(shots, 'hall-place-390.png'), fullPage: true });
    const [, , id, key] = board.split('/');
    for (const wrong of [`/board/${id}/${'0'.repeat(32)}`, `/board/${key}/${id}`, `${board}/999`, `${board}/x`])
        assert.equal((await plain.goto(wrong)).status(), 404, wrong);
    faults(plain);
    await plain.context().close();
    await page.context().close();
});

test('too many ask for the board: the others are told to come later, who works is not held up, and it ends by itself', async () => {
    let turned, asked = 0;
    while (!turned && asked < 20000) { // a burst of 200 is let through, then 50 a second
        const answers = await Promise.all(Array.from({ length: 100 }, () => who.nita.get(board)));
        asked += answers.length;
        turned = answers.find(one => one.status === 429);
        for (const one of answers)
            assert.ok([200, 429].includes(one.status), String(one.status));
    }
    assert.match(turned?.body ?? '', /Many ask for this page at the moment/);
    assert.equal((await who.dara.get(`${hall}/counter`)).status, 200, 'an officer at her counter is none of them');
    let again;
    for (let i = 0; i < 200 && again !== 200; i++)
        again = (await who.nita.get(board)).status;
    assert.equal(again, 200);
});

const atCounter = async login => Number(/name="ticket" value="(\d+)"/.exec((await who[login].get(`${hall}/counter`)).body)?.[1]);
const served = async login => who[login].post(`${hall}/counter`, { ticket: String(await atCounter(login)), do: 'served' });

test('somebody cannot wait: one asks, another agrees, the next free counter calls, and the board says so', async () => {
    let last;
    for (let i = 0; i < 12; i++)
        last = (await ticket('rith', { document: `P 3${i}` })).number; // too far behind to be drawn
    const page = await signedIn('dara', { viewport: PHONE });
    await page.goto(`${hall}/tickets`);
    await page.getByLabel('Number of the ticket').fill(String(last));
    post.older(`update people_session set proved_ms = ${Date.now()}`); // whoever asks or agrees has just proved who she is
    await page.getByRole('button', { name: 'Ask a second person' }).click();
    assert.match(await text(page), /say in a few words why/);
    await page.getByLabel('Why', { exact: true }).fill('an ill child');
    await page.getByRole('button', { name: 'Ask a second person' }).click();
    await page.waitForURL(/\/oversight\/approvals\/[0-9a-f]{32}$/);
    const asked = new URL(page.url()).pathname;
    assert.match(await text(page), new RegExp(`Call somebody in the hall without a draw.*${last}.*whichever is free next`));
    assert.equal((await who.rith.post(`${asked}/agree`)).status, 403, 'an officer is no second person');
    await served('dara');
    assert.notEqual(await atCounter('dara'), last, 'not on one word');
    assert.match((await who.vanna.get(asked)).body, /an ill child/);
    assert.equal((await who.vanna.post(`${asked}/agree`)).headers.location, asked);
    await served('dara');
    assert.equal(await atCounter('dara'), last);
    await page.goto(`${hall}/counter`);
    assert.match(await text(page), /Without a draw.*Two persons decided this call/);
    const wall = await newPage(post, { viewport: WALL });
    await wall.goto(board);
    const row = wall.locator('.c-board__calls tr', { has: wall.locator('.c-board__mark') });
    assert.match(await row.textContent(), new RegExp(`^\\s*${last}[^]*1\\s*$`));
    assert.equal(await wall.locator('.c-board__facts .c-board__warn dd').textContent(), '1', 'counted today');
    await serious(wall);
    if (shots) await wall.screenshot({ path: path(shots, 'hall-board-override.png') });
    faults(wall);
    faults(page);
    await wall.context().close();
    await page.context().close();
});

test('two key holders are gone: the draw is weak, and the board, the counter and the supervisor are told', async () => {
    for (const house of holders)
        await house.stop();
    const page = await signedIn('rith');
    do { // whoever is due by now is called without a draw: not that one
        await served('rith');
        await page.goto(`${hall}/counter`);
        for (let i = 0; i < 60 && !await page.locator('.c-called__number').count(); i++) { // it takes the time in which a holder may answer
            await page.waitForTimeout(200);
            await page.goto(`${hall}/counter`);
        }
    } while (/overtaken as often as the rule allows/.test(await text(page)));
    assert.match(await text(page), /Weak draw Only one key holder answered/);
    await serious(page);
    await shoot(page, 'hall-weak');
    const plain = await newPage(post, { script: false, viewport: WALL });
    await plain.goto(board);
    assert.ok(await plain.locator('.c-board__calls .c-board__mark').count() >= 2, 'weak, and without a draw');
    if (shots) await plain.screenshot({ path: path(shots, 'hall-board-weak.png') });
    const told = (await who.sophea.get(hall)).body.replaceAll(/\s+/g, ' ');
    assert.match(told, /inspectorate \(practice\)<\/bdi><\/th><td[^>]*>\d+<\/td><td[^>]*><strong>1<\/strong>/);
    faults(page);
    for (const one of [page, plain])
        await one.context().close();
});

test('the day: figures, key holders, records to save; another board address ends the old; the day ends', async () => {
    const page = await signedIn('sophea');
    await page.goto(hall);
    assert.match(await text(page), /Tickets ?38/);
    assert.match(await text(page), /Called without a draw, by two persons ?1/);
    await shoot(page, 'hall-day');
    await serious(page);
    const saved = await who.sophea.get(`${hall}/day`);
    assert.match(saved.headers['content-disposition'], /hall-\d+\.day/);
    assert.equal(saved.bytes.subarray(0, 18).toString(), 'comity-desk-day 1\n');
    await pressed(page, 'Another address: the old one ends');
    const other = await page.locator('main a[href^="/board/"]').getAttribute('href');
    assert.notEqual(other, board);
    assert.equal((await who.nita.get(board)).status, 404);
    assert.equal((await who.nita.get(other)).status, 200);
    await pressed(page, 'End the day');
    assert.match(await text(page), /over for today/);
    assert.match((await who.nita.get(other)).body, /The hall is closed for today|Die Halle ist für heute geschlossen/);
    faults(page);
    await page.context().close();
});
