// Pictures of a case: links, time, elements of the offence; by keyboard, on a phone, without JavaScript, in Khmer and Thai, on paper.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agency, faults, newPage, PHONE, serious, stopAll } from './lib.mjs';

let house, address;
const long = 'Golden Lotus Recruitment and Placement Company Limited of Phnom Penh';

before(async () => {
    house = await agency('lotus-house', { members: [
        { name: 'Practice Vannak', login: 'vannak', roles: 'investigator' },
        { name: 'Practice Somchai', login: 'somchai', roles: 'prosecutor', languages: 'th' },
        { name: 'Practice Dara', login: 'dara', roles: 'investigator', languages: 'km' }] });
    const page = await newPage(house);
    await house.signIn(page, 'vannak');
    address = await openCase(page);
    await keep(page, 'person', { prs_FirstName: 'ចាន់ សុភាព', prs_MobilePhone: '+85512345678', cmt_Employer: long, prs_MailingCity: 'ប៉ោយប៉ែត' });
    await keep(page, 'person', { prs_FirstName: 'Boran <b>', prs_HomePhone: '+85512345678', cmt_PartInFile: 'Suspect' });
    await keep(page, 'event', { hte_Type: 'Recruitment', hte_Date: '2021-03', hte_City: 'ប៉ោយប៉ែត', about: { label: 'Maly Chan' } });
    await keep(page, 'event', { hte_Type: 'Exploitation', hte_Date: '2021', hte_Description: 'Kept in a house by the sea', about: { label: 'Maly Chan' } });
    await keep(page, 'note', { cmt_NoteText: 'The door was locked at night.', cmt_NoteElement: ['Harbouring'] });
    faults(page);
    await page.context().close();
});
after(stopAll);

async function openCase(page) {
    await page.goto('/files/new');
    await page.locator('#prs_FirstName').fill('Maly');
    await page.locator('#prs_SecondName').fill('Chan');
    await page.locator('#prs_Birthdate').fill('2005-04');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=2');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=3');
    await page.locator('main form button').click();
    await page.waitForURL(/\/files\/[0-9a-f]{32}$/);
    const file = page.url();
    await page.getByRole('link', { name: /^Change or add/ }).click();
    await fill(page, { prs_MobilePhone: '+85512345678', cmt_Employer: long, vic_MethodsOfControl: ['WithholdsDocuments'], vic_TypeOfExploitation: ['ForcedLabour'] });
    await page.getByRole('button', { name: 'Keep' }).click();
    await page.waitForURL(file);
    return file;
}

async function fill(page, values) {
    await page.evaluate(() => document.querySelectorAll('main details').forEach(d => { d.open = true; }));
    for (const [name, value] of Object.entries(values)) {
        if (Array.isArray(value))
            for (const one of value) await page.locator(`[name="${name}"][value="${one}"]`).check();
        else if (typeof value === 'object' || await page.locator(`select[name="${name}"]`).count())
            await page.locator(`[name="${name}"]`).selectOption(value);
        else if (await page.locator(`[name="${name}"][type=radio]`).count())
            await page.locator(`[name="${name}"][value="${value}"]`).check();
        else
            await page.locator(`[name="${name}"]`).first().fill(value);
    }
}

async function keep(page, kind, values) {
    await page.goto(`${address}/add/${kind}`);
    await fill(page, values);
    await page.getByRole('button', { name: 'Keep' }).click();
    await page.waitForURL(address);
}

const fits = page => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

// From the start of the page with the Tab key alone: what of the picture takes the focus, in its order.
async function byKeyboard(page) {
    const reached = [];
    await page.evaluate(() => document.activeElement?.blur());
    for (let i = 0; i < 200; i++) {
        await page.keyboard.press('Tab');
        const at = await page.evaluate(() => {
            const e = document.activeElement;
            return { node: e.classList.contains('c-node') ? e.querySelector('title').textContent : null, end: e === document.body };
        });
        if (at.end) break;
        if (at.node) reached.push(at.node);
    }
    return reached;
}

test('the link chart: what several name stands once; every node by keyboard; the tables say the same', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'vannak');
    await page.goto(address);
    await page.getByRole('link', { name: 'Link chart' }).click();
    await page.waitForURL(`${address}/links`);
    await serious(page);
    const nodes = await page.locator('svg.c-chart__picture a.c-node').evaluateAll(all => all.map(e => e.querySelector('title').textContent));
    assert.equal(nodes.filter(n => n.startsWith('+85512345678, Phone, 3 links')).length, 1, nodes.join('\n'));
    assert.equal(nodes.filter(n => n.startsWith(`${long}, Firm, 2 links`)).length, 1);
    assert.ok(nodes.some(n => n.startsWith('Boran <b>, Person')));
    assert.ok(nodes.some(n => n.startsWith('ប៉ោយប៉ែត, Place')));
    assert.deepEqual(await byKeyboard(page), nodes, 'each, in the order of the picture');
    for (const name of nodes.map(n => n.split(', ')[0]))
        assert.ok(await page.locator('table', { hasText: name }).count() > 0, name);
    await page.getByRole('link', { name: 'Maly Chan, Person' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/records\//);
    await page.goBack();
    await page.getByRole('link', { name: '+85512345678, Phone, 3 links', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.locator('tr:target', { hasText: '+85512345678' }).waitFor();
    const inside = await page.locator('svg.c-chart__picture').evaluate(svg => {
        const box = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('a.c-node')].every(e => {
            const b = e.getBoundingClientRect();
            return b.left >= box.left && b.right <= box.right && b.top >= box.top && b.bottom <= box.bottom && b.height >= 44;
        });
    });
    assert.ok(inside, 'nothing stands outside of the picture, and each is large enough for a finger');
    faults(page);
});

for (const script of [true, false])
    test(`all three on a phone${script ? '' : ', without JavaScript'}`, async () => {
        const page = await newPage(house, { viewport: PHONE, script });
        await house.signIn(page, 'vannak');
        for (const [path, heading] of [['links', 'Link chart'], ['timeline', 'Timeline'], ['elements', 'Elements of the offence']]) {
            await page.goto(`${address}/${path}`);
            assert.match(await page.locator('h1').textContent(), new RegExp(heading));
            assert.match(await page.textContent('main'), /Maly Chan/);
            if (!script) continue;
            await serious(page);
            assert.ok(await fits(page) <= 0, `${path} is ${await fits(page)} px too wide for a phone`);
        }
        faults(page);
    });

test('the timeline: dates as far as they are known, each event a link', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'vannak');
    await page.goto(`${address}/timeline`);
    await serious(page);
    const events = await page.locator('a.c-node').evaluateAll(all => all.map(e => e.querySelector('title').textContent));
    assert.ok(events.some(e => e.startsWith('March 2021: ')), events.join('\n'));
    assert.ok(events.some(e => e.startsWith('2021: Kept in a house by the sea, Exploitation, Maly Chan')));
    assert.deepEqual(await byKeyboard(page), events);
    assert.equal(await page.locator('.c-span').count(), 2, 'a month and a year are as long as that');
    faults(page);
});

test('elements of the offence: what is recorded, what is not, and that a child needs no means', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'vannak');
    await page.goto(`${address}/elements`);
    await serious(page);
    const maly = page.locator('table', { hasText: 'Maly Chan' }).first();
    assert.match(await maly.locator('th[scope=rowgroup]', { hasText: 'Means' }).textContent(), /Need not be shown/);
    assert.match(await maly.locator('tr', { hasText: 'Harbouring' }).textContent(), /Tied to it by hand \(The door was locked at night\.\)/);
    assert.match(await maly.locator('tr', { hasText: 'Other forms of coercion' }).textContent(), /Withholds documents/);
    assert.match(await maly.locator('tr', { hasText: 'Removal of organs' }).textContent(), /Nothing is recorded/);
    assert.equal(await page.locator('table', { hasText: 'Boran' }).count(), 0, 'not for a suspect');
    assert.match(await page.textContent('main'), /It decides nothing/);
    faults(page);
});

test('in Khmer and in Thai, by those who were given a part; nobody else', async () => {
    const lead = await newPage(house), thai = await newPage(house, { language: 'th' }), khmer = await newPage(house, { language: 'km' });
    await house.signIn(lead, 'vannak');
    await house.signIn(thai, 'somchai');
    await house.signIn(khmer, 'dara');
    for (const path of ['links', 'timeline', 'elements'])
        assert.equal((await thai.goto(`${address}/${path}`)).status(), 403, path);
    await lead.goto(address);
    for (const name of ['Practice Somchai', 'Practice Dara']) {
        await lead.locator('#member').selectOption({ label: name });
        await lead.locator('#part').selectOption('read');
        await lead.getByRole('button', { name: 'Give this part' }).click();
        await lead.waitForURL(address);
    }
    await thai.goto(`${address}/timeline`);
    assert.equal(await thai.locator('html').getAttribute('lang'), 'th');
    assert.match(await thai.locator('svg.c-chart__picture').textContent(), /2564[^]*ค\.ศ\. 2021/);
    await serious(thai);
    await khmer.goto(`${address}/links`);
    assert.equal(await khmer.locator('html').getAttribute('lang'), 'km');
    assert.match(await khmer.locator('svg.c-chart__picture').textContent(), /ចាន់ សុភាព/);
    await serious(khmer);
    await khmer.goto(`${address}/elements`);
    await serious(khmer);
    for (const page of [lead, thai, khmer])
        faults(page);
});

test('on paper the whole picture is there', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'vannak');
    await page.goto(`${address}/links`);
    await page.emulateMedia({ media: 'print' });
    const { cut, wide } = await page.evaluate(() => {
        const region = document.querySelector('.c-chart');
        return { cut: region.scrollWidth - region.clientWidth, wide: document.querySelector('svg.c-chart__picture').getBoundingClientRect().width - innerWidth };
    });
    assert.ok(cut <= 0 && wide <= 0, `${cut} px are cut off`);
    assert.ok((await page.pdf()).length > 1000);
    faults(page);
});
