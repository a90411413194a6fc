// Two agencies in two processes: a person is referred with what she agreed to, accepted into a case, followed up by both, taken back from the case
// too; another is refused, without scripts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agency, agrees, comes, faults, newPage, pair, PHONE, serious, stopAll } from './lib.mjs';

let police, shelter, ours, theirs, consent, address, opened;

before(async () => {
    police = await agency('border-unit', { country: 'TH', kind: 'police', members: [{ name: 'Practice Somchai', login: 'somchai', roles: 'investigator' }] });
    shelter = await agency('lotus-house', { members: [{ name: 'Practice Bopha', login: 'bopha', roles: 'caseworker' }] });
    await pair(police, shelter);
    ours = await newPage(police);
    theirs = await newPage(shelter, { viewport: PHONE });
    await police.signIn(ours, 'somchai');
    await shelter.signIn(theirs, 'bopha');
});
after(stopAll);

async function openCase(page, given) {
    await page.goto('/files/new');
    await page.locator('#prs_FirstName').fill(given);
    await page.locator('#prs_SecondName').fill('Chan');
    for (const next of ['**/files/new?step=2', '**/files/new?step=3', /\/files\/[0-9a-f]{32}$/]) {
        await page.locator('main form button').last().click();
        await page.waitForURL(next);
    }
    return page.url();
}

async function refer(page, why) {
    await page.getByRole('link', { name: 'Refer her to an agency she named' }).click();
    await page.getByLabel('What she needs there').fill(why);
    await page.getByRole('button', { name: 'Refer her' }).click();
    await page.waitForURL(/\/referrals\/[0-9a-f]{32}$/);
    return new URL(page.url()).pathname;
}

test('offered from her consent, with nothing of her in the address', async () => {
    consent = await agrees(ours, await openCase(ours, 'Sopheap'), 'protection', 'Identity');
    await ours.getByRole('link', { name: 'Refer her to an agency she named' }).click();
    await serious(ours);
    await ours.goBack();
    address = await refer(ours, 'A bed <b>tonight</b>.');
    assert.match(await ours.textContent('main'), /Referral to lotus-house[^]*offered[^]*A bed <b>tonight<\/b>[^]*Sopheap/);
    await serious(ours);
    faults(ours);
});

test('the partner accepts: a case is opened with what was sent', async () => {
    await comes(theirs, '/', () => theirs.getByText('persons whom partners refer to us'));
    await theirs.goto('/referrals');
    await serious(theirs);
    await theirs.getByRole('link', { name: /From border-unit/ }).click();
    await serious(theirs);
    assert.ok(await theirs.evaluate(() => document.documentElement.scrollWidth - innerWidth) <= 0, 'too wide for a phone');
    await theirs.getByRole('button', { name: 'Accept' }).click();
    await theirs.getByRole('heading', { name: 'Follow up' }).waitFor();
    await serious(theirs);
    await theirs.getByRole('link', { name: 'the person, in her case' }).click();
    opened = theirs.url();
    assert.match(await theirs.textContent('main'), /Sopheap/);
    await comes(ours, address, () => ours.getByText('accepted', { exact: true }));
});

test('both follow up; a day that is none is said', async () => {
    await theirs.goto(address);
    await theirs.getByLabel('What became of it').selectOption('Arrived');
    await theirs.getByLabel('On which day').fill('some day');
    await theirs.getByRole('button', { name: /Write it down/ }).click();
    await theirs.getByRole('alert').waitFor();
    await theirs.getByLabel('On which day').fill('27.11.2026');
    await theirs.getByLabel('In words').fill('With her bag.');
    await theirs.getByRole('button', { name: /Write it down/ }).click();
    await theirs.getByText('written here', { exact: false }).waitFor();
    await comes(ours, address, () => ours.getByText('With her bag.'));
    assert.match(await ours.textContent('main'), /27 November 2026: The person has arrived[^]*written by lotus-house/);
    await ours.getByLabel('What became of it').selectOption('Other');
    await ours.getByLabel('In words').fill('How is she?');
    await ours.getByRole('button', { name: /Write it down/ }).click();
    await comes(theirs, address, () => theirs.getByText('How is she?'));
    faults(ours);
    faults(theirs);
});

test('she takes it back: the letter is gone, and her name from the case that was opened', async () => {
    await ours.goto(consent);
    await ours.getByRole('link', { name: 'She takes it back' }).click();
    await ours.getByRole('button', { name: 'Take it back', exact: true }).click();
    await comes(theirs, address, () => theirs.getByText('taken back', { exact: true }));
    assert.doesNotMatch(await theirs.textContent('main'), /Sopheap/);
    await theirs.goto(opened);
    assert.doesNotMatch(await theirs.textContent('main'), /Sopheap/);
    await comes(ours, address, () => ours.getByText('taken back', { exact: true }));
    for (const [house, expected] of [[police, ['share', 'referral-look', 'referral-follow', 'referral-recall']], [shelter, ['referrals', 'referral-look', 'referral-accept', 'referral-follow', 'referral-recall']]]) {
        const leaves = await house.leaves();
        for (const verb of expected)
            assert.ok(leaves.includes(verb), `${verb} has its leaf`);
    }
});

test('refused with a reason, without scripts: it is asked back at once', async () => {
    const plain = await newPage(police, { script: false });
    await police.signIn(plain, 'somchai');
    await agrees(plain, await openCase(plain, 'Chantrea'), 'protection', 'Identity');
    const second = await refer(plain, 'A doctor.');
    await comes(theirs, second, () => theirs.getByRole('button', { name: 'Accept' }));
    await theirs.getByText('Refuse', { exact: true }).click();
    await theirs.getByLabel('Why it is refused').selectOption('NoPlace');
    await theirs.getByLabel('The reason in words, for the partner').fill('Full until Monday.');
    await theirs.getByRole('button', { name: 'Refuse this referral' }).click();
    await comes(plain, second, () => plain.getByText('Full until Monday.'));
    assert.match(await plain.textContent('main'), /There is no place free/);
    await comes(theirs, second, () => theirs.getByText('can no longer be read', { exact: false }));
    assert.doesNotMatch(await theirs.textContent('main'), /Chantrea|A doctor/);
    faults(plain);
    faults(theirs);
});
