// Two agencies in two processes: one asks the other from a person's page, without telling whom it is about.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agency, comity, faults, find, newPage, pair, practiceList, serious, sharedPerson, stopAll } from './lib.mjs';

let shelter, police;
before(async () => {
    shelter = await agency('lotus-house', { people: await practiceList('lotus-house'),
        members: [{ name: 'Practice Bopha', login: 'bopha', roles: 'caseworker' }] });
    police = await agency('border-unit', { country: 'TH', kind: 'police', people: await practiceList('border-unit'),
        members: [{ name: 'Practice Somchai', login: 'somchai', roles: 'investigator' }] });
    await pair(shelter, police);
});
after(stopAll);

async function openPerson(page) {
    const { name, born } = sharedPerson();
    await find(page, `${name} ${born}`, 'investigation');
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

test('a letter is written there, read here, and has its receipt there', async () => {
    const page = await newPage(police), other = await newPage(shelter);
    await police.signIn(page, 'somchai');
    await page.goto('/letters/new');
    await serious(page);
    await page.getByLabel('To whom').selectOption({ label: 'lotus-house (practice)' });
    await page.getByLabel('What you write').fill('Is there a bed tonight?\n<b>For one</b> person.');
    await page.getByRole('button', { name: 'Send' }).click();
    assert.match(await page.getByRole('alert').textContent(), /which case or warrant/);
    assert.match(await page.getByLabel('What you write').inputValue(), /^Is there a bed tonight\?\n<b>For/, 'nothing typed is lost');
    await page.getByLabel('Case or warrant').fill('practice 118');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.waitForURL('**/letters');
    await shelter.signIn(other, 'bopha');
    const letter = other.getByRole('link', { name: 'From border-unit (practice): request' });
    for (let i = 0; i < 50 && await letter.count() === 0; i++) {
        await other.waitForTimeout(200);
        await other.goto('/letters');
    }
    await serious(other);
    await letter.click();
    assert.match(await other.textContent('.c-letter'), /<b>For one<\/b> person/);
    await serious(other);
    const here = JSON.parse(await comity('log', shelter.folder, 'show', '--last', '3', '--json'));
    assert.equal(here.at(-1).verb, 'read');
    for (let i = 0; i < 50 && !/signed receipt/.test(await page.textContent('main')); i++) {
        await page.waitForTimeout(200);
        await page.goto('/letters');
    }
    assert.match(await page.textContent('main'), /To lotus-house \(practice\): request[^]*delivered, with a signed receipt/);
    faults(page);
    faults(other);
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
