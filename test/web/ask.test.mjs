// Two agencies in two processes: one asks the other from a person's page, without telling whom it is about.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agency, comity, faults, newPage, pair, practiceList, serious, sharedPerson, stopAll } from './lib.mjs';

let shelter, police;
before(async () => {
    shelter = await agency('lotus-house', { people: await practiceList('lotus-house') });
    police = await agency('border-unit', { country: 'TH', kind: 'police', people: await practiceList('border-unit'),
        members: [{ name: 'Practice Somchai', login: 'somchai', roles: 'investigator' }] });
    await pair(shelter, police);
});
after(stopAll);

async function openPerson(page) {
    const { name, born } = sharedPerson();
    await page.goto(`/search?text=${encodeURIComponent(`${name} ${born}`)}&purpose=investigation`);
    await page.locator('.c-hit a').first().click();
    await page.getByRole('heading', { name: 'Ask the partners' }).waitFor();
}

test('a form that lacks something is shown again with what was typed', async () => {
    const page = await newPage(police);
    await police.signIn(page, 'somchai');
    await openPerson(page);
    await serious(page);
    await page.getByRole('button', { name: 'Ask now' }).click();
    assert.match(await page.getByRole('alert').textContent(), /which case or warrant/);
    await page.getByLabel('Case or warrant').fill('practice 118');
    await page.getByLabel('lotus-house (practice)').uncheck();
    await page.getByRole('button', { name: 'Ask now' }).click();
    assert.match(await page.getByRole('alert').textContent(), /at least one partner/);
    assert.equal(await page.getByLabel('Case or warrant').inputValue(), 'practice 118');
    await serious(page);
    faults(page);
});

test('the hit is explained; the partner learns that it was asked, and not about whom', async () => {
    const page = await newPage(police);
    await police.signIn(page, 'somchai');
    await openPerson(page);
    await page.getByLabel('Case or warrant').fill('practice 118');
    await page.getByRole('button', { name: 'Ask now' }).click();
    await page.getByRole('heading', { name: /lotus-house \(practice\): hit/ }).waitFor();
    assert.match(await page.textContent('main'), /name/);
    assert.match(await page.textContent('main'), /Request number, to name when you write to them: \w{4}-\w{4}-\w{4}/);
    await serious(page);
    faults(page);
    const there = JSON.parse(await comity('log', shelter.folder, 'show', '--last', '20', '--json'));
    const answers = there.filter(leaf => leaf.verb === 'answer');
    assert.equal(answers.length, 1);
    assert.equal(answers[0].purpose, 'investigation');
    const { theirs } = sharedPerson();
    const { hits } = JSON.parse(await comity('search', shelter.folder, theirs, '--json'));
    assert.ok(hits.length > 0 && hits.every(hit => hit.id !== answers[0].object), 'the leaf is of the question, not of a person');
});

test('a partner that cannot be reached is a line of the page, not its end', async () => {
    await shelter.stop();
    const page = await newPage(police);
    await police.signIn(page, 'somchai');
    await openPerson(page);
    await page.getByLabel('Case or warrant').fill('practice 119');
    await page.getByRole('button', { name: 'Ask now' }).click();
    await page.getByRole('heading', { name: /lotus-house \(practice\): no answer/ }).waitFor();
    faults(page);
});
