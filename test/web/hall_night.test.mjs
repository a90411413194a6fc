// A hall over midnight: the day goes on, a supervisor hands it over, and whoever waits keeps her place; another rule that two agreed on counts from then on. The agency's clock is moved by its time zone.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { join as path } from 'node:path';
import { join } from './door.mjs';
import { agency, comity, DESK, faults, newPage, pair, PHONE, serious, stopAll } from './lib.mjs';

const shots = process.env.COMITY_SHOTS;
const DAY_MS = 24 * 3600 * 1000, day = at => new Date(Date.now() + at * DAY_MS).toISOString().slice(0, 10);
after(stopAll);

// Asked by one without JavaScript on a phone, agreed to by a second; the day that goes on keeps its rule.
async function otherRule(post, hall, { sophea, vanna, dara }) {
    const page = await newPage(post, { viewport: PHONE, script: false }), [name, value] = sophea.cookie.split('=');
    const press = async button => { await page.getByRole('button', { name: button }).click(); await page.waitForLoadState(); };
    const text = async () => (await page.textContent('main')).replaceAll(/\s+/g, ' ');
    await page.context().addCookies([{ name, value, url: post.url }]);
    assert.equal((await dara.get(`${hall}/rule`)).status, 403, 'not for an officer');
    post.older(`update people_session set proved_ms = ${Date.now()}`); // whoever asks or agrees has just proved who she is
    await page.goto(hall);
    await page.getByRole('link', { name: 'Another rule for the hall' }).click();
    await press('Show what would be otherwise');
    assert.match(await text(), /Nothing would be otherwise/);
    await page.locator('#counters').fill('1');
    await press('Show what would be otherwise');
    assert.match(await text(), /not taken away, since somebody may still be there/);
    await page.locator('#counters').fill('3');
    await page.locator('#lane-2').fill('Border pass');
    await page.locator('#at-2').fill('9');
    await press('Show what would be otherwise');
    assert.match(await text(), /Which counters serve the lane\?/);
    await page.locator('#at-2').fill('3');
    await press('Show what would be otherwise');
    assert.match(await text(), /Number of counters ?2 ?3.*Lane 2 · Name ?– ?Border pass.*A lane with one counter leaves nothing to draw: Border pass/);
    await page.locator('#cap').fill('12'); // other than what was shown: it is shown again, not asked
    await press('Ask a second person');
    assert.match(await text(), /Overtaken at most so many times ?15 ?12/);
    await press('Ask a second person');
    assert.match(await text(), /say in a few words why/);
    await page.getByLabel('Why', { exact: true }).fill('a third counter');
    if (shots) await page.screenshot({ path: path(shots, 'hall-rule-390.png'), fullPage: true });
    await press('Ask a second person');
    assert.match(page.url(), /\/oversight\/approvals\/[0-9a-f]{32}$/, await text());
    const asked = new URL(page.url()).pathname;
    assert.equal((await sophea.post(`${asked}/agree`)).status, 403, 'nobody agrees to her own');
    const told = (await vanna.get(asked)).body.replaceAll(/<[^>]+>|\s+/g, ' ').replaceAll(/ +/g, ' ');
    assert.match(told, /a third counter.*Overtaken at most so many times 15 12.*A lane with one counter leaves nothing to draw: Border pass/);
    assert.equal((await vanna.post(`${asked}/agree`)).headers.location, asked);
    assert.doesNotMatch((await sophea.get(hall)).body, /Counter 3:/, 'not today');
    faults(page);
    await page.context().close();
    for (const viewport of [DESK, PHONE]) {
        const wide = await newPage(post, { viewport });
        await wide.context().addCookies([{ name, value, url: post.url }]);
        await wide.goto(`${hall}/rule`);
        assert.equal(await wide.locator('#lane-2').inputValue(), 'Border pass');
        await wide.locator('#at-2').fill('1, 3');
        await wide.getByRole('button', { name: 'Show what would be otherwise' }).click();
        await wide.getByRole('button', { name: 'Ask a second person' }).waitFor();
        await serious(wide);
        assert.ok(await wide.evaluate(() => document.documentElement.scrollWidth - innerWidth) <= 0, 'too wide');
        if (shots) await wide.screenshot({ path: path(shots, `hall-rule-shown-${viewport.width}.png`), fullPage: true });
        await wide.goto(asked);
        await serious(wide);
        if (shots) await wide.screenshot({ path: path(shots, `hall-rule-asked-${viewport.width}.png`), fullPage: true });
        faults(wide);
        await wide.context().close();
    }
}

test('the day of yesterday goes on, and is handed over with everybody in her place', async () => {
    const post = await agency('border-post', { kind: 'border', timeZone: 'Etc/GMT+12', members: [{ name: 'Practice Sophea', login: 'sophea', roles: 'supervisor' }, { name: 'Practice Vanna', login: 'vanna', roles: 'supervisor' }, { name: 'Practice Dara', login: 'dara', roles: 'officer' }] });
    const holder = await agency('inspectorate', { kind: 'labour' });
    await pair(post, holder);
    await comity('desk', holder.folder, 'hold', 'border-post');
    const sophea = await join(post, 'sophea'), vanna = await join(post, 'vanna'), dara = await join(post, 'dara');
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
    await otherRule(post, hall, { sophea, vanna, dara });
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
    assert.match((await sophea.get(hall)).body, /Border pass<\/bdi>[^]*Counter 3:/, 'the next day has the rule');
    assert.equal((await dara.post(`${hall}/counter`, { ticket: there, do: 'served' })).status, 303);
});
