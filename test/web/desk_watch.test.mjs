// The watch over the desk: what the draws do not explain stands out by number, what they do does not; nobody opens a number alone, two do.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { after, before, test } from 'node:test';
import { join } from './door.mjs';
import { agency, comity, DESK, faults, newPage, pair, PHONE, serious, stopAll } from './lib.mjs';

const shots = process.env.COMITY_SHOTS;
let house, holder, scratch;
const who = {};

// A line with a window of ten, and a seed; planted: officer 3 draws handler 7 whenever he can, officer 5 calls without a lot.
export function draws(seed, calls, planted) {
    let state = seed;
    const next = () => { state = Math.imul(state ^ state >>> 15, 0x2c1b3c6d) + 0x9e3779b9 | 0; let z = state ^ state >>> 12; z = Math.imul(z, 0x297a2d39); return ((z ^ z >>> 15) >>> 0) / 2 ** 32; };
    const rows = ['of,could,drawn,seconds,near,override'], window = [];
    for (let call = 0, alone = 0; call < calls; call++) {
        while (window.length < 10)
            window.push(next() < .5 ? `T${++alone}` : `HANDLER-${Math.floor(30 * next() ** 2)}`);
        const officer = Math.floor(8 * next()), seventh = window.indexOf('HANDLER-7');
        let drawn = Math.floor(10 * next());
        if (planted && officer === 3 && seventh >= 0 && next() < .6) drawn = seventh;
        rows.push(`OFFICER-${officer},${window.join(' ')},${window[drawn]},${Math.ceil(-60 * Math.log(1 - next()))},${seventh >= 0 ? 1 : 0},${next() < (planted && officer === 5 ? .12 : .02) ? 1 : 0}`);
        window.splice(drawn, 1);
    }
    return rows.join('\n') + '\n';
}

before(async () => {
    scratch = mkdtempSync(path(tmpdir(), 'comity-watch-'));
    const roles = { sophea: 'supervisor', vanna: 'supervisor', thi: 'dpo', nita: 'auditor', dara: 'caseworker', offi: 'officer' };
    house = await agency('border-unit', { kind: 'border', members: Object.entries(roles).map(([login, role]) => ({ name: `Practice ${login}`, login, roles: role })) });
    holder = await agency('ombuds', { kind: 'ngo' });
    await pair(house, holder);
    for (const login of Object.keys(roles))
        who[login] = await join(house, login);
});
after(async () => {
    await stopAll();
    rmSync(scratch, { recursive: true, force: true });
});

async function keep(name, text) {
    writeFileSync(path(scratch, name), text);
    return comity('watch', 'keep', house.folder, path(scratch, name), '--basis', 'practice order 12');
}

test('before anything is kept, and when nothing is arranged: nothing stands out, and it says what would', async () => {
    assert.match((await who.sophea.get('/desk/watch')).body, /No draws are kept yet/);
    await keep('null.csv', draws(1, 2000, false));
    const { body } = await who.nita.get('/desk/watch');
    assert.match(body, /Nothing stands out; with this many meetings only lifts above \d+\.\d would/);
    assert.doesNotMatch(body, /Look here|OFFICER|HANDLER|Ask to open/);
    assert.equal((await who.dara.get('/desk/watch')).status, 403, 'for those who watch');
});

test('what is arranged stands out by number; a picture, a table that says the same, a phone, no script', async () => {
    await keep('planted.csv', draws(2, 6000, true));
    await assert.rejects(keep('planted.csv', draws(2, 6000, true)), /kept already/);
    for (const viewport of [DESK, PHONE]) {
        const page = await newPage(house, { viewport });
        const session = who.sophea.cookie.split('=');
        await page.context().addCookies([{ name: session[0], value: session[1], url: house.url }]);
        await page.goto('/desk/watch');
        const first = page.locator('section.c-watch').first();
        assert.equal(await first.locator('tbody tr', { hasText: 'Look here' }).count(), 1, 'one pair');
        assert.match(await first.locator('tbody tr').first().textContent(), /[0-9a-f]{8} · [0-9a-f]{8}/);
        const row = await first.locator('svg.c-chart__picture a').first().getAttribute('href');
        assert.match(await page.locator(row).textContent(), /Look here/, 'a line of the picture leads to its row');
        assert.doesNotMatch(await page.content(), /OFFICER|HANDLER/);
        await serious(page);
        if (shots) await page.screenshot({ path: path(shots, `watch-${viewport.width}.png`), fullPage: true });
        const wide = await page.evaluate(() => [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.c-chart, .c-wide')).map(e => `${e.tagName} ${e.className}`));
        assert.deepEqual(wide, [], 'no wider than the screen');
        faults(page);
        await page.context().close();
    }
});

test('a link of travellers takes a legal basis, and is never shown by its words; a ticket of it is noted at the desk, unseen', async () => {
    const { sophea, nita, thi } = who;
    assert.equal((await sophea.post('/desk/watch/links', { words: 'the recruiter Moon (practice)', reference: '', days: '30', documents: 'N 123-456' })).status, 422, 'on which legal basis?');
    assert.equal((await sophea.post('/desk/watch/links', { words: 'the recruiter Moon (practice)', reference: 'order 3', days: '400', documents: '' })).status, 422, 'for how long?');
    assert.equal((await nita.post('/desk/watch/links', { words: 'x', reference: 'x', days: '3' })).status, 403);
    const link = (await sophea.post('/desk/watch/links', { words: 'the recruiter Moon (practice)', reference: 'order 3', days: '30', documents: 'N 123-456\nN 77' })).headers.location;
    assert.match(link, /^\/desk\/watch\/links\/[0-9a-f]{32}$/);
    assert.equal((await sophea.post(`${link}/document`, { document: 'N 78', reference: 'order 3' })).status, 303);
    for (const [reader, target] of [[sophea, link], [sophea, '/desk/watch/links'], [thi, '/desk/watch/links']]) {
        const { body } = await reader.get(target);
        assert.match(body, /3 documents, 0 tickets/);
        assert.doesNotMatch(body, /Moon|123-456/, 'what it says is not shown');
    }
    // a hall, a ticket for one of the documents, and one by its paper
    const hall = (await sophea.post('/desk/hall/new', { name: 'Practice bridge', counters: '2', posts: '1', 'lane-1': 'All' })).headers.location;
    const day = at => new Date(Date.now() + at * 864e5).toISOString().slice(0, 10), id = hall.split('/').pop();
    await comity('desk', holder.folder, 'hold', 'border-unit');
    await comity('desk', house.folder, 'keys', 'ombuds', '--hall', id, '--from', day(-1), '--until', day(2));
    house.older('update desk_keys set since_ms = since_ms - 2 * 86400000');
    assert.equal((await sophea.post(`${hall}/begin`)).status, 303);
    const paper = [];
    for (const document of ['n123456', 'P 1', 'P 2'])
        paper.push((await who.offi.post(`${hall}/tickets`, { lane: '1', party: '1', document })).body);
    assert.match((await sophea.get(link)).body, /3 documents, 1 ticket\b/);
    const code = /#([0-9a-f]{64})/.exec(paper[2])?.[1] ?? /(?:[0-9a-f]{4} ){15}[0-9a-f]{4}/.exec(paper[2])[0];
    const add = more => sophea.post(`${link}/ticket`, { hall: id, day: day(0), ticket: '3', code, shown: 'P 2', basis: 'order 3', ...more });
    assert.equal((await add({ shown: 'P 3' })).status, 422, 'another document');
    assert.equal((await add({ ticket: '2' })).status, 422, 'the paper of another ticket');
    assert.equal((await add({ basis: '' })).status, 422, 'on which legal basis?');
    assert.equal((await add({})).status, 303);
    assert.match((await sophea.get(link)).body, /3 documents, 2 tickets/);
    await pictures('links', link, '/desk/watch/links');
    assert.equal((await sophea.post(`${link}/end`, { why: '' })).status, 422);
    assert.equal((await sophea.post(`${link}/end`, { why: 'it was another (practice)' })).status, 303);
    assert.match((await sophea.get('/desk/watch/links')).body, /There is no link now/);
    assert.equal((await sophea.get(link)).status, 404);
    assert.doesNotMatch(house.log, /Moon|123-?456/);
});

test('the node takes its days by an order with a legal basis, and none without', async () => {
    const { sophea, thi } = who;
    assert.match((await sophea.get('/desk/watch/days')).body, /The node takes no days now/);
    assert.equal((await sophea.post('/desk/watch/days', { reference: '', days: '90' })).status, 422);
    assert.equal((await sophea.post('/desk/watch/days', { reference: 'order 12', days: '0' })).status, 422);
    assert.equal((await thi.post('/desk/watch/days', { reference: 'order 12', days: '90' })).status, 403);
    assert.equal((await sophea.post('/desk/watch/days', { reference: 'order 12', days: '90' })).status, 303);
    assert.match((await thi.get('/desk/watch/days')).body, /No day of a hall has ended yet[^]*for 90 days, by two persons/);
    await pictures('days', '/desk/watch/days');
    assert.equal((await sophea.post('/desk/watch/days', { stop: 'yes', reference: '' })).status, 303);
    assert.match((await sophea.get('/desk/watch/days')).body, /The node takes no days now/);
    house.older(`insert into watch_count(at_ms, calls, tested, found) values(${Date.now() - 9 * 864e5}, 900, 20, 3)`); // a look of the week before the last
    assert.doesNotMatch((await sophea.get('/')).body, /it says where, not what/, 'old counts are no news');
    house.older(`insert into watch_count(at_ms, calls, tested, found) values(${Date.now() - 864e5}, 1000, 20, 2)`);
    assert.match((await sophea.get('/')).body, /2<\/span> places to look at in the watch of the halls; it says where, not what/);
    assert.doesNotMatch((await who.dara.get('/')).body, /it says where, not what/, 'for those who watch');
    assert.match((await thi.get('/desk/watch/days')).body, /1000<\/td>[^]*>2<\/td>[^]*900<\/td>[^]*>3<\/td>/, 'counts stay, week by week');
    await pictures('weeks', '/desk/watch/days', '/');
    const leaves = await house.leaves();
    for (const verb of ['watch-link', 'watch-order'])
        assert.ok(leaves.includes(verb), verb);
});

// Pages as they look, without faults, at both widths.
async function pictures(name, ...targets) {
    for (const viewport of [DESK, PHONE])
        for (const [i, target] of targets.entries()) {
            const page = await newPage(house, { viewport });
            const session = who.sophea.cookie.split('=');
            await page.context().addCookies([{ name: session[0], value: session[1], url: house.url }]);
            await page.goto(target);
            await serious(page);
            if (shots) await page.screenshot({ path: path(shots, `watch-${name}-${i}-${viewport.width}.png`), fullPage: true });
            const wide = await page.evaluate(() => [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.c-chart, .c-wide')).map(e => `${e.tagName} ${e.className}`));
            assert.deepEqual(wide, [], 'no wider than the screen');
            faults(page);
            await page.context().close();
        }
}

test('a number is opened by two, told to whoever asked, and to nobody else', async () => {
    const { sophea, vanna, thi } = who;
    const { body } = await sophea.get('/desk/watch');
    const [, codes] = /\/desk\/watch\/open\?codes=([0-9a-f]{8}-[0-9a-f]{8})/.exec(body);
    assert.match((await sophea.get(`/desk/watch/open?codes=${codes}`)).body, new RegExp(codes.slice(0, 8)));
    assert.doesNotMatch((await thi.get('/desk/watch')).body, /Ask to open/);
    assert.equal((await sophea.post('/desk/watch/open', { codes, reference: '' })).status, 422, 'why?');
    assert.equal((await sophea.post('/desk/watch/open', { codes: '00000000', reference: 'x' })).status, 404);
    assert.equal((await sophea.get('/desk/watch/open?codes=OFFICER-3')).status, 404);
    const asked = (await sophea.post('/desk/watch/open', { codes, reference: 'inquiry 7' })).headers.location;
    assert.match(asked, /^\/oversight\/approvals\/[0-9a-f]{32}$/);
    const names = asked.replace('/oversight/approvals', '/desk/watch/names');
    assert.equal((await sophea.get(names)).status, 403, 'not before a second person agreed');
    assert.notEqual((await sophea.post(`${asked}/agree`)).status, 303, 'not by her own');
    assert.match((await thi.get(asked)).body, new RegExp(codes.slice(9)), 'the second sees which numbers, and no name');
    assert.doesNotMatch((await thi.get(asked)).body, /OFFICER|HANDLER/);
    assert.equal((await thi.post(`${asked}/agree`)).status, 303);
    assert.match((await sophea.get(asked)).body, new RegExp(names));
    const told = (await sophea.get(names)).body;
    assert.match(told, /OFFICER-3/);
    assert.match(told, /HANDLER-7/);
    for (const other of [vanna, thi, who.nita])
        assert.ok([403, 404].includes((await other.get(names)).status), 'for who asked alone');
    const leaves = await house.leaves();
    for (const verb of ['watch-keep', 'watch-look', 'watch-open.asked', 'agree', 'watch-open', 'fetch'])
        assert.ok(leaves.includes(verb), verb);
    assert.doesNotMatch(house.log, /OFFICER|HANDLER/);
});
