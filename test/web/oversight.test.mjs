// Those who watch over the agency: two persons for what is hard to undo, emergencies and their review, who looked, canaries; the administrator
// sees no case. In English and Vietnamese; without JavaScript.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agency, faults, find, newPage, PHONE, practiceList, serious, stopAll } from './lib.mjs';

let house;
before(async () => {
    house = await agency('lotus-house', {
        people: await practiceList('lotus-house'),
        members: [
            { name: 'Practice Dara', login: 'dara', roles: 'caseworker' },
            { name: 'Practice Stranger', login: 'stranger', roles: 'investigator' },
            { name: 'Practice Sophea', login: 'sophea', roles: 'supervisor' },
            { name: 'Practice Thi', login: 'thi', roles: 'dpo', languages: 'vi' },
            { name: 'Practice Nita', login: 'nita', roles: 'auditor' },
            { name: 'Practice Admin', login: 'admin', roles: 'administrator' },
        ],
    });
});
after(stopAll);

// Pages of members, signed in once.
const open = new Map();
async function as(login, options) {
    if (options) {
        const page = await newPage(house, options);
        await house.signIn(page, login);
        return page;
    }
    if (!open.has(login)) {
        const page = await newPage(house);
        await house.signIn(page, login);
        open.set(login, page);
    }
    return open.get(login);
}

let theCase;
async function openCase() {
    if (theCase)
        return theCase;
    const page = await as('dara');
    await page.goto('/files/new');
    await page.locator('#prs_FirstName').fill('Practice');
    await page.locator('#prs_SecondName').fill('Person');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=2');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=3');
    await page.locator('main form button').click();
    await page.waitForURL(/\/files\/[0-9a-f]{32}$/);
    theCase = new URL(page.url()).pathname;
    return theCase;
}

async function somePerson(page, text) {
    await find(page, text);
    const path = await page.locator('.c-hit a').first().getAttribute('href');
    return /persons\/([0-9a-f]{32})/.exec(path)[1];
}

test('an emergency: opened for a day, seen at once, reviewed by somebody else', async () => {
    const file = await openCase();
    const stranger = await as('stranger'), lead = await as('dara'), supervisor = await as('sophea');
    const refused = await stranger.goto(file);
    assert.equal(refused.status(), 403);
    await serious(stranger);
    await stranger.getByRole('link', { name: /emergency/ }).click();
    await serious(stranger);
    await stranger.getByRole('button', { name: /24 hours/ }).click();
    assert.match(await stranger.getByRole('alert').textContent(), /why/);
    await stranger.getByLabel('What is the emergency').fill('she has called, and is in danger');
    await stranger.getByRole('button', { name: /24 hours/ }).click();
    await stranger.waitForURL('**' + file);
    assert.match(await stranger.textContent('main'), /Practice Person|Person/);

    await lead.goto('/');
    await lead.getByRole('link', { name: 'See them' }).click();
    assert.match(await lead.textContent('main'), /Practice Stranger[^]*she has called/);
    await serious(lead);

    await supervisor.goto('/');
    await serious(supervisor);
    await supervisor.getByRole('link', { name: 'Review them' }).click();
    assert.match(await supervisor.textContent('main'), /Practice Stranger[^]*she has called/);
    await serious(supervisor);
    await supervisor.getByRole('button', { name: 'It was wrong' }).click();
    assert.match(await supervisor.getByRole('alert').textContent(), /why/);
    await serious(supervisor);
    await supervisor.getByRole('textbox').fill('the team was on duty');
    await supervisor.getByRole('button', { name: 'It was wrong' }).click();
    await supervisor.waitForURL('**/oversight/reviews');
    assert.match(await supervisor.textContent('main'), /was wrong[^]*the team was on duty/);
    assert.equal((await stranger.goto(file)).status(), 403, 'wrong: closed at once');
});

test('a role of trust waits for a second person, who agrees in Vietnamese, once', async () => {
    const admin = await as('admin'), officer = await as('thi');
    await admin.goto('/members');
    await serious(admin);
    await admin.getByRole('link', { name: 'Practice Stranger' }).click();
    await serious(admin);
    await admin.getByLabel('Supervisor').check();
    await admin.getByRole('button', { name: 'Change the roles' }).click();
    await admin.waitForURL(/\/oversight\/approvals\/[0-9a-f]{32}$/);
    const request = new URL(admin.url()).pathname;
    assert.match(await admin.textContent('main'), /waits for a second person/);
    await serious(admin);
    assert.equal(await admin.locator(`form[action="${request}/agree"]`).count(), 0, 'not her own');

    assert.equal(await (await officer.goto('/')).status(), 200);
    assert.equal(await officer.locator('html').getAttribute('lang'), 'vi');
    await officer.locator('.c-card a[href="/oversight/approvals"]').click();
    await serious(officer);
    await officer.locator(`a[href="${request}"]`).click();
    assert.match(await officer.textContent('main'), /Practice Admin[^]*Practice Stranger/);
    await serious(officer);
    await officer.locator(`form[action="${request}/agree"] button`).click();
    await officer.waitForURL('**' + request);
    assert.equal(await officer.locator(`form[action="${request}/agree"]`).count(), 0);
    await admin.goto('/members');
    assert.match(await admin.getByRole('row', { name: /Practice Stranger/ }).textContent(), /Supervisor/);
    open.delete('stranger'); // her sessions have ended
});

test('a new code for a supervisor takes two; it is shown once, her old ways in end, and she is told', async () => {
    const admin = await as('admin'), officer = await as('thi'), supervisor = await as('sophea');
    await admin.goto('/members');
    await admin.getByRole('link', { name: 'Practice Sophea' }).click();
    assert.match(await admin.textContent('main'), /nothing happens until a supervisor or data-protection officer agrees/);
    await admin.getByRole('button', { name: 'Make a new code' }).click();
    await admin.waitForURL(/\/oversight\/approvals\/[0-9a-f]{32}$/);
    const request = new URL(admin.url()).pathname;
    assert.equal(await admin.locator('[data-code]').count(), 0);
    assert.equal(await admin.getByRole('button', { name: 'Show the code' }).count(), 0);
    assert.equal((await supervisor.goto('/files')).status(), 200, 'nothing has ended yet');

    await officer.goto(request);
    assert.match(await officer.textContent('main'), /Practice Admin[^]*Practice Sophea/);
    await serious(officer);
    await officer.locator(`form[action="${request}/agree"] button`).click();
    await officer.waitForURL('**' + request);
    assert.equal(await officer.locator(`form[action="${request}/code"]`).count(), 0, 'for whoever asked');
    await supervisor.goto('/files');
    assert.match(supervisor.url(), /sign-in/, 'her sessions have ended');
    await supervisor.locator('#login').fill('sophea');
    await supervisor.locator('#password').fill(house.members.get('sophea').password);
    await supervisor.locator('#code').fill(house.members.get('sophea').recovery[0]);
    await supervisor.locator('form[action="/sign-in"] button').click();
    await supervisor.getByRole('alert').waitFor();

    await admin.goto(request);
    await serious(admin);
    await admin.getByRole('button', { name: 'Show the code' }).click();
    const code = (await admin.locator('[data-code]').textContent()).trim();
    assert.match(code, /^(\w{5}-){3}\w{5}$/);
    await admin.goto(request);
    assert.equal(await admin.getByRole('button', { name: 'Show the code' }).count(), 0, 'once');
    assert.ok((await house.leaves()).includes('code.asked') && (await house.leaves()).includes('code'));

    house.members.set('sophea', { ...house.members.get('sophea'), code, secret: undefined });
    open.delete('sophea');
    const again = await as('sophea');
    await again.goto('/');
    await again.getByRole('link', { name: 'See by whom' }).click();
    assert.match(await again.textContent('main'), /made by Practice Admin · agreed to by Practice Thi/);
    await serious(again);
});

test('a person is erased by two; a refusal says why', async () => {
    const supervisor = await as('sophea'), officer = await as('thi');
    const id = await somePerson(supervisor, 'sok d');
    const asks = async why => {
        await supervisor.goto(`/persons/${id}/erase`);
        await serious(supervisor);
        await supervisor.getByLabel('Why').fill(why);
        await supervisor.getByRole('button', { name: 'Ask for it' }).click();
        await supervisor.waitForURL(/\/oversight\/approvals\/[0-9a-f]{32}$/);
        return new URL(supervisor.url()).pathname;
    };
    const first = await asks('a mistake');
    await officer.goto(first);
    await officer.locator(`form[action="${first}/refuse"] button`).click();
    await serious(officer);
    await officer.locator('#reason').fill('chưa đủ lý do');
    await officer.locator(`form[action="${first}/refuse"] button`).click();
    await officer.waitForURL('**' + first);
    await supervisor.goto(first);
    assert.match(await supervisor.textContent('main'), /chưa đủ lý do/);
    assert.equal((await supervisor.goto(`/persons/${id}`)).status(), 200, 'she is still there');

    const second = await asks('her own request');
    await officer.goto(second);
    await officer.locator(`form[action="${second}/agree"] button`).click();
    await officer.waitForURL('**' + second);
    assert.equal((await supervisor.goto(`/persons/${id}`)).status(), 404);
});

test('who looked: by member, day and record; a report for the person', async () => {
    const page = await as('sophea');
    const id = await somePerson(page, 'chan');
    await page.goto(`/persons/${id}?purpose=identification`);
    await page.getByRole('link', { name: 'Who looked at this person' }).click();
    assert.match(await page.textContent('main'), /Practice Sophea/);
    await serious(page);
    await page.goto('/oversight');
    await serious(page);
    await page.getByRole('link', { name: 'Who looked' }).click();
    await page.getByLabel('Member').selectOption({ label: 'Practice Stranger' });
    await page.getByLabel('Day').fill(new Date().toISOString().slice(0, 10));
    await page.getByRole('button', { name: 'Show' }).click();
    assert.match(await page.textContent('main table'), /Practice Stranger/);
    assert.doesNotMatch(await page.textContent('main table tbody'), /Practice Sophea/);
    await serious(page);
    await page.goto('/oversight/looks?day=2020-01-01');
    assert.match(await page.textContent('main'), /No acts/);
    await page.goto('/oversight/looks?object=%3Cb%3E&member=x&verb=nothing&day=yesterday&before=-1');
    assert.equal(await page.locator('main b').count(), 0);
});

test('a canary looks like any record, and only the officer hears it', async () => {
    const officer = await as('thi'), stranger = await as('stranger');
    const id = await somePerson(stranger, 'chan');
    const before = await (await stranger.goto(`/persons/${id}`)).text();
    await officer.goto('/oversight/canaries');
    await officer.locator('#object').fill(id);
    await officer.locator('#words').fill('ca sĩ nổi tiếng, bịa ra');
    await officer.locator('form[action="/oversight/canaries"] button').click();
    await officer.waitForURL('**/oversight/canaries');
    await serious(officer);
    const after = await (await stranger.goto(`/persons/${id}`)).text();
    const same = text => text.replace(/value="[0-9a-f]{64}"/g, '');
    assert.equal(same(after), same(before), 'nothing on the page tells');
    await officer.goto('/');
    const card = officer.locator('.c-card--warn a[href="/oversight/canaries"]');
    await card.click();
    assert.match(await officer.textContent('main table'), /Practice Stranger/);
    await serious(officer);
    await officer.locator('form[action="/oversight/canaries/seen"] button').click();
    await officer.goto('/');
    assert.equal(await officer.locator('a[href="/oversight/canaries"]').count(), 0);
    const supervisor = await as('sophea');
    assert.equal((await supervisor.goto('/oversight/canaries')).status(), 403);
});

test('a decoy is invented on a page: found and matched like everybody, a look at it is reported', async () => {
    const officer = await as('thi', { language: 'en' }), stranger = await as('stranger');
    await officer.goto('/language/en');
    await officer.goto('/oversight/canaries');
    await officer.getByRole('link', { name: 'Make a decoy' }).click();
    await serious(officer);
    await officer.getByLabel('What was invented').fill('a singer whom nobody knows');
    await officer.getByRole('button', { name: 'Make it' }).click();
    assert.match(await officer.getByRole('alert').textContent(), /nobody would find this record/);
    await serious(officer);
    await officer.locator('#prs_FirstName').fill('Decoyrath');
    await officer.locator('#prs_SecondName').fill('Songsingha');
    await officer.locator('#prs_Birthdate').fill('1991-04-12');
    await officer.getByRole('button', { name: 'Make it' }).click();
    await officer.waitForURL('**/oversight/canaries');
    const id = (await officer.getByRole('listitem').filter({ hasText: 'a singer whom nobody knows' }).locator('.c-code').textContent()).trim();
    const known = await somePerson(stranger, 'songsinga decoyrat'); // in another spelling
    assert.equal(known, id);
    assert.equal((await stranger.goto(`/persons/${id}`)).status(), 200);
    assert.doesNotMatch(await stranger.content(), /nobody knows|[Dd]ecoys|[Ii]nvented/);
    await officer.goto('/oversight/canaries');
    assert.match(await officer.textContent('main table'), /Practice Stranger/);
    await serious(officer);
    for (const login of ['sophea', 'stranger', 'admin'])
        assert.equal((await (await as(login)).goto('/oversight/canaries/new')).status(), 403, login);
    await officer.goto('/oversight/canaries');
    await officer.getByRole('listitem').filter({ hasText: 'a singer whom nobody knows' }).getByRole('link', { name: /erase/ }).click();
    await officer.getByLabel('Why').fill('no longer needed');
    await officer.getByRole('button', { name: 'Ask for it' }).click();
    await officer.waitForURL(/\/oversight\/approvals\/[0-9a-f]{32}$/);
    faults(officer);
});

test('the auditor counts, and decides nothing; on a telephone, without JavaScript', async () => {
    const page = await as('nita', { script: false, viewport: PHONE });
    for (const path of ['/oversight', '/oversight/counts', '/oversight/looks', '/oversight/reviews', '/oversight/grants', '/log']) {
        assert.equal((await page.goto(path)).status(), 200, path);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 1, `${path}: ${wide} px too wide for a phone`);
    }
    await page.goto('/oversight/counts');
    assert.match(await page.textContent('main'), /a person's record was looked at/);
    await page.goto('/oversight/reviews');
    assert.equal(await page.getByRole('button', { name: /It was/ }).count(), 0);
    for (const path of ['/search', '/files', '/oversight/canaries', '/members', '/units'])
        assert.equal((await page.goto(path)).status(), 403, path);
});

test('the administrator keeps units, members, partners, and reads no case', async () => {
    const file = await openCase();
    const page = await as('admin');
    await page.goto('/units');
    await page.getByLabel('Name', { exact: true }).fill('Practice unit, north');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.waitForURL('**/units');
    await serious(page);
    await page.getByLabel(/Name of a unit/).fill('Practice unit, south');
    await page.getByRole('button', { name: /Rename/ }).click();
    await page.waitForURL('**/units');
    await page.goto('/members');
    await page.getByRole('link', { name: 'Practice Sophea' }).click();
    await page.getByLabel('Unit').selectOption({ label: 'Practice unit, south' });
    await page.getByRole('button', { name: 'Change the unit' }).click();
    await page.goto('/units');
    assert.match(await page.textContent('main'), /a unit with 1 member/);

    await page.goto('/members/new');
    await page.getByLabel('Name', { exact: true }).fill('Practice Second Officer');
    await page.getByLabel('Login name').fill('second');
    await page.getByLabel('Data-protection officer').check();
    await page.getByRole('button', { name: 'Invite' }).click();
    assert.match(await page.textContent('main'), /wait until a supervisor or data-protection officer agrees/);

    const zero = '0'.repeat(32);
    const cases = ['/search', '/files', '/files/new', file, `${file}/glass`, `${file}/screening`, `${file}/screening/new`, `${file}/consent`,
        `${file}/consent/new`, `${file}/consent/${zero}`, `${file}/screening/${zero}`, `/persons/${zero}`, `/persons/${zero}/erase`, '/letters', '/letters/new',
        `/letters/${zero}`, '/import', '/emergencies', '/oversight', '/oversight/looks', `/oversight/looks/${zero}`, '/oversight/reviews', '/oversight/counts',
        '/oversight/canaries', '/oversight/grants', '/log'];
    for (const path of cases)
        assert.ok([403, 404].includes((await page.goto(path)).status()), path);
});

test('an administrator alone becomes no caseworker: not by a new code, a new member, a role more or one less', async () => {
    const admin = await as('admin');
    const waits = async () => {
        await admin.waitForURL(/\/oversight\/approvals\/[0-9a-f]{32}$/);
        assert.match(await admin.textContent('main'), /waits for a second person/);
        assert.equal(await admin.locator('[data-code]').count(), 0);
    };
    const member = async name => {
        await admin.goto('/members');
        await admin.getByRole('link', { name }).click();
    };
    await member('Practice Dara');
    await admin.getByRole('button', { name: 'Make a new code' }).click();
    await waits();
    await member('Practice Thi');
    await admin.getByLabel('Data-protection officer').uncheck();
    await admin.getByLabel(/^Officer in a hall/).check();
    await admin.getByRole('button', { name: 'Change the roles' }).click();
    await waits();
    await admin.goto('/members/new');
    await admin.getByLabel('Name', { exact: true }).fill('Practice Third');
    await admin.getByLabel('Login name').fill('third');
    await admin.getByLabel('Caseworker').check();
    await admin.getByRole('button', { name: 'Invite' }).click();
    assert.match(await admin.textContent('main'), /roles wait until a supervisor or data-protection officer agrees/);
    await member('Practice Third');
    assert.equal(await admin.getByLabel('Caseworker').isChecked(), false);
    await admin.getByLabel('Investigator').check();
    await admin.getByRole('button', { name: 'Change the roles' }).click();
    await waits();
    await admin.goto('/members');
    assert.doesNotMatch(await admin.getByRole('row', { name: /Practice Third/ }).textContent(), /Caseworker|Investigator/);
    assert.match(await admin.getByRole('row', { name: /Practice Thi / }).textContent(), /Data-protection officer/);
});

test('the administrator says which languages there are; who reads another keeps it until she chooses', async () => {
    const admin = await as('admin'), thi = await as('thi', { language: 'fr' });
    const menu = page => page.locator('.c-languages a').evaluateAll(links => links.map(link => link.lang));
    const choose = async (places, usual) => {
        await admin.goto('/languages');
        for (const code of ['en', 'km', 'th', 'vi', 'fr', 'de'])
            await admin.locator(`#place-${code}`).selectOption(String(places[code] ?? ''));
        await admin.locator('#usual').selectOption(usual);
        await admin.locator('main form button').click();
        await admin.locator('main').waitFor();
    };
    await admin.goto('/languages');
    await serious(admin);
    await choose({ km: 1, en: 2 }, 'th');
    assert.match(await admin.textContent('.govuk-error-summary'), /must be one that is offered/);
    assert.equal(await admin.locator('#place-km').inputValue(), '1', 'what was chosen is still there');
    assert.deepEqual(await menu(admin), ['en', 'km', 'th', 'vi', 'fr', 'de'], 'nothing was decided');
    await choose({ km: 1, en: 2 }, 'km');
    assert.deepEqual(await menu(admin), ['km', 'en']);
    assert.ok((await house.leaves()).includes('settings'));

    const visitor = await newPage(house, { language: 'fr', script: false });
    await visitor.goto('/sign-in');
    assert.equal(await visitor.locator('html').getAttribute('lang'), 'km', 'French is not offered, and Khmer is for whoever has chosen none');
    assert.deepEqual(await menu(visitor), ['km', 'en']);
    assert.equal((await visitor.goto('/language/fr')).status(), 404);
    faults(visitor);

    await thi.goto('/account');
    assert.equal(await thi.locator('html').getAttribute('lang'), 'vi', 'hers, as long as she has not chosen');
    assert.deepEqual(await menu(thi), ['km', 'en', 'vi']);
    await thi.goto('/language/en');
    await thi.goto('/account');
    assert.equal(await thi.locator('html').getAttribute('lang'), 'en');
    assert.deepEqual(await menu(thi), ['km', 'en']);
    faults(thi);

    await admin.goto('/members/new');
    await admin.getByLabel('Name', { exact: true }).fill('Practice Newcomer');
    await admin.getByLabel('Login name').fill('newcomer');
    await admin.locator('#languages').fill('th en');
    await admin.getByLabel('Caseworker').check();
    await admin.getByRole('button', { name: 'Invite' }).click();
    assert.match(await admin.textContent('.govuk-error-summary'), /does not offer its pages in this language/);
    await choose({ en: 1, km: 2, th: 3, vi: 4, fr: 5, de: 6 }, 'en');
    assert.deepEqual(await menu(admin), ['en', 'km', 'th', 'vi', 'fr', 'de']);
});

test('nothing was refused by the policy, failed or broke', () => {
    for (const page of open.values())
        faults(page);
});
