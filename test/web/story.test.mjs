// The whole of it, once, between two agencies: she tells it at the shelter, and the police use that; she takes it back, and they no longer can;
// and an offence that is laid to her stops until a prosecutor has decided. Each step rests on the one before it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { after, before, test } from 'node:test';
import { agency, agrees, becomes, comes, comity, faults, find, givePart, layOffence, newPage, openTheCase, pair, PHONE, practiceList, presume, program, serious, sharedPerson,
    shoot, stopAll } from './lib.mjs';
import { arrived, now } from './room.mjs';

let shelter, police, scratch;
let bopha, somchai;               // their pages: she at the shelter with a telephone, he at a desk
let known, theirCase, request;    // her case at the shelter, at the police; what the police ask for
let interview, recording, consent, statement, copy, offence;

before(async () => {
    scratch = mkdtempSync(path(tmpdir(), 'comity-story-'));
    shelter = await agency('lotus-house', { people: await practiceList('lotus-house'), members: [{ name: 'Practice Bopha', login: 'bopha', roles: 'caseworker' },
        { name: 'Practice Dara', login: 'dara', roles: 'supervisor' }] });
    police = await agency('border-unit', { country: 'TH', kind: 'police', people: await practiceList('border-unit'),
        members: [{ name: 'Practice Somchai', login: 'somchai', roles: 'investigator' }, { name: 'Practice Anong', login: 'anong', roles: 'prosecutor' }] });
    await pair(shelter, police);
    bopha = await newPage(shelter, { viewport: PHONE });
    somchai = await newPage(police);
    await shelter.signIn(bopha, 'bopha');
    await police.signIn(somchai, 'somchai');
});
after(async () => {
    await stopAll();
    rmSync(scratch, { recursive: true, force: true });
});

// Behind a step that failed there is nothing to see.
let broken = false;
const step = (name, run) => test(name, async () => {
    assert.ok(!broken, 'a step before this one failed');
    broken = true;
    await run();
    broken = false;
});

const counted = async (page, file) => Number(/Interviews so far, everywhere: (\d+)/.exec(await page.goto(file).then(() => page.textContent('main')))?.[1] ?? -1);
const leavesOf = async (house, verb) => (await house.leaves()).filter(one => one === verb).length;

step('a blind question, a match, a request', async () => {
    const { name, born } = sharedPerson();
    await find(somchai, `${name} ${born}`, 'investigation');
    await somchai.locator('.c-hit a').first().click();
    await somchai.locator('form[action$="/case"] button').click();
    theirCase = await openTheCase(somchai);
    await shoot(somchai, '01-police-case');
    assert.equal(await counted(somchai, theirCase), 0);
    const asked = await leavesOf(shelter, 'answer');
    await somchai.getByRole('link', { name: /^Ask the partners/ }).first().click();
    await somchai.getByLabel('Case or warrant').fill('practice 118');
    await somchai.getByRole('button', { name: 'Ask now' }).click();
    await somchai.getByRole('heading', { name: 'lotus-house (practice): hit' }).waitFor();
    await shoot(somchai, '02-police-hit');
    assert.equal(await leavesOf(shelter, 'answer'), asked + 1, 'the shelter knows that it was asked');
    assert.doesNotMatch(await comity('log', shelter.folder, 'show', '--last', '1000', '--json'), new RegExp(name.split(' ')[0]), 'and not about whom');
    await somchai.getByRole('link', { name: 'Ask for more under this number' }).first().click();
    await somchai.getByLabel('What you ask for').selectOption('Statement');
    await somchai.getByLabel('Why you ask').fill('She may have told this before; we do not want to ask again.');
    await somchai.getByLabel('On which basis').selectOption('Treaty');
    await somchai.getByLabel('By when').selectOption('Days3');
    await somchai.getByLabel('What for', { exact: true }).selectOption('investigation');
    await somchai.getByLabel('Case or warrant').fill('practice 118');
    await shoot(somchai, '03-police-request-form');
    await somchai.getByRole('button', { name: 'Send the request' }).click();
    await somchai.getByRole('heading', { name: /Request to lotus-house/ }).waitFor();
    request = new URL(somchai.url()).pathname;
    await shoot(somchai, '04-police-request');
});

step('the shelter finds whom it means, takes it up, and plans the one interview', async () => {
    await comes(bopha, '/requests', () => bopha.getByRole('link', { name: /From border-unit/ }));
    await shoot(bopha, '05-shelter-requests');
    await bopha.goto(request);
    await shoot(bopha, '06-shelter-request');
    assert.match(await bopha.textContent('main'), /What for\s*investigate trafficking/);
    await bopha.getByRole('button', { name: 'Open a case for her' }).click();
    known = await openTheCase(bopha);
    await bopha.getByRole('link', { name: /^Requests .+/ }).click();
    await bopha.getByRole('link', { name: /From border-unit/ }).click();
    await bopha.getByRole('button', { name: /Take it up in case/ }).click();
    await bopha.getByRole('link', { name: 'the person, in her case' }).waitFor();
    await shoot(bopha, '07-shelter-taken-up');
    await bopha.goto(known);
    await shoot(bopha, '08-shelter-case');
    await bopha.goto(`${known}/interviews/new`);
    await bopha.getByLabel('Her language').fill('km');
    await shoot(bopha, '09-shelter-plan');
    await bopha.getByRole('button', { name: 'Plan an interview' }).click();
    await bopha.getByRole('heading', { name: /^Interview ·/ }).waitFor();
    interview = new URL(bopha.url()).pathname;
    await bopha.getByRole('button', { name: 'Ask the partners' }).click();
    await bopha.getByText(/border-unit \(practice\): hit/).waitFor();
    await bopha.getByLabel(/border-unit \(practice\): on which law/).fill('the treaty of 2009, article 12');
    await bopha.getByRole('button', { name: 'Open the window for questions' }).click();
    await bopha.getByRole('button', { name: 'Shut the window' }).waitFor();
    await shoot(bopha, '10-shelter-window');
});

const WHO = 'Who kept your passport?';
const ask = async (page, text, topic, phase) => {
    const form = page.locator('form', { has: page.getByRole('button', { name: 'Add this question' }) });
    await form.getByLabel('Question', { exact: true }).fill(text);
    await form.locator('[name=topic]').selectOption(topic);
    if (phase) // the part of the interview is for who interviews to choose
        await form.locator('[name=phase]').selectOption(phase);
    await form.getByRole('button', { name: 'Add this question' }).click();
};

step('the questions of the police are pooled with those of the shelter', async () => {
    await comes(somchai, '/windows', () => somchai.getByRole('link', { name: 'lotus-house (practice)' }));
    await shoot(somchai, '11-police-windows');
    await somchai.goto('/');
    assert.match(await somchai.textContent('main'), /1\s*Interviews of partners that take questions/);
    await somchai.goto('/windows');
    await somchai.getByRole('link', { name: 'lotus-house (practice)' }).click();
    await ask(somchai, WHO, 'Documents');
    await somchai.getByText(`1. ${WHO}`).waitFor();
    await ask(somchai, 'Where did the lorry stop?', 'Place');
    await somchai.getByText('2. Where did the lorry stop?').waitFor();
    await shoot(somchai, '12-police-questions');
    await comes(bopha, interview, () => bopha.getByText('Where did the lorry stop?'));
    await ask(bopha, 'Tell me everything that happened.', 'Other', 'Account');
    await bopha.getByText('1. Tell me everything that happened.').waitFor();
    assert.deepEqual((await bopha.locator('ol.c-hits .c-hit__name').allTextContents()).map(text => text.trim()),
        ['1. Tell me everything that happened.', `2. ${WHO}`, '3. Where did the lorry stop?'], 'in the order of the protocol');
    await shoot(bopha, '13-shelter-pool');
    await serious(bopha);
});

step('one interview, really recorded, sealed', async () => {
    await bopha.getByRole('link', { name: 'Record the interview' }).click();
    await shoot(bopha, '14-shelter-room-new');
    await bopha.getByRole('button', { name: 'Begin the recording' }).click();
    await bopha.waitForURL(/\/recordings\/[0-9a-f]{32}$/);
    recording = new URL(bopha.url()).pathname;
    await now(bopha, 'recording');
    const question = bopha.locator('.c-question', { hasText: WHO });
    await question.getByRole('button', { name: 'Asked', exact: true }).click();
    await bopha.locator('.c-question[data-is=asked]').waitFor();
    await arrived(bopha, 2);
    await question.getByRole('button', { name: 'Answered', exact: true }).click();
    await bopha.locator('.c-question[data-is=answered]').waitFor();
    await shoot(bopha, '15-shelter-room');
    await serious(bopha);
    await arrived(bopha, 3);
    await bopha.locator('[data-act=end]').click();
    await bopha.waitForURL(/\/seal$/);
    await shoot(bopha, '16-shelter-seal');
    await bopha.getByRole('button', { name: 'Seal it now' }).click();
    await bopha.waitForURL(shelter.url + recording);
    await bopha.getByRole('heading', { name: 'The sealed recording' }).waitFor();
    await shoot(bopha, '17-shelter-sealed');
    assert.match(await bopha.textContent('main'), /asked\s*Who kept your passport\?[^]*answered\s*Who kept your passport\?/);
    assert.equal(await counted(bopha, known), 1);
    faults(bopha);
});

step('whoever asks the same again learns when it was answered; both count one interview', async () => {
    await comes(somchai, '/windows', () => somchai.getByRole('link', { name: 'lotus-house (practice)' }));
    await somchai.getByRole('link', { name: 'lotus-house (practice)' }).click();
    await comes(somchai, somchai.url(), () => somchai.getByText(/answered at \d\d:\d\d:\d\d/));
    await ask(somchai, 'who kept your passport', 'Documents');
    assert.match(await somchai.getByRole('alert').first().textContent(), /question 1.*answered at 00:00:\d\d/);
    await somchai.locator('.govuk-inset-text').filter({ hasText: /1\. Who kept your passport\?\s*answered at 00:00:\d\d/ }).waitFor();
    await serious(somchai);
    await shoot(somchai, '18-police-asked-already');
    assert.equal(await somchai.locator('ol.c-hits li').count(), 2, 'it was not added');
    await comes(somchai, theirCase, () => somchai.getByText('Interviews so far, everywhere: 1'));
    await comes(somchai, '/windows', () => somchai.getByText('the window for questions is shut'));
    await somchai.getByRole('link', { name: 'lotus-house (practice)' }).click();
    await ask(somchai, 'Who kept your passport', 'Documents');
    assert.match(await somchai.getByRole('alert').first().textContent(), /question 1.*answered at/, 'behind a shut window too');
    await ask(somchai, 'What is the name of the dog of the guard?', 'Place');
    assert.match(await somchai.getByRole('alert').first().textContent(), /the window for questions is shut/);
    await shoot(somchai, '18-police-shut');
    await somchai.goto(`${theirCase}/interviews`);
    await serious(somchai);
});

step('given as she agreed, received and verified, offline too', async () => {
    consent = await agrees(bopha, known, 'investigation', 'Statement');
    await bopha.goto(recording);
    await bopha.getByRole('link', { name: 'Give a copy' }).click();
    await bopha.getByLabel('Your reference').fill('practice 7');
    await shoot(bopha, '19-shelter-give');
    await bopha.getByRole('button', { name: 'Give it' }).click();
    await bopha.waitForURL(shelter.url + recording);
    await bopha.getByText('From the beginning to the end').waitFor();
    await bopha.goto(request);
    await bopha.getByLabel('What you answer').fill('She told it here: the recording is on its way.');
    await bopha.locator('#consent').selectOption({ index: 1 });
    await bopha.getByLabel('Case or warrant').last().fill('practice 7');
    await bopha.getByLabel('This is all: the request is answered').check();
    await shoot(bopha, '19-shelter-answer');
    await bopha.getByRole('button', { name: 'Send this answer' }).click();
    await bopha.getByRole('heading', { name: /Part 1.*the last/ }).waitFor();
    await comes(somchai, request, () => somchai.getByRole('heading', { name: /Part 1.*the last/ }));
    assert.match(await somchai.textContent('main'), /the recording is on its way/);
    await shoot(somchai, '19-police-answered');
    await comes(somchai, '/statements', () => somchai.getByText('it proves itself'));
    await shoot(somchai, '20-police-statements');
    await somchai.locator('.c-hit a').click();
    await serious(somchai);
    await shoot(somchai, '21-police-statement');
    statement = new URL(somchai.url()).pathname;
    assert.equal(await somchai.getByRole('link', { name: 'the person, in her case' }).getAttribute('href').then(href => href.startsWith(theirCase)), true);
    const digest = /[0-9a-f]{64}/.exec(await somchai.textContent('main'))[0];
    await somchai.goto(`${theirCase}/interviews/new`);
    await somchai.getByLabel('Her language').fill('km');
    await somchai.getByRole('button', { name: 'Plan an interview' }).click();
    await somchai.getByText(/lotus-house \(practice\) gave a statement of hers: 00:00:\d\d.*Hear it before you interview her/).waitFor();
    assert.equal(await somchai.getByRole('link', { name: 'A statement that came' }).getAttribute('href'), statement);
    await serious(somchai);
    for (const [kind, leads] of [['statement', statement], ['answer', request]]) {
        await somchai.goto('/letters');
        await somchai.getByRole('link', { name: `From lotus-house (practice): ${kind}` }).click();
        await somchai.waitForURL(police.url + leads);
    }

    copy = path(scratch, 'statement');
    writeFileSync(copy, execFileSync(program, reading('-'), { maxBuffer: 1 << 26 }));
    const card = path(scratch, 'card'), media = path(scratch, 'media.webm');
    await comity('pair', shelter.folder, 'invite', '--out', card);
    const held = await comity('verify', '--agency', card, copy, '--media', media, '--marks');
    assert.match(held, new RegExp(`holds: statement[^]*root ${digest}`));
    assert.match(held, /"kind":"answered"|answered/);
    assert.deepEqual([...readFileSync(media).subarray(0, 4)], [0x1a, 0x45, 0xdf, 0xa3], 'it begins as WebM does');
    const other = path(scratch, 'other'), bytes = readFileSync(copy), changed = path(scratch, 'changed');
    await comity('pair', police.folder, 'invite', '--out', other);
    await assert.rejects(comity('verify', '--agency', other, copy), 'not with the key of another agency');
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(changed, bytes);
    await assert.rejects(comity('verify', '--agency', card, changed), 'not when a byte was changed');
    faults(bopha);
});

// A file of it would be an export, for which the shelter was not asked; what is read is held against the shelter's key.
const reading = out => ['letters', police.folder, 'read', statement.split('/').pop(), '--purpose', 'investigation', '--reference', 'practice 118', '--out', out];

async function listen() {
    await somchai.goto(statement);
    await somchai.getByLabel('What for').fill('practice 118');
    await somchai.getByLabel('Why you look').selectOption('investigation');
    await somchai.getByRole('button', { name: 'Listen', exact: true }).click();
}

step('heard at the police for a reason, which is in the log', async () => {
    const before = await leavesOf(police, 'hear');
    await somchai.goto(statement);
    await somchai.getByRole('button', { name: 'Listen', exact: true }).click();
    assert.match(await somchai.getByRole('alert').textContent(), /say why/i);
    assert.equal(await leavesOf(police, 'hear'), before, 'nobody listens without a reason');
    await listen();
    await somchai.waitForURL(/\/listen\//);
    await shoot(somchai, '22-police-listen');
    await serious(somchai);
    assert.match(await somchai.textContent('main'), /answered Who kept your passport\?/, 'what they asked, they read; of others only when');
    assert.equal(await leavesOf(police, 'hear'), before + 1);
    const played = await somchai.evaluate(() => new Promise(done => {
        const audio = document.querySelector('audio, video');
        audio.muted = true;
        audio.addEventListener('timeupdate', () => { if (audio.currentTime > 0.5) done('plays'); });
        audio.addEventListener('error', () => done(audio.error.message));
        audio.play();
    }));
    assert.equal(played, 'plays');
    faults(somchai);
});

step('she takes it back: the police sign that it is gone, and can no longer read it', async () => {
    await bopha.goto(consent);
    await bopha.getByRole('link', { name: 'She takes it back' }).click();
    await shoot(bopha, '23-shelter-withdraw');
    await bopha.getByRole('button', { name: 'Take it back', exact: true }).click();
    await comes(bopha, consent, () => bopha.locator('.c-hits').filter({ hasText: /(They say it is gone[^]*){2}/ }));
    await shoot(bopha, '24-shelter-gone');
    await serious(bopha);
    const { grants } = JSON.parse(await comity('grants', shelter.folder, '--json'));
    assert.equal(grants.length, 2, 'the statement, and the answer to the request');
    const card = path(scratch, 'police');
    await comity('pair', police.folder, 'invite', '--out', card);
    for (const [i, { grant }] of grants.entries()) {
        const word = path(scratch, `word-${i}.json`);
        await comity('grants', shelter.folder, 'receipt', grant, '--out', word);
        assert.match(await comity('verify', '--agency', card, word), /holds/);
    }

    const before = await leavesOf(police, 'hear');
    await somchai.goto(statement);
    await shoot(somchai, '25-police-lost');
    assert.match(await somchai.textContent('main'), /can no longer be read: it was taken back/);
    assert.equal(await somchai.getByRole('button', { name: 'Listen', exact: true }).count(), 0);
    await somchai.goto(request);
    assert.match(await somchai.textContent('main'), /can no longer be read: it was taken back/);
    assert.doesNotMatch(await somchai.textContent('main'), /the recording is on its way/);
    await somchai.goto(statement);
    const answer = await somchai.request.post(statement + '/listen', { headers: { Origin: police.url },
        form: { csrf: await somchai.locator('input[name=csrf]').first().inputValue(), purpose: 'investigation', reference: 'practice 118' } });
    assert.match(await answer.text(), /role="alert"[^]*can no longer be read/);
    assert.equal(await leavesOf(police, 'hear'), before, 'nobody listened');
    const again = path(scratch, 'again');
    for (const out of ['-', again])
        await assert.rejects(comity(...reading(out)), /withdrawn/);
    assert.ok(!existsSync(again));
    faults(bopha);
    faults(somchai);
});

step('the shelter presumes her a victim: what the police lay to her stops', async () => {
    await presume(bopha, known);
    const anong = await newPage(police);
    await police.signIn(anong, 'anong'); // she has to have joined
    await givePart(somchai, police.url + theirCase, 'Practice Anong', 'work');
    const asked = (await shelter.leaves()).filter(verb => verb === 'answer').length;
    offence = await layOffence(somchai, theirCase, 'Crossed the border without a permit.');
    await becomes(somchai, offence, /stopped: presumed victim/);
    await serious(somchai);
    await shoot(somchai, '27-police-stopped');
    assert.match(await somchai.textContent('main'), /Who presumes her a victim[^]*lotus-house \(practice\)/);
    assert.ok(await leavesOf(shelter, 'answer') > asked, 'the shelter was asked');
    assert.equal(await somchai.locator('form[action$="/step"]').count(), 0, 'no step is offered');
    for (const purpose of ['charge', 'detention', 'removal']) {
        const answer = await somchai.request.post(`${offence}/step`, { headers: { Origin: police.url },
            form: { csrf: await somchai.locator('input[name=csrf]').first().inputValue(), purpose, reference: 'practice 118' } });
        assert.equal(answer.status(), 403);
        assert.match(await answer.text(), /a prosecutor has not decided yet/);
    }
    assert.equal((await somchai.request.get(`${offence}/decision`)).status(), 403, 'no investigator decides');
    await somchai.goto(theirCase);
    assert.match(await somchai.textContent('main'), /This case is stopped/);
    await shoot(somchai, '28-police-case-stopped');
    faults(somchai);
    await anong.context().close();
});

step('a prosecutor decides, causation and compulsion each for itself; the decision is a letter', async () => {
    const anong = await newPage(police);
    await police.signIn(anong, 'anong');
    await anong.goto('/decisions');
    await anong.locator('a.c-hit__name').first().click();
    await anong.getByRole('link', { name: 'Decide on this offence' }).click();
    await anong.waitForURL('**/decision');
    await anong.locator('input[name=rul_Causation][value=Yes]').check();
    await anong.locator('#rul_CausationReasons').fill('She was brought across by those who sold her.');
    await anong.locator('main form[data-draft] button').click();
    await anong.getByRole('alert').waitFor(); // one finding is no decision
    assert.match(await anong.textContent('h1'), /Decide on this offence/);
    await anong.locator('input[name=rul_Compulsion][value=Yes]').check();
    await anong.locator('#rul_CompulsionReasons').fill('Her passport was kept from her, as she told.');
    await anong.locator('input[name=rul_Basis][value=Thailand]').check();
    await anong.locator('input[name=rul_Outcome][value=NotProsecuted]').check();
    await anong.locator('#rul_OutcomeReasons').fill('Nobody is punished for what she was made to do.');
    await anong.locator('#rul_Remedy').fill('Nothing to object to; Lotus House explains it to her.');
    await shoot(anong, '29-police-decision-form');
    await anong.locator('main form[data-draft] button').click();
    await anong.waitForURL(offence);
    assert.match(await anong.textContent('h1'), /decided/);
    await serious(anong);
    await shoot(anong, '30-police-decided');
    const letter = await anong.request.get(`${offence}/letter?language=en`);
    assert.match(letter.headers()['content-type'], /^application\/pdf/);
    const words = execFileSync('pdftotext', ['-layout', '-', '-'], { input: await letter.body() }).toString().replace(/\s+/g, ' ');
    for (const expected of [/Was the act a consequence of being trafficked\?/, /brought across by those who sold her/, /Was she compelled to the act\?/, /passport was kept from her/, /Practice Anong/])
        assert.match(words, expected);
    assert.equal(await leavesOf(police, 'rule'), 1);
    for (const house of [shelter, police]) {
        const { name, theirs } = sharedPerson();
        const said = house.log + await comity('log', house.folder, 'show', '--last', '1000', '--json');
        for (const part of [...name.split(' '), ...theirs.split(' '), 'passport', 'without a permit'])
            assert.ok(!said.includes(part), `${house.name}: neither its log nor what it printed has ${part}`);
    }
    faults(anong);
});
