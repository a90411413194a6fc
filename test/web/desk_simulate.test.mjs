// The line tried out: the same entries give the same page; drawing and table say the same; nonsense is said at its field; nobody but those who watch.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from './door.mjs';
import { agency, DESK, faults, newPage, PHONE, serious, shoot, stopAll } from './lib.mjs';

const ENTRIES = '/desk/simulate?counters=10&load=97&minutes=1.5&window=10&cap=15&officers=1&tries=1';
let house;
const who = {};

before(async () => {
    house = await agency('border-unit', { kind: 'border', members: [['sophea', 'supervisor'], ['dara', 'caseworker']].map(([login, roles]) => ({ name: `Practice ${login}`, login, roles })) });
    who.dara = await join(house, 'dara');
});
after(stopAll);

const numbers = cells => cells.map(cell => Number(/^[\d.]+/.exec(cell)[0]));

test('a caseworker has no such page', async () => {
    assert.equal((await who.dara.get('/desk/simulate')).status, 403);
});

for (const [name, viewport] of [['desk', DESK], ['phone', PHONE]])
    test(`tried out, ${name}`, async () => {
        const page = await newPage(house, { viewport });
        await house.signIn(page, 'sophea');
        await page.goto('/oversight');
        await page.getByRole('link', { name: 'Try out the line' }).click();
        assert.equal(await page.getByRole('table').count(), 0, 'nothing before it is asked for');
        await page.getByLabel('Minutes for one case').fill('1.5');
        await page.getByRole('button', { name: 'Try it' }).click();
        await page.getByRole('heading', { name: 'What the next counter buys' }).waitFor();
        const lines = page.getByRole('table', { name: 'Lines compared' }), chances = numbers(await lines.locator('tbody td:nth-child(3)').allInnerTexts());
        assert.equal(chances.length, 6);
        assert.equal(chances[0], 1, 'whoever chooses a row reaches its officer');
        assert.ok(chances[2] > .5 && chances[4] < .2, 'a plain line does not hold, the draw does');
        const bars = await page.locator('svg[aria-labelledby=try-lines-title] rect').evaluateAll(all => all.map(bar => Number(bar.getAttribute('width'))));
        assert.deepEqual(bars.map(width => (width / 380).toFixed(1)), chances.map(chance => chance.toFixed(1)), 'bars are as long as the table says');
        const waits = numbers(await page.getByRole('table', { name: 'Counters compared' }).locator('tbody td:nth-child(2)').allInnerTexts());
        assert.ok(waits.length === 4 && waits.every((wait, i) => i === 0 || wait < waits[i - 1]), 'each counter shortens the wait');
        await serious(page);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page does not scroll sideways');
        if (viewport === DESK) await shoot(page, 'desk-simulate');
        const drawn = () => page.locator('main').evaluate(main => main.innerText + [...main.querySelectorAll('svg')].map(one => one.outerHTML)), first = await drawn();
        await page.reload();
        assert.equal(await drawn(), first, 'the same entries give the same figures');
        faults(page);
        await page.context().close();
    });

const DAY = encodeURIComponent('6 60 3\n7 260 4 2\n8, 90, 4\n9;60;3\n17 150 4');

for (const [name, viewport] of [['desk', DESK], ['phone', PHONE]])
    test(`every attack, and the hours of a day, ${name}`, async () => {
        const page = await newPage(house, { viewport });
        await house.signIn(page, 'sophea');
        await page.goto(ENTRIES);
        await page.getByLabel('What to show').selectOption({ label: 'Every attack that we know' });
        await page.getByRole('button', { name: 'Try it' }).click();
        const attacks = page.getByRole('table', { name: 'Lines compared' });
        await attacks.getByText('She waits at the door until he is free').waitFor();
        const chances = numbers(await attacks.locator('tbody td:nth-child(2)').allInnerTexts()), luck = numbers(await attacks.locator('tbody td:nth-child(3)').allInnerTexts());
        assert.equal(chances.length, 16);
        assert.ok(chances.at(-1) > .5 && luck.at(-1) === .1, 'who knows the lots is not held, and the page says so');
        assert.equal(luck[11], .27, 'three days by luck alone');
        await serious(page);
        if (viewport === DESK) await shoot(page, 'desk-simulate-attacks');

        await page.getByLabel('What to show').selectOption({ label: 'The hours of your day' });
        await page.getByLabel(/^Your day/).fill(decodeURIComponent(DAY));
        await page.getByRole('button', { name: 'Try it' }).click();
        const hours = page.getByRole('table', { name: 'The hours compared' });
        assert.deepEqual(await hours.locator('tbody th').allInnerTexts(), ['06:00', '07:00', '08:00', '09:00', '17:00']);
        const waits = numbers(await hours.locator('tbody td:nth-child(3)').allInnerTexts()), saved = numbers(await hours.locator('tbody td:nth-child(5)').allInnerTexts());
        assert.ok(waits[1] > waits[0] && waits[1] > waits[4], 'the busiest hour waits longest');
        assert.ok(saved.every((minutes, i) => i === 1 || minutes < saved[1]), 'and there a counter is worth most');
        const bars = await page.locator('svg[aria-labelledby=try-saved-title] rect').evaluateAll(all => all.map(bar => Number(bar.getAttribute('width'))));
        assert.deepEqual(bars.map(width => (width / 380).toFixed(1)), saved.map(minutes => (minutes / saved[1]).toFixed(1)), 'bars are as long as the table says');
        await serious(page);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page does not scroll sideways');
        if (viewport === DESK) await shoot(page, 'desk-simulate-hours');
        for (const wrong of ['7 60', '24 60 3', '7 60 65', '7 6000 3', '7 60 3 1 1', 'seven 60 3', '7 5000 3', '']) {
            const answer = await page.goto(`${ENTRIES}&show=hours&hours=${encodeURIComponent(wrong)}`);
            assert.equal(answer.status(), 422, wrong);
            assert.equal(await page.getByRole('table').count(), 0);
        }
        faults(page);
        await page.context().close();
    });

test('nonsense is said at its field, and nothing is computed', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'sophea');
    for (const [field, value] of [['counters', '65'], ['counters', 'many'], ['load', '100'], ['load', '-1'], ['minutes', 'nan'], ['minutes', '0'], ['window', '33'], ['cap', '0'], ['officers', '11'], ['tries', '4']]) {
        const target = ENTRIES.replace(new RegExp(`${field}=[^&]*`), `${field}=${value}`);
        const answer = await page.goto(target);
        assert.equal(answer.status(), 422, `${field}=${value}`);
        assert.equal(await page.getByRole('table').count(), 0);
        if (field !== 'tries') assert.equal(await page.locator(`#${field}`).inputValue(), value);
    }
    assert.equal((await page.goto(ENTRIES.replace('counters=10', 'counters=1').replace('load=97', 'load=50'))).status(), 200);
    await page.context().close();
});
