// An offence is laid to a person whom a partner presumes a victim: the case stops until a prosecutor has decided; and one whom it presumes later.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { writeFileSync } from 'node:fs';
import { agency, becomes, comity, faults, givePart, layOffence, newPage, pair, PHONE, presume, serious, stopAll } from './lib.mjs';

let shelter, police;
before(async () => {
    shelter = await agency('lotus-house', { members: [{ name: 'Practice Bopha', login: 'bopha', roles: 'caseworker' }] });
    police = await agency('border-unit', { country: 'TH', kind: 'police', members: [
        { name: 'Practice Somchai', login: 'somchai', roles: 'investigator' }, { name: 'Practice Pim', login: 'pim', roles: 'prosecutor' },
        { name: 'Practice Lek', login: 'lek', roles: 'supervisor' }, { name: 'Practice Thi', login: 'thi', roles: 'dpo' }] });
    await pair(shelter, police);
});
after(stopAll);

const keep = async (page, name) => {
    if (!process.env.COMITY_KEEP)
        return;
    await page.screenshot({ path: `${process.env.COMITY_KEEP}/${name}.png`, fullPage: true });
    const was = page.viewportSize();
    await page.setViewportSize(PHONE);
    await page.screenshot({ path: `${process.env.COMITY_KEEP}/${name}-phone.png`, fullPage: true });
    await page.setViewportSize(was);
};

async function openCase(page, first, family, born) {
    await page.goto('/files/new');
    await page.locator('#prs_FirstName').fill(first);
    await page.locator('#prs_SecondName').fill(family);
    await page.locator('#prs_Birthdate').fill(born);
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=2');
    await page.locator('#cmt_Title').fill('practice');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=3');
    await page.locator('main form button').last().click();
    await page.waitForURL(/\/files\/[0-9a-f]{32}$/);
    return page.url();
}

const step = (page, purpose) => page.evaluate(async purpose => {
    const body = new URLSearchParams({ csrf: document.querySelector('input[name=csrf]').value, purpose, reference: 'practice 7' });
    const answer = await fetch(`${location.pathname}/step`, { method: 'POST', body });
    return [answer.status, await answer.text()];
}, purpose);

let address, offence;

test('whoever is presumed a victim elsewhere is not charged: the case stops', async () => {
    const theirs = await newPage(shelter), page = await newPage(police);
    await shelter.signIn(theirs, 'bopha');
    await presume(theirs, await openCase(theirs, 'Sopheap', 'Chanthavong', '1999-04-05'));
    await police.signIn(await newPage(police), 'pim'); // she has to have joined
    await police.signIn(page, 'somchai');
    address = await openCase(page, 'Sopheap', 'Chanthavong', '1999-04-05');
    await givePart(page, address, 'Practice Pim', 'work');
    await page.goto(`${address}/offences/new`);
    await page.locator('main form[data-draft] button').click();
    await page.getByRole('alert').waitFor();
    await serious(page);
    offence = await layOffence(page, address, 'Crossed the border without a permit.');
    await becomes(page, offence, /stopped: presumed victim/);
    await serious(page);
    await keep(page, 'offence-stopped');
    assert.match(await page.textContent('main'), /lotus-house \(practice\)/);
    for (const purpose of ['charge', 'detention', 'removal']) {
        const [status, text] = await step(page, purpose);
        assert.equal(status, 403);
        assert.match(text, /a prosecutor has not decided yet/);
    }
    assert.equal(await page.locator('form[action$="/step"]').count(), 0);
    assert.equal((await page.request.get(`${offence}/decision`)).status(), 403, 'no investigator decides');
    await page.goto(address);
    assert.match(await page.textContent('main'), /This case is stopped/);
    await serious(page);
    await keep(page, 'file-stopped');
    await page.goto(`${address}?purpose=charge`);
    assert.match(await page.textContent('main'), /the case is stopped/);
    assert.match(await page.textContent('main'), /prosecutor has not decided/);
    for (const house of [police, shelter]) {
        const leaves = await comity('log', house.folder, 'show', '--last', '1000', '--json');
        assert.doesNotMatch(leaves + house.log, /Sopheap|Chanthavong|border without/);
    }
    const asked = JSON.parse(await comity('log', shelter.folder, 'show', '--last', '1000', '--json')).filter(leaf => leaf.verb === 'answer');
    assert.ok(asked.length > 0 && asked.every(leaf => leaf.purpose === 'non-punishment'));
    faults(page);
    faults(theirs);
});

const fillDecision = async page => {
    await page.locator('input[name=rul_Causation][value=Yes]').check();
    await page.locator('#rul_CausationReasons').fill('She was brought across by those who sold her.');
    await page.locator('input[name=rul_Compulsion][value=Doubtful]').check();
    await page.locator('#rul_CompulsionReasons').fill('Her papers were taken from her; the rest is not known.');
    await page.locator('input[name=rul_Basis][value=Thailand]').check();
    await page.locator('input[name=rul_Outcome][value=GoesOn]').check();
    await page.locator('#rul_OutcomeReasons').fill('The court shall see that she did nothing wrong.');
};

test('a prosecutor decides: two findings, each with its reasons, a legal basis, a letter', async () => {
    const page = await newPage(police);
    await police.signIn(page, 'pim');
    await page.goto('/');
    await page.getByText(/offences that wait for a prosecutor\s*the oldest since /).waitFor();
    await serious(page);
    await page.goto('/decisions');
    await serious(page);
    await keep(page, 'decisions');
    await page.locator('a.c-hit__name').first().click();
    await page.waitForURL(offence);
    await page.getByRole('link', { name: 'Decide on this offence' }).click();
    await page.waitForURL('**/decision');
    await serious(page);
    await fillDecision(page);
    await page.locator('main form[data-draft] button').click();
    assert.match(await page.getByRole('alert').textContent(), /how she can object/);
    assert.equal(await page.locator('#rul_CausationReasons').inputValue(), 'She was brought across by those who sold her.', 'nothing typed is lost');
    await serious(page);
    await keep(page, 'decision-form');
    await page.locator('#rul_Remedy').fill('To the provincial court, within 30 days. Lotus House helps.');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL(offence);
    assert.match(await page.textContent('h1'), /decided: goes on/);
    await serious(page);
    await keep(page, 'offence-decided');
    const letters = {};
    for (const language of ['en', 'km', 'th']) {
        const answer = await page.request.get(`${offence}/letter?language=${language}`);
        assert.equal(answer.status(), 200);
        assert.match(answer.headers()['content-type'], /^application\/pdf/);
        const body = await answer.body();
        if (process.env.COMITY_KEEP)
            writeFileSync(`${process.env.COMITY_KEEP}/letter-${language}.pdf`, body);
        letters[language] = execFileSync('pdftotext', ['-layout', '-', '-'], { input: body }).toString().replace(/\s+/g, ' ');
    }
    for (const words of [/Decision on an offence/, /Sopheap Chanthavong/, /Crossed the border without a permit/, /Was the act a consequence of being trafficked\?/,
        /brought across by those who sold her/, /Was she compelled to the act\?/, /It cannot be excluded/, /Her papers were taken/, /section 41/,
        /Anti-Trafficking in Persons Act B\.E\. 2551/, /did nothing wrong/, /within 30 days/, /Practice Pim/])
        assert.match(letters.en, words);
    assert.match(letters.km, /brought across by those who sold her/, 'reasons stand as they were written');
    const there = JSON.parse(await comity('log', police.folder, 'show', '--last', '50', '--json')).map(leaf => leaf.verb);
    assert.ok(there.includes('rule'));
    assert.equal((await page.request.get(`${offence}/decision`)).status(), 200);
    faults(page);
});

test('what was decided to go on, goes on', async () => {
    const page = await newPage(police);
    await police.signIn(page, 'somchai');
    await page.goto(offence);
    await page.locator('#purpose').selectOption('charge');
    await page.locator('form[action$="/step"] button').click();
    await page.waitForURL(offence);
    assert.match(await page.textContent('main'), /Charged on/);
    faults(page);
});

test('a presumption that arises later stops a case that is open already', async () => {
    const theirs = await newPage(shelter), page = await newPage(police);
    await shelter.signIn(theirs, 'bopha');
    const known = await openCase(theirs, 'Dararith', 'Sokhemara', '2001-11-30');
    await police.signIn(page, 'somchai');
    const here = await openCase(page, 'Dararith', 'Sokhemara', '2001-11-30'), late = await layOffence(page, here, 'Worked without a permit.');
    await becomes(page, late, /no presumption known/);
    assert.equal(await page.locator('form[action$="/step"]').count(), 1);
    const before = (await shelter.leaves()).filter(verb => verb === 'answer').length;
    await presume(theirs, known);
    await becomes(page, late, /stopped: presumed victim/);
    assert.equal((await shelter.leaves()).filter(verb => verb === 'answer').length, before, 'the later map was searched with the answer that was kept');
    await page.goto('/files');
    assert.match(await page.textContent('main'), /stopped until a prosecutor has decided/, 'whoever answers for the case has a task');
    faults(page);
    faults(theirs);
});

test('those who watch see how many are open and how old, and nobody', async () => {
    for (const login of ['lek', 'thi']) {
        const page = await newPage(police);
        await police.signIn(page, login);
        await page.goto('/oversight');
        assert.match(await page.textContent('main'), /Decisions that prosecutors have not taken yet/);
        await page.goto('/decisions');
        const text = await page.textContent('main');
        assert.match(text, /In all cases of this agency/);
        assert.doesNotMatch(text, /Dararith|Sokhemara|Sopheap/);
        await serious(page);
        faults(page);
    }
});
