// Two agencies in two processes: an interview is planned, partners asked first, their questions pooled; another one is hard.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agency, agrees, comes, faults, find, newPage, openTheCase, pair, PHONE, practiceList, serious, sharedPerson, stopAll } from './lib.mjs';

let shelter, police, ours, theirs, interview;

before(async () => {
    shelter = await agency('lotus-house', { people: await practiceList('lotus-house'), members: [{ name: 'Practice Bopha', login: 'bopha', roles: 'caseworker,supervisor' },
        { name: 'Practice Chanthy', login: 'chanthy', roles: 'supervisor' }] });
    police = await agency('border-unit', { country: 'TH', kind: 'police', people: await practiceList('border-unit'),
        members: [{ name: 'Practice Somchai', login: 'somchai', roles: 'investigator' }] });
    await pair(shelter, police);
    ours = await newPage(shelter, { viewport: PHONE });
    theirs = await newPage(police);
    await shelter.signIn(ours, 'bopha');
    await police.signIn(theirs, 'somchai');
});
after(stopAll);

// The police ask for something after a hit; the shelter takes it up: both know now whom the other means.
async function tieThem() {
    const { name, born } = sharedPerson();
    await find(theirs, `${name} ${born}`, 'investigation');
    await theirs.locator('.c-hit a').first().click();
    await theirs.locator('form[action$="/case"] button').click();
    await openTheCase(theirs);
    await theirs.getByRole('link', { name: /^Ask the partners/ }).first().click();
    await theirs.getByLabel('Case or warrant').fill('practice 118');
    await theirs.getByRole('button', { name: 'Ask now' }).click();
    await theirs.getByRole('link', { name: 'Ask for more under this number' }).first().click();
    await theirs.getByLabel('What you ask for').selectOption('Statement');
    await theirs.getByLabel('Why you ask').fill('She may have told this before.');
    await theirs.getByLabel('On which basis').selectOption('Treaty');
    await theirs.getByLabel('Case or warrant').fill('practice 118');
    await theirs.getByRole('button', { name: 'Send the request' }).click();
    await theirs.waitForURL(/requests\/[0-9a-f]{32}/);
    const address = new URL(theirs.url()).pathname;
    await comes(ours, address, () => ours.getByRole('button', { name: 'Open a case for her' }));
    await ours.getByRole('button', { name: 'Open a case for her' }).click();
    await openTheCase(ours);
    await ours.getByRole('link', { name: /^Requests .+/ }).click();
    await ours.getByRole('link', { name: /From border-unit/ }).click();
    await ours.getByRole('button', { name: /Take it up in case/ }).click();
    await ours.getByRole('link', { name: 'the person, in her case' }).waitFor();
}

test('an interview is planned, and the partners are asked before anybody else', async () => {
    await tieThem();
    await ours.getByRole('link', { name: 'the person, in her case' }).click();
    const file = /\/files\/[0-9a-f]{32}/.exec(ours.url())[0];
    assert.match(await ours.goto(file).then(() => ours.textContent('main')), /Interviews so far, everywhere: 0/);
    await ours.goto(`${file}/interviews`);
    await serious(ours);
    await ours.getByRole('link', { name: 'Plan an interview' }).click();
    await serious(ours);
    await ours.getByLabel('Her language').fill('km');
    await ours.getByRole('button', { name: 'Plan an interview' }).click();
    await ours.getByRole('heading', { name: /^Interview/ }).waitFor();
    interview = new URL(ours.url()).pathname;
    await serious(ours);
    await ours.getByText(/ask the partners first/i).waitFor();
    for (const name of ['Open the window for questions', 'Shut the window']) // only what can be done is shown
        assert.equal(await ours.getByRole('button', { name }).count(), 0, name);
    assert.equal(await ours.getByRole('link', { name: 'Record the interview' }).count(), 0);
    await ours.getByRole('button', { name: 'Ask the partners' }).click();
    await ours.getByText(/border-unit \(practice\): (hit|perhaps|no hit)/).waitFor();
    await ours.getByRole('button', { name: 'Open the window for questions' }).click();
    await ours.getByText(/border-unit \(practice\): not opened: she did not name this agency/).waitFor();
    await ours.getByRole('button', { name: 'Shut the window' }).click();
    await ours.getByLabel(/border-unit \(practice\): on which law/).fill('treaty of 2009, article 12');
    await serious(ours);
    await ours.getByRole('button', { name: 'Open the window for questions' }).click();
    await ours.getByText(/border-unit \(practice\): opened, because of: treaty of 2009/).waitFor();
    await ours.getByRole('button', { name: 'Shut the window' }).waitFor();
});

test('the partner asks in the window; a question that was asked is not asked twice without a reason', async () => {
    await comes(theirs, '/windows', () => theirs.getByRole('link', { name: 'lotus-house (practice)' }));
    await serious(theirs);
    await theirs.getByRole('link', { name: 'lotus-house (practice)' }).click();
    await serious(theirs);
    await theirs.getByLabel('Question').fill('Who took your <b>passport</b>?');
    await theirs.getByRole('button', { name: 'Add this question' }).click();
    await theirs.locator('#topic-error').waitFor(); // what is it about?
    await theirs.getByLabel('What it is about').selectOption('Documents');
    await theirs.getByLabel('Why it is asked').fill('another victim named a man');
    await theirs.getByRole('button', { name: 'Add this question' }).click();
    await theirs.getByText('1.', { exact: false }).first().waitFor();
    await theirs.getByLabel('Question').fill('who took your <b>passport</b>');
    await theirs.getByLabel('What it is about').selectOption('Documents');
    await theirs.getByRole('button', { name: 'Add this question' }).click();
    await theirs.getByLabel('Why you ask again').fill('it is about a second passport');
    await theirs.getByRole('button', { name: 'Add this question' }).click();
    await theirs.getByText('2.', { exact: false }).first().waitFor();
    await theirs.getByLabel('Question').fill('Which ship was it?');
    await theirs.getByLabel('What it is about').selectOption('Journey');
    await theirs.getByRole('button', { name: 'Add this question' }).click();
    await theirs.locator('li.c-hit').nth(2).getByRole('button', { name: 'Take back' }).click();
    await theirs.getByText('taken back by who asked').waitFor();
    faults(theirs);
});

test('questions of all are pooled in the order of the protocol; those that are much alike are shown beside each other', async () => {
    await comes(ours, interview, () => ours.getByText('it is about a second passport'));
    await comes(ours, interview, () => ours.getByText('taken back by who asked'));
    assert.equal(await ours.locator('li.c-hit').last().locator('summary').count(), 0); // nothing is changed in it any more
    await ours.getByLabel('Question', { exact: true }).last().fill('Tell me everything that happened.');
    await ours.locator('select[name="topic"]').selectOption('Other');
    await ours.locator('select[name="phase"]').last().selectOption('Account');
    await ours.getByRole('button', { name: 'Add this question' }).click();
    await ours.getByText(/1\. Tell me everything that happened/).waitFor();
    const main = await ours.textContent('main');
    assert.match(main, /2\. Who took your <b>passport<\/b>\?/);
    assert.match(main, /Much like: 2\. Who took your/);
    assert.match(main, /border-unit \(practice\)/);
    await serious(ours);
    faults(ours);
});

test('a question that is set aside goes back with its reason', async () => {
    const last = ours.locator('li.c-hit').nth(2);
    await last.locator('summary').click();
    await last.locator('input[name="aside"]').fill('it was asked already');
    await last.getByRole('button', { name: 'Change' }).click();
    await ours.getByText('it was asked already').first().waitFor();
    await comes(theirs, '/windows', () => theirs.getByRole('link', { name: 'lotus-house (practice)' }));
    await theirs.getByRole('link', { name: 'lotus-house (practice)' }).click();
    const address = new URL(theirs.url()).pathname;
    await comes(theirs, address, () => theirs.getByText('it was asked already'));
    faults(theirs);
});

// What the room does with the microphone, without one: a piece of sound, then the seal.
async function hold(page, file, id) {
    await page.goto(interview);
    return page.evaluate(async ({ file, id }) => {
        const csrf = document.querySelector('input[name=csrf]').value;
        const post = (path, fields) => fetch(path, { method: 'POST', body: new URLSearchParams({ csrf, ...fields }) });
        const begun = await post(`${file}/recordings`, { picture: 'no', interview: id });
        const recording = new URL(begun.url).pathname;
        const piece = await fetch(`${recording}/chunks/0?at=0&session=0`, { method: 'POST', body: 'practice', headers: { 'Content-Type': 'application/octet-stream', 'X-Form-Token': csrf } });
        const sealed = await post(`${recording}/seal`, {});
        return [begun.status, piece.status, sealed.status, recording];
    }, { file, id });
}

test('another interview: asked by one with a ground and her own yes, refused for the same person, agreed by another', async () => {
    const file = interview.replace(/\/interviews.*/, '');
    const [begun, piece, sealed] = await hold(ours, file, interview.replace(/.*\//, ''));
    assert.deepEqual([begun, piece, sealed], [200, 200, 200]);
    await ours.goto(interview);
    await ours.locator('.govuk-tag', { hasText: /^held$/ }).waitFor();
    assert.equal(await ours.getByRole('button').filter({ hasText: /Add this question|Change|Open the window/ }).count(), 0); // nothing more is asked in it
    await ours.getByText('Set aside because').first().waitFor();
    await comes(theirs, '/windows', () => theirs.getByText('the window for questions is shut')); // by itself, and who asked learns what was not put
    await theirs.getByRole('link', { name: 'lotus-house (practice)' }).click();
    await theirs.getByText('the interview was held, and this was not asked').first().waitFor();
    await serious(theirs);
    // how often she was interviewed stands on her own record, and at the request about her
    await ours.goto(file);
    await ours.getByRole('link', { name: /^Change or add/ }).first().click();
    assert.match(await ours.textContent('main'), /Interviews so far, everywhere: 1/);
    await ours.goto('/requests');
    await ours.getByRole('link', { name: /From border-unit/ }).click();
    assert.match(await ours.textContent('main'), /Interviews so far, everywhere: 1/);
    await serious(ours);

    await ours.goto(`${file}/interviews/new`);
    await ours.getByLabel('Her language').fill('km');
    await ours.getByRole('button', { name: 'Plan an interview' }).click();
    await ours.getByRole('heading', { name: /^Interview/ }).waitFor();
    const other = new URL(ours.url()).pathname;
    await ours.getByRole('button', { name: 'Ask the partners' }).click();
    await ours.getByText(/she was interviewed before: another interview needs/).waitFor();
    await ours.getByText('Ask her whether she agrees to another interview').waitFor();
    assert.equal(await ours.getByRole('link', { name: 'Record the interview' }).count(), 0);
    await agrees(ours, file, 'protection', 'Identity');
    await ours.goto(other);
    await serious(ours);
    await ours.locator('#int_Ground').selectOption('NewFacts');
    await ours.getByLabel('Reasons for another interview').fill('a ship was found');
    await ours.getByRole('button', { name: 'Another interview of a person' }).click();
    await ours.waitForURL(/\/oversight\/approvals\/[0-9a-f]{32}$/);
    const approval = new URL(ours.url()).pathname;
    assert.match(await ours.textContent('main'), /a ship was found/);
    // she is a supervisor too: all the same nobody agrees to her own request
    assert.equal(await ours.locator('form[action$="/agree"]').count(), 0);
    const refused = await ours.evaluate(async path => (await fetch(path, { method: 'POST', body: new URLSearchParams({ csrf: document.querySelector('input[name=csrf]').value }) })).status, `${approval}/agree`);
    assert.equal(refused, 403);
    await ours.goto(other);
    assert.equal(await ours.getByRole('link', { name: 'Record the interview' }).count(), 0, 'still one person\'s word');

    const second = await newPage(shelter);
    await shelter.signIn(second, 'chanthy');
    await second.goto(approval);
    assert.match(await second.textContent('main'), /New facts that could not have been asked before[^]*a ship was found/);
    await serious(second);
    await second.locator('form[action$="/agree"] button').click();
    await second.getByText(/agreed|done/i).first().waitFor();
    await ours.goto(other);
    await ours.getByRole('link', { name: 'Record the interview' }).waitFor();
    await ours.getByText('A second person agreed to another interview').waitFor();
    await serious(ours);
    faults(second);
    ours.seen = ours.seen.filter(what => !/403/.test(what)); // the one that was refused by design
    faults(ours);
});
