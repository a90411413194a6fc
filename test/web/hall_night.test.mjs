// A hall over midnight: the day goes on, a supervisor hands it over, and whoever waits keeps her place. The agency's clock is moved by its time zone.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { join as path } from 'node:path';
import { join } from './door.mjs';
import { agency, comity, DESK, faults, newPage, pair, PHONE, serious, stopAll } from './lib.mjs';

const shots = process.env.COMITY_SHOTS;
const DAY_MS = 24 * 3600 * 1000, day = at => new Date(Date.now() + at * DAY_MS).toISOString().slice(0, 10);
after(stopAll);

test('the day of yesterday goes on, and is handed over with everybody in her place', async () => {
    const post = await agency('border-post', { kind: 'border', timeZone: 'Etc/GMT+12', members: [{ name: 'Practice Sophea', login: 'sophea', roles: 'supervisor' }, { name: 'Practice Dara', login: 'dara', roles: 'officer' }] });
    const holder = await agency('inspectorate', { kind: 'labour' });
    await pair(post, holder);
    await comity('desk', holder.folder, 'hold', 'border-post');
    const sophea = await join(post, 'sophea'), dara = await join(post, 'dara');
    const hall = (await sophea.post('/desk/hall/new', { name: 'Practice bridge', counters: '2', posts: '1', 'lane-1': 'All' })).headers.location;
    await comity('desk', post.folder, 'keys', 'inspectorate', '--hall', hall.split('/').pop(), '--from', day(-3), '--until', day(4));
    post.older(`update desk_keys set since_ms = since_ms - ${2 * DAY_MS}`);
    assert.equal((await sophea.post(`${hall}/begin`)).status, 303);
    for (let i = 0; i < 5; i++)
        assert.equal((await dara.post(`${hall}/tickets`, { lane: '1', party: '1', document: `P 1${i}`, language: 'en' })).status, 200);
    assert.equal((await dara.post(`${hall}/sit`, { counter: '1' })).status, 303);
    const at = async () => /name="ticket" value="(\d+)"/.exec((await dara.get(`${hall}/counter`)).body)?.[1], there = await at();
    assert.ok(there);
    assert.doesNotMatch((await sophea.get(hall)).body, /Hand over to today/, 'it began today');
    await post.stop();
    const settings = path(post.folder, 'comity.json'), was = await readFile(settings, 'utf8'), moved = was.replace('Etc/GMT+12', 'Etc/GMT-14');
    assert.notEqual(moved, was);
    await writeFile(settings, moved);
    await post.serve();
    assert.equal(await at(), there, 'the day goes on');
    for (const viewport of [DESK, PHONE]) {
        const page = await newPage(post, { viewport });
        const [name, value] = sophea.cookie.split('=');
        await page.context().addCookies([{ name, value, url: post.url }]);
        await page.goto(hall);
        await page.getByRole('button', { name: 'Hand over to today' }).waitFor();
        await serious(page);
        if (shots) await page.screenshot({ path: path(shots, `hall-night-${viewport.width}.png`), fullPage: true });
        if (viewport === PHONE) {
            await page.getByRole('button', { name: 'Hand over to today' }).click();
            await page.waitForLoadState();
            assert.equal(await page.getByRole('button', { name: 'Hand over to today' }).count(), 0);
            assert.match((await page.textContent('main')).replaceAll(/\s+/g, ' '), /Tickets that wait ?4 /);
        }
        faults(page);
        await page.context().close();
    }
    assert.equal(await at(), there, 'her case goes on at the counter');
    assert.equal((await dara.post(`${hall}/counter`, { ticket: there, do: 'served' })).status, 303);
});
