// The firewall: a case full of what was obtained to protect her, and everybody who would charge, detain or remove her: by every page, document,
// table, letter, picture and form of the program. Nothing of it comes out; what two persons release does, and only for that; then no more.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { allLeaves, formsOf, join, linksOf, routes } from './door.mjs';
import { agency, newPage, pair, PHONE, DESK, serious, faults, stopAll } from './lib.mjs';

const CANARY = 'Zqcanary';
const AGAINST = ['charge', 'detention', 'removal'];
const ROLES = { dara: 'caseworker', vith: 'investigator', pros: 'prosecutor', sophea: 'supervisor' };
let house, file;
const who = {}, ids = new Set(), places = new Set(); // places: addresses that hold other ids: a person's, a recording's

before(async () => {
    house = await agency('border-unit', { kind: 'police', members: Object.entries(ROLES).map(([login, roles]) => ({ name: `Practice ${login}`, login, roles })) });
    await pair(house, await agency('lotus-house'));
    for (const login of Object.keys(ROLES))
        who[login] = await join(house, login);
});
after(stopAll);

// Fills the form of an address with what is planted; what it has otherwise is sent as it is.
async function fill(visitor, address, more) {
    const page = await visitor.get(address);
    const form = formsOf(page.body).find(one => one.method === 'POST' && one.fields.some(field => Object.keys(more).includes(field.name)));
    assert.ok(form, `${address}: ${page.status}, a form with ${Object.keys(more)[0]} ${page.body.slice(-1500)}`);
    const fields = Object.fromEntries(form.fields.map(field => [field.name, field.value]));
    const answer = await visitor.post(form.action || address, { ...fields, ...more });
    assert.ok([302, 303].includes(answer.status), `${address}: ${answer.status} ${/error-summary[^]*?<li>([^]*?)<\/li>/.exec(answer.body)?.[1] ?? ''}`);
    return answer.headers.location;
}

test('a case full of what was told to protect her', async () => {
    const { dara, pros, sophea } = who;
    for (const step of [{ prs_FirstName: CANARY, prs_SecondName: 'Practice' }, { step: '2' }, { step: '3' }]) {
        const answer = await dara.post('/files/new', { purpose: 'protection', cmt_Title: `${CANARY} title`, prs_FirstName: CANARY, prs_SecondName: 'Practice', ...step });
        file = /^\/files\/[0-9a-f]{32}$/.exec(answer.headers.location ?? '')?.[0] ?? file;
    }
    if (!file) file = linksOf((await dara.get('/files')).body).find(href => /^\/files\/[0-9a-f]{32}$/.test(href));
    assert.ok(file, 'a case');
    for (const [unit, field] of Object.entries({ note: 'cmt_NoteText', task: 'cmt_TaskWhat', event: 'hte_Description', perpetrator: 'per_RoleDetails', organisation: 'org_Name',
        plan: 'spl_Objectives', referral: 'cas_ReferredOrganisation', person: 'prs_FirstName' }))
        await fill(dara, `${file}/add/${unit}`, { [field]: `${CANARY} ${unit}` });
    await fill(dara, `${file}/records/${file.split('/')[2]}`, { cmt_Title: `${CANARY} title` });
    await dara.upload(`${file}/attach`, [['cmt_AttachmentWhat', `${CANARY} photograph`]], { name: 'photograph.txt', content: `${CANARY} bytes` });
    await fill(dara, `${file}/screening/new`, { cmt_ScreenedAt: `${CANARY} workshop`, papers_held: 'yes' });
    await fill(dara, `${file}/screening/decision`, { cmt_Decision: 'Presumed', cmt_DecidedBy: `${CANARY} officer`, cmt_DecisionOrgName: `${CANARY} office`, cmt_DecisionReason: `${CANARY} reasons` });
    await fill(dara, `${file}/consent/new`, { cmt_ConsentInterpreter: `${CANARY} interpreter`, cmt_Guardian: `${CANARY} guardian` });
    await fill(dara, `${file}/interviews/new`, { int_Place: `${CANARY} place` });
    const recording = (await dara.post(`${file}/recordings`, { picture: 'no' })).headers.location;
    await dara.send('POST', `${recording}/chunks/0?at=0&session=0`, { body: `${CANARY} voice`, headers: { 'Content-Type': 'application/octet-stream', 'X-Form-Token': dara.csrf } });
    await dara.post(`${recording}/marks`, { kind: 'note', text: `${CANARY} mark` });
    await dara.post(`${recording}/seal`);
    const members = Object.fromEntries([...(await dara.get(file)).body.matchAll(/<option value="([0-9a-f]{32})"[^>]*>Practice (\w+)/g)].map(([, id, login]) => [login, id]));
    assert.ok(members.vith, JSON.stringify(members));
    for (const login of ['vith', 'pros'])
        await dara.post(`${file}/team`, { member: members[login], part: 'work' });
    await fill(who.vith, `${file}/add/note`, { cmt_NoteText: 'seen at the border by the police' });
    // all ids that there are in it
    for (const address of [file, `${file}/screening`, `${file}/consent`, `${file}/recordings`, `${file}/interviews`, `${file}/timeline`, `${file}/links`])
        for (const href of linksOf((await dara.get(address)).body)) {
            const [, id] = new RegExp(`^${file}/\\w+/([0-9a-f]{32})`).exec(href) ?? [];
            if (id) ids.add(id);
            if (/^\/(persons|recordings)\/[0-9a-f]{32}/.test(href)) places.add(href.split('?')[0]);
        }
    places.add(recording);
    const found = linksOf((await dara.get(await dara.find(CANARY))).body).filter(href => /^\/persons\/[0-9a-f]{32}/.test(href));
    found.forEach(href => places.add(href.split('?')[0]));
    assert.ok(ids.size > 8, `${ids.size} records`);
    assert.ok(pros && sophea);
});

// Addresses of a pattern: with the case and each of its records, and with the ids of persons and recordings.
function targets(pattern) {
    const [head] = /^\/\w+/.exec(pattern) ?? [''];
    const first = head === '/files' ? [file.split('/')[2]] : [...places].filter(place => place.startsWith(`${head}/`)).map(place => place.split('/')[2]);
    if (!pattern.includes('{}')) return [pattern];
    const second = /add\/\{\}/.test(pattern) ? ['note', 'person', 'task', 'plan'] : [...ids];
    return first.flatMap(one => {
        const begun = pattern.replace('{}', one);
        return begun.includes('{}') ? second.map(id => begun.replace('{}', id).replaceAll('{}', '0')) : [begun];
    });
}

const wordsOf = answer => {
    if (answer.headers['content-type'] === 'application/pdf')
        return execFileSync('pdftotext', ['-layout', '-', '-'], { input: answer.bytes }).toString();
    if (answer.bytes?.subarray(0, 2).toString() === 'PK') // a workbook or a bundle
        return execFileSync('python3', ['-c', 'import sys, io, zipfile; z = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))\nfor n in z.namelist(): sys.stdout.buffer.write(z.read(n))'],
            { input: answer.bytes }).toString();
    return answer.body;
};
const holds = answer => wordsOf(answer).includes(CANARY);

// Every page of the program for this purpose: those on which what was planted stands, by pattern.
async function walk(visitor, purpose) {
    const told = new Map(), answered = new Map();
    for (const route of routes.filter(one => one.method === 'GET'))
        for (const target of targets(route.pattern)) {
            const answer = await visitor.get(purpose ? `${target}?purpose=${purpose}` : target);
            assert.ok(answer.status < 500, `${target}: ${answer.status}`);
            answered.set(route.pattern, [...(answered.get(route.pattern) ?? []), answer.status]);
            if (holds(answer)) told.set(route.pattern, target);
        }
    return { told, answered };
}

// Pages that are about no case, or whose ids are others'; each with why nothing of a case can stand there.
const NOT_OF_A_CASE = /^\/(language|sign-in|join|account|members|units|partners|oversight|import|export|letters|requests|referrals|windows|languages|log|statements|confirm|help|desk|board)\b/;

test('the same walk for work on the case finds it nearly everywhere', async () => {
    const { told, answered } = await walk(who.dara, '');
    for (const [pattern, statuses] of (await walk(who.vith, '')).answered) // pages that are not for caseworkers
        answered.set(pattern, [...answered.get(pattern), ...statuses]);
    assert.ok(told.size >= 12, [...told.keys()].join());
    for (const pattern of ['/files/{}', '/files/{}/print', '/files/{}/summary.pdf', '/files/{}/links', '/files/{}/timeline', '/files/{}/records/{}', '/files/{}/consent/{}',
        '/files/{}/screening/{}', '/files/{}/attachments/{}', '/persons/{}'])
        assert.ok(told.has(pattern), `${pattern} is walked`);
    const missed = routes.filter(route => route.method === 'GET' && !NOT_OF_A_CASE.test(route.pattern) && !(answered.get(route.pattern) ?? []).some(status => status < 400) &&
        !(route.pattern in REFUSED_ALWAYS)).map(route => route.pattern);
    assert.deepEqual(missed, [], 'a page of a case that this test does not reach: give it what it needs, above');
});
// Pages that answer this visitor with a refusal, whatever the purpose; why.
const REFUSED_ALWAYS = {
    '/files/{}/offences/{}': 'an offence that is laid stops the whole case, and nothing would be left to try: its own tests', '/files/{}/offences/{}/decision': 'the same',
    '/files/{}/offences/{}/letter': 'the same',
    '/persons/{}/erase': 'asks for a fresh proof', '/files/{}/glass': 'for who has no part', '/recordings/{}/listen/{}': 'needs the ticket of a reason, below',
    '/recordings/{}/media/{}': 'the same', '/recordings/{}/transcript/{}': 'the same', '/files/{}/bundle': 'not for a caseworker: bundle.test.mjs', '/files/{}/bundle/{}': 'two agree first: the same', '/recordings/{}/state': 'while it goes on',
};

for (const purpose of AGAINST)
    test(`for ${purpose}: no page, document, picture or record has any of it`, async () => {
        for (const login of ['vith', 'pros', 'dara', 'sophea']) {
            const { told } = await walk(who[login], purpose);
            assert.deepEqual([...told.values()], [], `${login}`);
        }
        const page = await who.vith.get(`${file}?purpose=${purpose}`);
        assert.equal(page.status, 200);
        assert.match(page.body, /Records withheld: \d+\. They were obtained to protect her/);
        assert.equal(/seen at the border/.test(page.body), purpose !== 'removal', 'what was obtained for it flows');
        assert.match(wordsOf(await who.vith.get(`${file}/summary.pdf?purpose=${purpose}`)), /Records withheld/);
    });

test('no form does it either: listening, letters, tables, giving, changing', async () => {
    const before = (await allLeaves(house)).filter(verb => ['export.asked', 'send', 'share', 'listen', 'consent'].includes(verb)).length;
    const found = [];
    for (const purpose of AGAINST)
        for (const login of ['vith', 'pros'])
            for (const route of routes.filter(one => one.method === 'POST' && /^\/(files|recordings|persons|search|export|letters)/.test(one.pattern) && !/team|state$|seal|end$|drafts/.test(one.pattern)))
                for (const target of targets(route.pattern)) {
                    const answer = await who[login].post(target, { purpose, reference: 'case 7', text: CANARY.slice(2), kind: 'files-csv', to: '', cmt_NoteText: '', record: '' });
                    if (answer.status < 500 && holds(answer)) found.push(`${login} ${route.pattern}`);
                    assert.ok(answer.status < 500, `${target}: ${answer.status}`);
                }
    assert.deepEqual([...new Set(found)], []);
    for (const kind of ['files-csv', 'files-xlsx', 'persons-csv', 'persons-xlsx', 'ctdc'])
        for (const purpose of AGAINST)
            assert.ok((await who.pros.post('/export', { kind, purpose, reference: 'case 7' })).status >= 400, kind);
    assert.equal((await allLeaves(house)).filter(verb => ['export.asked', 'send', 'share', 'listen', 'consent'].includes(verb)).length, before, 'and nothing was done');
    assert.ok((await who.dara.get(file)).body.includes(CANARY), 'it is still there');
});

async function release(visitor, second, purpose, chosen) {
    const page = await visitor.get(`${file}/releases/new`);
    const all = [...page.body.matchAll(/name="record" type="checkbox" value="([0-9a-f]{32})"/g)].map(([, id]) => id);
    assert.ok(all.length > 8, `${all.length} to choose from`);
    const answer = await visitor.post(`${file}/releases/new`, [['rel_Purpose', purpose], ['rel_Basis', 'CourtOrder'], ['rel_Proof', 'practice court, order 12'],
        ['rel_Reasons', 'ordered'], ['reference', 'case 7'], ...all.filter(chosen).map(id => ['record', id])]);
    assert.match(answer.headers.location ?? answer.body, /^\/oversight\/approvals\/[0-9a-f]{32}$/);
    const agreed = await second.get(answer.headers.location);
    assert.match(agreed.body, /practice court, order 12/);
    assert.ok([302, 303].includes((await second.post(`${answer.headers.location}/agree`)).status));
}

test('released by two, for one purpose; then it is there; taken back, it is not', async () => {
    const { vith, pros } = who;
    assert.equal((await vith.post(`${file}/releases/new`, { rel_Purpose: 'charge', reference: 'case 7' })).status, 422, 'reasons are needed');
    await release(vith, pros, 'charge', () => true); // a prosecutor is the second
    const { told } = await walk(vith, 'charge');
    for (const pattern of ['/files/{}', '/files/{}/print', '/files/{}/summary.pdf', '/files/{}/records/{}', '/files/{}/consent/{}', '/files/{}/attachments/{}', '/recordings/{}'])
        assert.ok(told.has(pattern), `${pattern}: ${[...told.keys()].join()}`);
    for (const purpose of ['detention', 'removal'])
        assert.deepEqual([...(await walk(vith, purpose)).told.values()], [], purpose);
    const list = await vith.get(`${file}/releases?purpose=charge`);
    assert.match(list.body, /in force[^]*practice court, order 12/);
    const [, end] = /action="(\/files\/[0-9a-f]+\/releases\/[0-9a-f]+\/end)"/.exec(list.body);
    await vith.post(end, { why: 'the charge is dropped' });
    assert.match((await vith.get(`${file}/releases`)).body, /taken back[^]*the charge is dropped/);
    assert.deepEqual([...(await walk(vith, 'charge')).told.values()], []);
    const leaves = await allLeaves(house);
    for (const verb of ['release.asked', 'release', 'release-end'])
        assert.ok(leaves.includes(verb), verb);
});

for (const [name, viewport, script] of [['at a desk', DESK, true], ['on a phone', PHONE, true], ['without JavaScript', PHONE, false]])
    test(`a person asks for a release, ${name}`, async () => {
        const page = await newPage(house, { viewport, script });
        const [cookie, value] = who.vith.cookie.split('=');
        await page.context().addCookies([{ name: cookie, value, url: house.url }]);
        await page.goto(`${file}?purpose=charge`);
        await page.getByText('Records withheld').waitFor();
        if (script) await serious(page);
        if (process.env.COMITY_SHOTS) await page.screenshot({ path: `${process.env.COMITY_SHOTS}/withheld-${viewport.width}.png`, fullPage: true });
        await page.goto(`${file}/releases`);
        if (script) await serious(page);
        await page.locator('main a[href$="/releases/new"]').click();
        if (script) {
            await serious(page);
            assert.ok(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth) <= 0, 'too wide');
        }
        await page.locator('main form button').click();
        await page.locator('.govuk-error-summary').waitFor();
        await page.locator('#rel_Purpose').selectOption('charge').catch(() => page.locator('[name=rel_Purpose][value=charge]').check());
        await page.locator('#rel_Basis').selectOption('HerYes').catch(() => page.locator('[name=rel_Basis][value=HerYes]').check());
        await page.locator('#rel_Proof').fill('on paper, 2 November');
        await page.locator('#rel_Reasons').fill('she wants it');
        await page.locator('#reference').fill('case 7');
        await page.locator('[name=record]').first().check();
        if (process.env.COMITY_SHOTS) await page.screenshot({ path: `${process.env.COMITY_SHOTS}/release-${viewport.width}.png`, fullPage: true });
        await page.locator('main form button').click();
        await page.waitForURL(/oversight\/approvals\//);
        if (script) await serious(page);
        faults(page);
        await page.context().close();
    });
