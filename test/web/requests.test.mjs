// Two agencies in two processes: a hit becomes a request with a clock, is taken up, answered in parts, read; another is refused; clocks are counted.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agency, comes, comity, DESK, faults, find, newPage, openTheCase, pair, PHONE, practiceList, serious, sharedPerson, stopAll } from './lib.mjs';

let shelter, police, ours, theirs, address;

before(async () => {
    shelter = await agency('lotus-house', { people: await practiceList('lotus-house'), members: [{ name: 'Practice Bopha', login: 'bopha', roles: 'caseworker' }] });
    police = await agency('border-unit', { country: 'TH', kind: 'police', people: await practiceList('border-unit'),
        members: [{ name: 'Practice Somchai', login: 'somchai', roles: 'investigator' }] });
    await pair(shelter, police);
    ours = await newPage(police);
    theirs = await newPage(shelter, { viewport: PHONE });
    await police.signIn(ours, 'somchai');
    await shelter.signIn(theirs, 'bopha');
});
after(stopAll);

async function fillRequest(page) {
    await page.getByLabel('What you ask for').selectOption('Statement');
    await page.getByLabel('Why you ask').fill('She may have told this before; we do not want to ask again.');
    await page.getByLabel('On which basis').selectOption('Treaty');
    await page.getByLabel('Which law, treaty or consent').fill('an invented treaty, article 4');
    await page.getByLabel('By when').selectOption('Hours8');
    await page.getByLabel('Case or warrant').fill('practice 118');
}

test('a hit leads to a request; what is missing is said and nothing typed is lost', async () => {
    const { name, born } = sharedPerson();
    await find(ours, `${name} ${born}`, 'investigation');
    await ours.locator('.c-hit a').first().click();
    await ours.getByLabel('Case or warrant').fill('practice 118');
    await ours.getByRole('button', { name: 'Ask now' }).click();
    await ours.getByRole('link', { name: 'Ask for more under this number' }).first().click();
    await serious(ours);
    assert.ok(!decodeURIComponent(ours.url()).includes(name.split(' ')[0]), 'no name in the address');
    assert.match(await ours.textContent('main'), /Request number: \w{4}-\w{4}-\w{4}/);
    await ours.getByLabel('Why you ask').fill('She may have told this before.');
    await ours.getByRole('button', { name: 'Send the request' }).click();
    await ours.getByRole('alert').waitFor();
    assert.equal(await ours.getByLabel('Why you ask').inputValue(), 'She may have told this before.');
    assert.match(await ours.textContent('main'), /Request number: \w{4}-\w{4}-\w{4}/);
    await fillRequest(ours);
    await ours.getByRole('button', { name: 'Send the request' }).click();
    await ours.getByRole('heading', { name: /Request to lotus-house/ }).waitFor();
    address = new URL(ours.url()).pathname;
    await serious(ours);
    faults(ours);
});

test('the partner sees it with its clock, opens a case for whom it means, and takes it up', async () => {
    await comes(theirs, '/requests', () => theirs.getByRole('link', { name: /From border-unit/ }));
    await serious(theirs);
    assert.match(await theirs.textContent('main'), /not taken up yet/);
    await theirs.goto('/');
    assert.match(await theirs.textContent('main'), /1\s*requests of partners to answer/);
    await theirs.goto(address);
    await serious(theirs);
    assert.match(await theirs.textContent('main'), /we do not want to ask again/);
    assert.match(await theirs.textContent('main'), /within 8 hours/);
    await theirs.getByRole('button', { name: 'Open a case for her' }).click();
    await openTheCase(theirs);
    await theirs.getByRole('link', { name: /^Requests .+/ }).click();
    await serious(theirs);
    await theirs.getByRole('link', { name: /From border-unit/ }).click();
    await theirs.getByRole('button', { name: /Take it up in case/ }).click();
    await theirs.getByRole('heading', { name: 'Answer' }).waitFor();
    await serious(theirs);
    faults(theirs);
});

test('the answer comes in parts; the second is the last; who asked reads both', async () => {
    await theirs.getByLabel('What you answer').fill('She told it here in May. <b>Recorded</b>, 41 minutes.');
    await theirs.getByLabel('Case or warrant').last().fill('practice 7');
    await theirs.getByRole('button', { name: 'Send this answer' }).click();
    await theirs.getByRole('alert').waitFor(); // on which basis?
    assert.match(await theirs.getByLabel('What you answer').inputValue(), /Recorded/);
    await theirs.getByLabel('Without her consent: on which law or duty').fill('an invented treaty, article 4');
    await theirs.getByLabel('Case or warrant').last().fill('practice 7');
    await theirs.getByRole('button', { name: 'Send this answer' }).click();
    await theirs.getByRole('heading', { name: /Part 1/ }).waitFor();
    await comes(ours, address, () => ours.getByText('answered in part'));
    assert.match(await ours.textContent('main'), /<b>Recorded<\/b>, 41 minutes/);
    await theirs.getByLabel('What you answer').fill('The recording follows.');
    await theirs.getByLabel('Without her consent: on which law or duty').fill('an invented treaty, article 4');
    await theirs.getByLabel('Case or warrant').last().fill('practice 7');
    await theirs.getByLabel('This is all: the request is answered').check();
    await theirs.getByRole('button', { name: 'Send this answer' }).click();
    await comes(ours, address, () => ours.getByRole('heading', { name: /Part 2.*the last/ }));
    assert.match(await ours.locator('.govuk-tag').first().textContent(), /answered/);
    await serious(ours);
    faults(ours);
    faults(theirs);
});

test('refused with a reason in words; without scripts too', async () => {
    const plain = await newPage(police, { script: false, viewport: DESK });
    await police.signIn(plain, 'somchai');
    await plain.goto('/requests/new');
    await plain.getByLabel('Whom you ask').selectOption({ label: 'lotus-house (practice)' });
    await fillRequest(plain);
    await plain.getByRole('button', { name: 'Send the request' }).click();
    await plain.waitForURL(/requests\/[0-9a-f]{32}/);
    const second = new URL(plain.url()).pathname;
    await comes(theirs, '/requests', () => theirs.getByText('not taken up yet'));
    await theirs.goto(second);
    await theirs.getByText('Refuse', { exact: true }).click();
    await theirs.getByRole('button', { name: 'Refuse this request' }).click();
    await theirs.getByRole('alert').waitFor();
    await theirs.getByText('Refuse', { exact: true }).click();
    await theirs.getByLabel('Why it is refused').selectOption('Danger');
    await theirs.getByLabel('The reason in words, for the partner').fill('It could be seen by her husband.');
    await theirs.getByRole('button', { name: 'Refuse this request' }).click();
    await comes(plain, second, () => plain.getByText('It could put the person in danger').first());
    assert.match(await plain.textContent('main'), /seen by her husband/);
    faults(plain);
    faults(theirs);
});

test('how clocks are kept is counted on both sides, without persons', async () => {
    await ours.goto('/requests/scores');
    await serious(ours);
    assert.match(await ours.textContent('main'), /lotus-house \(practice\), asked by us/);
    assert.match(await ours.textContent('main'), /2 of 2 in time/);
    await theirs.goto('/requests/scores');
    assert.match(await theirs.textContent('main'), /We, asked by border-unit/);
    assert.match(await theirs.textContent('main'), /It could put the person in danger/);
    faults(ours);
    const score = JSON.parse(await comity('requests', police.folder, 'scores', '--json')).scores.find(one => one.asked_by_us);
    assert.deepEqual([score.partner, score.asked, score.answered, score.refused, score.in_time, score.overdue], ['lotus-house', 2, 1, 1, 2, 0]);
    const listed = JSON.parse(await comity('requests', police.folder, '--json')).requests;
    assert.deepEqual(listed.map(one => [one.ours, one.state]).sort(), [[true, 'answered'], [true, 'refused']]);
    assert.equal(JSON.parse(await comity('requests', police.folder, '--open', '--json')).requests.length, 0);
    const leaves = JSON.parse(await comity('log', shelter.folder, 'show', '--last', '200', '--json')).map(leaf => leaf.verb);
    for (const verb of ['request-look', 'request-take', 'request-answer', 'request-refuse', 'requests'])
        assert.ok(leaves.includes(verb), `${verb} has its leaf`);
});
