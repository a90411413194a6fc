// Whatever is sent: every route with ids that are not one's own, without the token, from other sites; every field of every form with what
// nobody types. Nothing breaks, nothing is told, nothing runs, and what is stored is shown as text.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { after, before, test } from 'node:test';
import { again, allLeaves, formsOf, join, linksOf, PLANTED, routeOf, routes, Visitor, wrongs } from './door.mjs';
import { agency, comity, faults, newPage, pair, practiceList, stopAll } from './lib.mjs';

const ROLES = { dara: 'caseworker', rith: 'caseworker', vith: 'investigator', pros: 'prosecutor', sophea: 'supervisor', thi: 'dpo', nita: 'auditor', admin: 'administrator', offi: 'officer' };
const RANDOM = 'deadbeef'.repeat(4);
let house, scratch;
const who = {}; // by login
const own = {}; // ids by the pattern's part in which they stand: own.files[0] is a case of dara's

before(async () => {
    scratch = mkdtempSync(path(tmpdir(), 'comity-hostile-'));
    const cases = name => path(process.env.COMITY_SOURCE, 'tools/practice-cases', `${name}.csv`);
    house = await agency('lotus-house', { people: await practiceList('lotus-house'),
        members: Object.entries(ROLES).map(([login, roles]) => ({ name: `Practice ${login}`, login, roles })) });
    const other = await agency('border-unit', { country: 'TH', kind: 'police' });
    await pair(house, other);
    await comity('import', house.folder, cases('lotus-house'), '--files', 'dara');
    await comity('desk', other.folder, 'hold', 'lotus-house'); // a share of the keys of a hall
    const draws = path(scratch, 'draws.csv'); // a pair that stands out: its numbers can be opened
    writeFileSync(draws, 'of,could,drawn\n' + 'OFFICER-3,HANDLER-7 A B C D,HANDLER-7\n'.repeat(30) + 'OFFICER-4,HANDLER-7 A B C D,A\n'.repeat(30));
    await comity('watch', 'keep', house.folder, draws, '--basis', 'practice 7');
    for (const login of Object.keys(ROLES))
        who[login] = await join(house, login);
});
after(async () => {
    await stopAll();
    rmSync(scratch, { recursive: true, force: true });
});

async function invite(login, roles) {
    const made = JSON.parse(await comity('members', house.folder, 'add', `Practice ${login}`, '--login', login, '--roles', roles, '--json'));
    house.members.set(login, made);
    return made;
}
async function newcomer(login, roles) {
    await invite(login, roles);
    return join(house, login);
}

// After each test: the process lives, and neither the log nor an answer had what it must not have.
function allWell() {
    assert.deepEqual([house.process.exitCode, house.process.signalCode], [null, null], 'the program runs');
    assert.doesNotMatch(house.log, new RegExp(`${PLANTED}|shrimp|Chenda|Practice `), 'nothing planted and nobody in the log');
    const found = [...new Set(wrongs.splice(0))];
    assert.deepEqual(found.slice(0, 20), [], `${found.length} answers are not as all answers are`);
}

// --- every page that a member reaches by links ---

const reached = new Map(); // GET pattern -> [login, target] of pages that were answered 200
const forms = new Map();   // method, pattern and names of the fields -> {form, login}

// As if all had just proved who they are: how long the walk takes decides nothing.
const proved = () => house.older(`update people_session set proved_ms = ${Date.now()}`);

async function crawl(login, from = ['/']) {
    proved();
    const visitor = who[login], seen = new Set(from), todo = [...from], counts = new Map();
    while (todo.length > 0) {
        const target = todo.shift(), route = routeOf('GET', target);
        if (!route) continue;
        const shape = route.pattern + target.replaceAll(/[0-9a-f]{32}|=[^&]*/g, ' ').slice(target.indexOf('?'));
        counts.set(shape, (counts.get(shape) ?? 0) + 1);
        if (counts.get(shape) > (/add\/\{\}/.test(route.pattern) ? 20 : 3)) continue;
        const answer = await visitor.get(target);
        if (answer.status === 200)
            reached.set(route.pattern, [...(reached.get(route.pattern) ?? []), [login, target]]);
        if (!/text\/html/.test(answer.headers['content-type'] ?? '')) continue;
        assert.ok(!visitor.csrf || !linksOf(answer.body).some(href => href.includes(visitor.csrf)), 'no token in an address');
        for (const form of formsOf(answer.body)) {
            const to = routeOf(form.method, form.action);
            assert.ok(to, `${target}: a form for ${form.method} ${form.action}`);
            const key = `${to.method} ${to.pattern} ${/add\/(\w+)/.exec(form.action)?.[1] ?? ''} ${form.fields.map(field => field.name.replaceAll(/[0-9a-f]{32}/g, '')).join()}`;
            if (!forms.has(key)) forms.set(key, { form, login, pattern: to.pattern });
        }
        for (const next of [...linksOf(answer.body), ...(answer.headers.location ? [answer.headers.location] : [])])
            if (!seen.has(next) && !next.startsWith('/language/')) {
                seen.add(next);
                todo.push(next);
            }
    }
}
const somePath = pattern => reached.get(pattern)?.[0]?.[1];
const idsOf = pattern => [...new Set((reached.get(pattern) ?? []).map(([, target]) => routes.find(r => r.method === 'GET' && r.pattern === pattern).match.exec(target.split('?')[0])[1]))];

test('what a member makes of everything, so that every page has something to show', async () => {
    const { dara, sophea } = who;
    const found = linksOf((await dara.get('/files')).body).filter(href => /^\/files\/[0-9a-f]{32}$/.test(href));
    assert.ok(found.length > 2, 'cases');
    const [file] = found, extra = []; // extra: what no link leads to
    await dara.upload(`${file}/attach`, [['cmt_What', 'the contract']], { name: 'contract.txt', content: 'practice' });
    await dara.upload('/import', [['kind', 'persons'], ['encoding', '']], { name: 'list.csv', content: 'Name,DOB\nSok Practice,1990-03-01\n' });
    for (const [target, more] of [[`${file}/screening/new`, {}], [`${file}/consent/new`, {}], ['/letters/new', {}]]) {
        const form = formsOf((await dara.get(target)).body).find(one => one.method === 'POST' && one.action === target);
        if (form) await dara.post(target, { ...Object.fromEntries(form.fields.map(field => [field.name, field.value])), ...more });
    }
    for (const sealed of [false, true]) { // a recording that goes on, and one that is heard
        const recording = (await dara.post(`${file}/recordings`, { picture: 'no' })).headers.location;
        await dara.send('POST', `${recording}/chunks/0?at=0&session=0`, { body: 'practice', headers: { 'Content-Type': 'application/octet-stream', 'X-Form-Token': dara.csrf } });
        await dara.post(`${recording}/marks`, { kind: 'note', text: 'practice' });
        if (!sealed) continue;
        await dara.post(`${recording}/seal`);
        extra.push((await dara.post(`${recording}/listen`, { purpose: 'casework', reference: 'practice' })).headers.location);
    }
    // an offence that waits for a prosecutor, and one on which she has decided, in another case than the one whose words are looked for
    const bodies = await Promise.all(found.map(async one => (await dara.get(one)).body)), offences = found[bodies.findIndex(body => !/shrimp/.test(body))];
    const pros = /<option value="([0-9a-f]{32})"[^>]*>Practice pros</.exec(bodies[0])[1], letters = [];
    await dara.post(`${offences}/team`, { member: pros, part: 'work' });
    for (const decided of [false, true]) {
        const about = /<option value="([0-9a-f]{32})"/.exec((await sophea.get(`${offences}/offences/new`)).body)[1];
        const offence = (await sophea.post(`${offences}/offences/new`, { about, all_Offence: 'practice', all_Kind: 'Theft', all_Country: 'KH', all_LaidBy: 'Police', reference: 'practice 7' })).headers.location;
        if (!decided) continue;
        await who.pros.post(`${offence}/decision`, { rul_Causation: 'Yes', rul_CausationReasons: 'practice', rul_Compulsion: 'No', rul_CompulsionReasons: 'practice', rul_Basis: 'Discretion',
            rul_Outcome: 'GoesOn', rul_OutcomeReasons: 'practice', rul_Remedy: 'practice', reference: 'practice 7' });
        letters.push(offence, `${offence}/letter`);
    }
    // a person referred to a partner, as she agreed
    const whom = /<option value="([0-9a-f]{32})"/.exec((await dara.get(`${offences}/consent/new`)).body)[1];
    const agreed = (await dara.post(`${offences}/consent/new`, { about: whom, cmt_ConsentState: 'Given', cmt_ConsentPurposes: 'protection', cmt_ConsentElements: 'Identity',
        cmt_ConsentRecipients: 'border-unit (practice)', language: 'en' })).headers.location;
    await dara.post(`${agreed}/refer`, { partner: 'border-unit', purpose: 'protection', why: 'practice', reference: 'practice 7' });
    const [, held] = /name="record" type="checkbox" value="([0-9a-f]{32})"/.exec((await dara.get(`${file}/releases/new`)).body); // a release, to be taken back
    const asked = (await dara.post(`${file}/releases/new`, { rel_Purpose: 'charge', rel_Basis: 'CourtOrder', rel_Proof: 'practice', rel_Reasons: 'practice', reference: 'practice 7', record: held })).headers.location;
    await sophea.get(asked);
    await sophea.post(`${asked}/agree`);
    // an interview with a question, and a request to a partner
    const interview = (await dara.post(`${file}/interviews/new`, { about: /<option value="([0-9a-f]{32})"/.exec((await dara.get(`${file}/interviews/new`)).body)[1], int_Language: 'km' })).headers.location;
    await dara.post(`${interview}/ask`, { reference: 'practice 7' }); // then its window can be opened
    await dara.post(`${interview}/question`, { text: 'What happened in the factory?', topic: 'Work', phase: 'Account', why: 'practice' });
    await dara.post('/requests/new', { partner: 'border-unit', kind: 'Safety', why: 'practice', basis: 'Law', clock: 'Days7', purpose: 'protection', reference: 'practice 7' });
    // a rota that is still written, and one that is drawn by the keys of a gate, changed by hand and by illness
    const today = at => new Date(Date.now() + at * 864e5).toISOString().slice(0, 10), folder = house.folder, write = more => sophea.upload('/desk/rota/new', [['hall', gate]], { name: 'rota.csv',
        content: `rota,${today(0)},7\nshift,day,00:00,12:00\nshift,night,12:00,23:59\npost,gate,2\nneed,gate,day,1\nneed,gate,night,1\ncontract,full,days,1,7\nofficer,sophea,full\nofficer,rith,full\nofficer,vith,full\nmoves,10000\n${more}` });
    await comity('desk', path(folder, '..', 'border-unit'), 'hold', 'lotus-house');
    await comity('desk', folder, 'setup', 'Practice gate', '--lane', 'All', '--counter', '1');
    const gate = JSON.parse(await comity('desk', folder, 'halls', '--json')).find(one => one.name === 'Practice gate').id;
    await comity('desk', folder, 'keys', 'border-unit', '--hall', gate, '--from', today(-1), '--until', today(9));
    house.older('update desk_keys set since_ms = since_ms - 2 * 86400000');
    await write('# another\n');
    const rota = (await write('')).headers.location;
    assert.equal((await sophea.post(`${rota}/freeze`)).status, 303);
    for (let i = 0; i < 100 && !/c-roster/.test((await sophea.get(rota)).body); i++)
        await new Promise(resolve => setTimeout(resolve, 200));
    await sophea.post(`${rota}/cell`, { officer: '0', day: '1', duty: '0', why: 'practice' });
    await sophea.post(`${rota}/ill`, { ill: '1', from: '2', to: '3' });
    // the two numbers of a pair at the desk, opened by two
    const codes = /open\?codes=([0-9a-f-]+)/.exec((await sophea.get('/desk/watch')).body)[1], opening = (await sophea.post('/desk/watch/open', { codes, reference: 'practice 7' })).headers.location;
    await who.thi.post(`${opening}/agree`);
    letters.push(`/desk/watch/open?codes=${codes}`, opening.replace('/oversight/approvals', '/desk/watch/names'));
    await sophea.post('/desk/watch/links', { words: 'a recruiter (practice)', reference: 'practice 7', days: '30', documents: 'N 1' });
    // a hall with its day begun, and somebody at a counter
    const hall = (await sophea.post('/desk/hall/new', { name: 'Practice bridge', counters: '2', posts: '1', 'lane-1': 'All' })).headers.location, days = at => new Date(Date.now() + at * 864e5).toISOString().slice(0, 10);
    await comity('desk', house.folder, 'keys', 'border-unit', '--hall', hall.split('/').pop(), '--from', days(-1), '--until', days(2));
    house.older('update desk_keys set since_ms = since_ms - 2 * 86400000');
    await sophea.post(`${hall}/begin`);
    for (let i = 0; i < 12; i++)
        await who.offi.post(`${hall}/tickets`, { lane: '1', party: '1', document: `P ${i}` });
    assert.equal((await who.offi.post(`${hall}/sit`, { counter: '1' })).status, 303);
    letters.push(`${/\/board\/[0-9a-f]{32}\/[0-9a-f]{32}/.exec((await sophea.get(hall)).body)[0]}/1`);
    await dara.post('/drafts', { 'draft-of': '/files/new', cmt_Title: 'practice' });
    await dara.post('/export', { kind: 'files-csv', purpose: 'casework', reference: 'practice 7' });
    const searches = {};
    for (const login of ['sophea', 'dara'])
        searches[login] = [await who[login].find('keo vanna'), await who[login].find('chan')];
    for (const login of Object.keys(ROLES))
        await crawl(login, ['/', ...(login === 'dara' ? extra : login === 'pros' || login === 'sophea' ? letters : []), ...routes.filter(r => r.method === 'GET' && !r.pattern.includes('{}') && r.people === 'MEMBERS').map(r => r.pattern),
            ...(searches[login] ?? [])]);
    Object.assign(own, { files: idsOf('/files/{}'), persons: idsOf('/persons/{}'), imports: idsOf('/import/{}'), approvals: idsOf('/oversight/approvals/{}') });
    assert.ok(own.files.length && own.persons.length && own.imports.length, 'ids to forge');
    const told = await Promise.all(own.files.map(async id => /shrimp/.test((await dara.get(`/files/${id}`)).body)));
    assert.ok(told.includes(true), 'the case whose words are looked for');
    own.files = [...own.files.filter((_, i) => told[i]), ...own.files.filter((_, i) => !told[i])]; // that one first
    assert.ok(sophea.cookie);
    allWell();
});

// --- ids of other people's objects ---

const fill = (pattern, ids) => { let at = 0; return pattern.replaceAll('{}', () => ids[Math.min(at++, ids.length - 1)]); };
const REFUSED = [400, 403, 404];
// Asked before anything is looked up, so that the form does not tell what there is; the report of looks is about ids, erased ones too.
const FOR_ANY = ['/persons/{}/erase', '/files/{}/glass', '/oversight/looks/{}'];

test('forged ids: of another kind, another member, nobody; in capitals, too long, climbing: no role gets anything by any route', async () => {
    const file = own.files[0], person = own.persons[0];
    const strange = [RANDOM, '0'.repeat(32), file.toUpperCase(), file + '0', file.slice(1), '..%2f..%2fetc%2fpasswd', '%00', "'%20or%201=1--".replace("'", '%27'), '-1', 'x'.repeat(1000)];
    const kinds = { '/files': [...strange, person, own.imports[0]], '/persons': [...strange, file], '/import': [...strange, file, person], '/export': [...strange, ...own.approvals, file],
        '/letters': [...strange, file], '/oversight': [...strange, file, own.imports[0]], '/members': [...strange, file, person], '/units': [...strange, file], '/account': [...strange, file],
        '/partners': [...strange, file] };
    const through = [];
    for (const login of Object.keys(ROLES))
        for (const route of routes.filter(r => r.pattern.includes('{}') && r.people === 'MEMBERS'))
            for (const id of kinds[/^\/\w+/.exec(route.pattern)[0]] ?? strange) {
                const target = fill(route.pattern, [id]);
                const answer = route.method === 'GET' ? await who[login].get(target) : await who[login].post(target, { do: 'off', part: 'lead', member: RANDOM });
                const blank = answer.status === 422 || (route.method === 'GET' && FOR_ANY.includes(route.pattern));
                const safe = (REFUSED.includes(answer.status) || (blank && !/[A-F]/.test(id))) && !/shrimp|Chenda|Sok Practice/.test(answer.body);
                if (!safe) through.push(`${login} ${route.method} ${target.slice(0, 90)}: ${answer.status} ${answer.headers.location ?? ''}`);
            }
    assert.deepEqual(through.slice(0, 30), [], `${through.length} of them were answered`);
    allWell();
});

test('a case in which one has no part, and its parts, by every route: refused and nothing of it told', async () => {
    const file = own.files[0], before = await changesOfCases();
    const inside = new Set(linksOf((await who.dara.get(`/files/${file}`)).body).map(href => new RegExp(`^/files/${file}/(?:records|attachments|screening|consent)/([0-9a-f]{32})`).exec(href)?.[1]).filter(Boolean));
    assert.ok(inside.size > 0, 'records');
    const through = [];
    for (const login of ['rith', 'vith', 'pros', 'thi', 'nita', 'admin'])
        for (const route of routes.filter(r => r.pattern.startsWith('/files/{}') && !r.pattern.endsWith('/glass')))
            for (const second of [[...inside][0], 'note', RANDOM]) {
                const target = fill(route.pattern, [file, second]);
                const answer = route.method === 'GET' ? await who[login].get(target) : await who[login].post(target, { member: RANDOM, part: 'lead', cmt_NoteText: PLANTED, to: 'closed' });
                if (!REFUSED.includes(answer.status) || /shrimp|Chenda/.test(answer.body))
                    through.push(`${login} ${route.method} ${target}: ${answer.status}`);
            }
    for (const route of routes.filter(r => /^\/files\/\{\}.*\{\}/.test(r.pattern) && !r.pattern.includes('/add/'))) // her own case, another's record
        for (const second of inside) {
            const target = fill(route.pattern, [own.files[1], second]);
            const answer = route.method === 'GET' ? await who.dara.get(target) : await who.dara.post(target, {});
            if (!REFUSED.includes(answer.status)) through.push(`dara ${route.method} ${target}: ${answer.status}`);
        }
    assert.deepEqual(through.slice(0, 30), [], `${through.length} of them were answered`);
    assert.equal(await changesOfCases(), before, 'nothing was written');
    allWell();
});
// What changes a case; a refusal has another verb, "file-write.refused".
const CHANGES = ['record', 'seal', 'file-write', 'file-state', 'file-team', 'screening', 'decision', 'consent', 'consent-end', 'share', 'erase', 'allege', 'rule', 'proceed'];
async function changesOfCases() {
    return (await allLeaves(house)).filter(verb => CHANGES.includes(verb)).length;
}

// --- requests that a page of another site makes a browser send ---

test('every POST without the token, with that of another session, from another site: refused, and nothing is written', async () => {
    const before = (await allLeaves(house)).length, through = [];
    for (const route of routes.filter(r => r.method === 'POST')) {
        const login = Object.keys(ROLES).find(one => route.roles.length === 0 || route.roles.includes(ROLES[one]));
        const target = fill(somePath(route.pattern)?.split('?')[0] ?? route.pattern, [own.files[0], 'note']), visitor = who[login];
        const tries = [['another site', { headers: { Origin: 'https://elsewhere.example' } }], ['no origin', { headers: { 'Sec-Fetch-Site': 'cross-site' }, origin: false }],
            ['a page without origin', { headers: { Origin: 'null' } }], ['another port', { headers: { Origin: 'http://localhost:1' } }],
            ...['text/plain', 'multipart/form-data; boundary=zq', 'application/octet-stream'].map(type => [`another site, as ${type}`, { headers: { Origin: 'https://elsewhere.example', 'Content-Type': type } }])];
        if (route.people !== 'ANYBODY')
            tries.push(['no token', { token: '' }], ['the token of another', { token: who[login === 'sophea' ? 'dara' : 'sophea'].csrf }], ['half a token', { token: visitor.csrf.slice(1) }],
                ...['text/plain', 'application/json'].map(type => [`no token, as ${type}`, { token: '', headers: { 'Content-Type': type } }]));
        for (const [what, { origin, headers, ...options }] of tries) {
            const raw = origin === false ? { raw: true, headers: { Cookie: visitor.cookie, ...headers } } : { headers };
            const answer = await visitor.post(target, { name: PLANTED }, { ...options, ...raw });
            const unread = / as (?!multipart)\w+\//.test(what) && answer.status === 400; // what is no form is not read for a token
            if (answer.status !== 403 && !unread) through.push(`${what}: POST ${target} as ${login}: ${answer.status}`);
        }
    }
    assert.deepEqual(through, []);
    assert.equal((await allLeaves(house)).length, before, 'no leaf');
    allWell();
});

// --- sessions ---

test('a session: never the one that was brought along, never in an address, dead once signed out, for members only', async () => {
    const fixed = new Visitor(house, 'nobody');
    fixed.cookie = 'session=' + 'a'.repeat(64);
    assert.equal((await fixed.get('/files')).headers.location, '/sign-in');
    const answer = await fixed.post('/join', { login: 'dara', code: 'AAAA-AAAA' });
    assert.equal(answer.cookies.length, 0, 'no session for a guess');
    const made = await invite('leaver', 'caseworker');
    const joined = await fixed.post('/join', { login: 'leaver', code: made.code });
    assert.match(joined.cookies[0], /^session=(?!a{64})[\w.~-]+; Path=\/; HttpOnly; SameSite=Lax$/);
    assert.equal((await fixed.get('/files')).headers.location, '/join/password', 'half a member');
    await fixed.get('/join/password');
    const { cookie } = fixed;
    const out = await fixed.post('/sign-out');
    assert.match(out.cookies[0], /^session=;.*Max-Age=0/);
    fixed.cookie = cookie;
    assert.equal((await fixed.get('/join/password')).headers.location, '/sign-in', 'dead on the server too');
    for (const route of routes.filter(r => r.people !== 'ANYBODY')) { // nobody is signed in
        const nobody = new Visitor(house, 'nobody'), target = fill(route.pattern, [own.files[0]]);
        const refused = route.method === 'GET' ? await nobody.get(target) : await nobody.post(target, {});
        assert.ok(refused.status === 303 ? refused.headers.location === '/sign-in' : REFUSED.includes(refused.status), `${route.method} ${target}: ${refused.status}`);
    }
    allWell();
});

// --- what another member signs in with, where she is signed in, what she has typed ---

const inForms = (body, action) => [...body.matchAll(new RegExp(`action="${action.replace('{}', '([0-9a-f]{32})')}"`, 'g'))].map(([, id]) => id);

// Chromium's authenticator, in a session that was joined without a browser.
async function addPasskey(visitor) {
    const page = await newPage(house);
    const [name, value] = visitor.cookie.split('=');
    await page.context().addCookies([{ name, value, url: house.url }]);
    const client = await page.context().newCDPSession(page);
    await client.send('WebAuthn.enable');
    await client.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
    await page.goto('/account/passkeys/new');
    await page.locator('#name').fill('Hers');
    await page.locator('form[data-passkey=create] button').click();
    await page.waitForURL('**/account');
    faults(page);
    await page.context().close();
}

test('the passkeys, sessions and drafts of another member, by their ids: refused, and nothing of hers is touched', async () => {
    const hers = await newcomer('owner', 'caseworker'), thief = await newcomer('thief', 'caseworker'), chief = await newcomer('chief', 'administrator');
    await addPasskey(hers);
    const second = await again(hers), account = (await second.get('/account')).body;
    const [session] = inForms(account, '/account/end/{}'), [passkey] = inForms(account, '/account/passkeys/{}/remove');
    assert.ok(session && passkey, 'ids to try');
    const draft = { 'draft-of': '/files/new', cmt_Title: 'hers and nobody else\'s', stamp: `${'ab'.repeat(16)}.1` }, changed = { ...draft, cmt_Title: PLANTED, stamp: `${'ab'.repeat(16)}.2`, follows: draft.stamp };
    assert.equal((await hers.post('/drafts', draft)).status, 200);
    for (const visitor of [thief, chief]) {
        const own = (await visitor.get('/account')).body;
        assert.ok(!own.includes(session) && !own.includes(passkey), 'her own account only');
        for (const target of [`/account/end/${session}`, `/account/end/${passkey}`, `/account/passkeys/${passkey}/remove`, `/account/passkeys/${session}/remove`])
            assert.equal((await visitor.post(target)).status, 404, `${visitor.login} ${target}`);
        for (const cookie of [session, passkey]) { // an id in a list is no way in
            const forged = new Visitor(house, 'nobody');
            forged.cookie = `session=${cookie}`;
            assert.equal((await forged.get('/account')).headers.location, '/sign-in');
        }
    }
    await thief.post('/drafts', changed); // the same page's next state, as it says: a draft of her own
    await thief.post('/drafts/drop', { 'draft-of': '/files/new', stamp: draft.stamp, follows: draft.stamp });
    assert.equal((await hers.get('/account')).status, 200, 'her session goes on');
    assert.deepEqual(inForms((await second.get('/account')).body, '/account/passkeys/{}/remove'), [passkey], 'and her passkey is there');
    const typed = (await hers.get('/files/new?step=2')).body;
    assert.match(typed, /hers and nobody else/);
    assert.doesNotMatch(typed, new RegExp(PLANTED));
    assert.equal((await second.post(`/account/end/${session}`)).status, 303, 'she herself can');
    assert.equal((await hers.get('/account')).headers.location, '/sign-in');
    assert.equal((await second.post(`/account/passkeys/${passkey}/remove`)).status, 303);
    allWell();
});

test('over TLS the cookie is bound to the host, and browsers are told to stay', async () => {
    const [key, cert] = ['key.pem', 'cert.pem'].map(name => path(scratch, name));
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const { spawn } = await import('node:child_process');
    const { request } = await import('node:https');
    const secure = spawn(process.env.COMITY_PROGRAM, ['serve', house.folder, '--web', '127.0.0.1:0', '--web-cert', cert, '--web-key', key, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
    try {
        const url = await new Promise((resolve, reject) => {
            let told = '';
            secure.stdout.on('data', piece => { told += piece; const at = /pages on (https\S+)/.exec(told); if (at) resolve(at[1]); });
            secure.stderr.on('data', piece => { told += piece; });
            secure.on('exit', status => reject(new Error(`ended with ${status}: ${told}`)));
        });
        const made = await invite('secure', 'caseworker');
        const body = `login=secure&code=${encodeURIComponent(made.code)}`;
        const answer = await new Promise((resolve, reject) => request(new URL('/join', url), { method: 'POST', rejectUnauthorized: false,
            headers: { Origin: url, 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': body.length } }, resolve).on('error', reject).end(body));
        answer.resume();
        assert.equal(answer.statusCode, 303);
        assert.match(answer.headers['set-cookie'][0], /^__Host-session=[\w.~-]+; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
        assert.match(answer.headers['strict-transport-security'], /max-age=31536000/);
    } finally {
        secure.kill('SIGTERM');
    }
});

test('other methods, other versions, other addresses: refused in one sentence', async () => {
    for (const method of ['TRACE', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'])
        for (const target of ['/', '/files', `/files/${own.files[0]}`])
            assert.ok([400, 403, 404, 405, 501].includes((await who.dara.send(method, target)).status), `${method} ${target}`);
    for (const next of ['//elsewhere.example', 'https://elsewhere.example', '/\\elsewhere.example', '/files%0d%0aplanted:%20yes', 'javascript:planted=1', '/%09/elsewhere.example']) {
        const answer = await who.dara.get(`/confirm?next=${next.includes('%') ? next : encodeURIComponent(next)}`);
        assert.doesNotMatch(answer.body, /value="(\/\/|https?:|javascript:|\/\\|\/\t)/, next);
    }
    for (const target of ['/..%2f..%2fetc/passwd', '/a/..%2fpages', '/files/%00', '/%ff', '/files//', '/language/..%2f', '/language/xx%0d%0aplanted:1'])
        assert.ok([400, 404].includes((await who.dara.get(target)).status), target);
    allWell();
});

// --- every field of every form ---

const VALUES = [
    `<script>globalThis.planted = 1; // ${PLANTED}</script>`, `"><img src=x onerror=globalThis.planted=1 alt=${PLANTED}>`, `'"><svg/onload=globalThis.planted=1>${PLANTED}`, `{{7*7}}zq \${7*7}zq ${PLANTED}`,
    `\u202e${PLANTED}gnp.exe`, `\u2066${PLANTED}\u2069`, { raw: `${PLANTED}%00%01` }, { raw: `%ed%a0%80${PLANTED}` }, { raw: `%ff%fe${PLANTED}` }, { raw: `%c0%af${PLANTED}` }, { raw: `%4${PLANTED}%` },
    `' OR 1=1 -- ${PLANTED}`, `'); drop table record; -- ${PLANTED}`, `../../etc/passwd%00${PLANTED}`, `=cmd|'/c calc'!A1 ${PLANTED}`, `@SUM(1+1) ${PLANTED}`, `-2+3 ${PLANTED}`,
    `x\r\nX-Planted: ${PLANTED}\r\n\r\n<b>`, '99999999999999999999999', '-1', '99999-99-99', '2026-02-30', '0000-00-00', `${PLANTED}${'é'.repeat(9000)}`,
];
const LONG = PLANTED + 'x'.repeat(1 << 20);
const BASE = { reference: 'practice 7', cmt_NoteText: 'practice', cmt_What: 'practice', prs_FirstName: 'Practice', why: 'practice', words: 'practice', title: 'practice', text: 'practice' };
const LAST = /watch\/links\/[^/]+\/end$|sign-out|\/state$|\/team$|^\/account|erase$|\/confirm|^\/members/; // ends something: after the others
// A button and nothing to fill in, or ends what the walk needs; with forged ids and tokens they are tried above.
const BUTTONS = ['/statements/{}/listen', '/statements/{}/case', '/files/{}/offences/{}/ask', '/recordings/{}/seal', '/recordings/{}/transcript', '/recordings/{}/chunks/{}', '/files/{}/done/{}', '/files/{}/consent/{}/copied', '/files/{}/consent/{}/recall', '/import/{}/start', '/import/{}/drop', '/oversight/approvals/{}/agree',
    '/oversight/approvals/{}/retract', '/oversight/approvals/{}/code', '/oversight/canaries/seen', '/oversight/canaries/{}/drop', '/log', '/members/{}/code', '/account/end/{}',
    '/account/passkeys/{}/remove', '/confirm/passkey', '/persons/{}/case', '/referrals/{}/accept', '/referrals/{}/refuse', '/referrals/{}/follow', '/files/{}/interviews/{}/again', '/requests/{}/take', '/requests/{}/answer', '/requests/{}/refuse', '/windows/{}/{}', '/windows/{}/{}/questions/{}/back', '/drafts', '/drafts/device', '/desk/hall/{}/begin', '/desk/hall/{}/end', '/desk/hall/{}/over', '/desk/hall/{}/board']; // drafts and pieces of a recording have tests of their own; requests and windows come from a partner
BUTTONS.push('/desk/rota/{}/freeze', '/desk/rota/{}/drop', '/desk/rota/{}/row', '/desk/shifts/swap/{}'); // a row is changed with the version of the table that is shown
const NEVER = /sign-out|\/account\/end|passkeys\/\{\}\/remove/;

async function abuse({ form, login }) {
    proved();
    const base = form.fields.map(({ name, value }) => [name, value || (BASE[name] ?? '')]);
    const visitor = who[login], statuses = [];
    const send = async pairs => {
        const answer = form.method === 'GET' ? await visitor.get(`${form.action}?${pairs.map(p => p.map(v => (typeof v === 'object' ? v.raw : encodeURIComponent(v).slice(0, 3000))).join('=')).join('&')}`)
            : form.files ? await visitor.upload(form.action, pairs.map(([name, value]) => [name, value.raw ?? value]), { name: `../${String(pairs[0]?.[1].raw ?? pairs[0]?.[1]).replaceAll(/["\r\n]/g, '').slice(0, 200)}.csv`, content: `Name,DOB\n${VALUES[0]},=1+1\n` })
                : await visitor.post(form.action, pairs);
        statuses.push(answer.status);
    };
    for (const value of VALUES) {
        await send(base.map(([name]) => [name, value]));
        await send(base.map(([name, was], i) => [name, form.fields[i].free ? value : was]));
    }
    for (const [i, [name]] of base.entries()) // alone: where anything may be typed, a third of all, another for each; of what is chosen or hidden, fewer
        for (let k = 0; k < (form.fields[i].free ? 8 : 3); k++)
            await send(base.map(pair => (pair[0] === name ? [name, VALUES[(i * 8 + k) % VALUES.length]] : pair)));
    if (form.method === 'POST') {
        await send(base.map(([name], i) => [name, i === 0 ? LONG : '']));
        await send(Array.from({ length: 10000 }, (_, i) => [`field${i}`, '1']));
        await send([...base, ...base, ...base]);
    }
    return statuses;
}

test('drafts: what nobody types is kept as text, and for her alone', async () => {
    const note = `/files/${own.files[0]}/add/note`, { dara, rith, sophea } = who;
    for (const value of VALUES) {
        const kept = await dara.post('/drafts', { 'draft-of': note, cmt_NoteText: value });
        assert.ok([200, 400].includes(kept.status), `${kept.status}`);
        assert.equal((await dara.get(note)).status, 200); // Visitor looks for raw markup and directions in each answer
    }
    assert.equal((await dara.post('/drafts', { 'draft-of': note, cmt_NoteText: LONG })).status, 413);
    for (const address of ['//elsewhere.example', 'https://elsewhere.example', 'javascript:planted=1', '/files/../../etc', '/files/\u202e', `/${'x'.repeat(1000)}`, ''])
        assert.equal((await dara.post('/drafts', { 'draft-of': address, cmt_NoteText: 'x' })).status, 400, address);
    await dara.post('/drafts', { 'draft-of': note, cmt_NoteText: 'hers alone' });
    await dara.post('/drafts', { 'draft-of': '/files/new', cmt_Title: 'hers alone' });
    assert.match((await dara.get(note)).body, /hers alone/);
    for (const [visitor, pages] of [[sophea, [note, '/files/new', '/files/new?step=2', '/files']], [rith, ['/files/new', '/files/new?step=2', '/files']]])
        for (const target of pages)
            assert.doesNotMatch((await visitor.get(target)).body, /hers alone/, target);
    await rith.post('/drafts/drop', { 'draft-of': '/files/new' });
    assert.match((await dara.get('/files/new?step=2')).body, /hers alone/, 'nobody else throws it away');
    const before = (await dara.post(`/persons/${own.persons[0]}/case`)).status; // what is typed is not written over by a press
    assert.equal(before, 409);
    assert.match((await dara.get('/files/new?step=2')).body, /hers alone/);
    await dara.post('/drafts/drop', { 'draft-of': '/files/new' });
    assert.equal((await dara.post(`/persons/${own.persons[0]}/case`)).headers.location, '/files/new');
    allWell();
});

test('every field of every form with what nobody types: no error, nothing in the log, quick', async t => {
    const done = new Set();
    let sent = 0, taken = 0;
    for (let round = 0; round < 2; round++) {
        const now = [...forms].filter(([key, { form, pattern }]) => !done.has(key) && !NEVER.test(pattern) && form.fields.length > 0)
            .sort(([, a], [, b]) => LAST.test(a.pattern) - LAST.test(b.pattern));
        for (const [key, each] of now) {
            done.add(key);
            const statuses = await abuse(each);
            assert.equal((await who[each.login].get('/')).status, 200, `${each.login} is still signed in after ${key}`);
            sent += statuses.length;
            taken += statuses.filter(status => status === 303).length;
        }
        if (round > 0) break;
        proved();
        const glass = formsOf((await who.vith.get(`/files/${own.files[1]}/glass`)).body).find(form => form.action.endsWith('/glass'));
        const opened = await who.vith.post(glass.action, { ...Object.fromEntries(glass.fields.map(field => [field.name, field.value])), reference: VALUES[0] });
        assert.equal(opened.status, 303, 'an emergency');
        await crawl('vith', [`/files/${own.files[1]}/glass`, '/emergencies']);
        for (const login of ['dara', 'sophea', 'admin', 'thi'])
            await crawl(login, ['/', '/files', '/oversight/reviews', '/files/new', '/files/new?step=2', '/files/new?step=3', '/units', '/members', '/oversight/approvals', '/oversight/canaries', '/letters', '/import', '/export']);
    }
    const walked = new Set([...done].map(key => key.split(' ').slice(0, 2).join(' ')));
    const missed = routes.filter(r => r.method === 'POST' && r.people === 'MEMBERS' && !walked.has(`POST ${r.pattern}`) && !BUTTONS.includes(r.pattern)).map(r => r.pattern);
    assert.deepEqual(missed, [], 'forms that the walk did not find');
    t.diagnostic(`${done.size} forms, ${sent} requests, ${taken} of them taken`);
    assert.ok(done.size > 30 && taken > 100, 'forms were found, and some values are allowed');
    allWell();
});

test('sign-in and join with what nobody types', async () => {
    const nobody = new Visitor(house, 'nobody');
    for (const target of ['/sign-in', '/join', '/sign-in/passkey'])
        for (const value of [...VALUES, LONG])
            await nobody.post(target, { login: value, password: value, code: value, credential: value, answer: value }, { token: '' });
    allWell();
});

test('tables that go out: no cell is a formula, names are plain', async () => {
    const [out, thi] = [await newcomer('out', 'supervisor'), await newcomer('second', 'dpo')];
    for (const kind of ['htcds-csv', 'htcds-xlsx']) {
        assert.equal((await out.post('/export', { kind, purpose: 'casework', reference: `table ${kind}` })).status, 303);
        for (const href of new Set(linksOf((await thi.get('/oversight/approvals')).body).filter(one => /approvals\/[0-9a-f]{32}$/.test(one))))
            if ((await thi.get(href)).body.includes(`table ${kind}`))
                await thi.post(`${href}/agree`);
        const [ready] = linksOf((await out.get('/export')).body).filter(href => /^\/export\/[0-9a-f]{32}$/.test(href));
        assert.ok(ready, kind);
        const answer = await out.get(ready);
        assert.equal(answer.status, 200);
        reached.set('/export/{}', [['out', ready]]);
        assert.match(answer.headers['content-disposition'], /^attachment; filename\*=UTF-8''[\w.-]+$/);
        const to = path(scratch, kind);
        writeFileSync(to, answer.bytes);
        const told = execFileSync('python3', ['-c', CELLS, to, kind], { encoding: 'utf8' });
        assert.equal(told.trim(), 'planted', kind);
    }
    allWell();
});
const CELLS = `
import csv, re, sys, zipfile
path, kind = sys.argv[1:]
if kind.endswith("csv"):
    rows = list(csv.reader(open(path, encoding="utf-8-sig", newline="")))
    bad = [cell for row in rows for cell in row if re.match(r"[=+@\\t\\r]|-(?!\\d)", cell)]
    text = str(rows)
else:
    book = zipfile.ZipFile(path)
    bad = [name for name in book.namelist() if not re.fullmatch(r"[\\w\\[\\]./-]+", name) or ".." in name or name.startswith("/")]
    text = "".join(book.read(name).decode() for name in book.namelist())
    bad += re.findall(r"<f[ >][^<]*", text)
print(bad[:5] if bad else "planted" if "${PLANTED}" in text else "nothing planted")
`;

// Pages that nobody reaches by a link of the walk; each has its own test.
const ELSEWHERE = {
    '/statements/{}': 'one comes from a partner: room.test.mjs', '/statements/{}/listen/{}': 'the same', '/statements/{}/media/{}': 'the same',
    '/files/{}/bundle': 'for a prosecutor with a part in the case: bundle.test.mjs', '/files/{}/bundle/{}': 'the same',
    '/recordings/{}/state': 'JSON: room.test.mjs', '/recordings/{}/media/{}': 'sound: room.test.mjs',
    '/windows/{}/{}': 'a partner opens one: interview.test.mjs',
    '/letters/{}': 'a letter comes from a partner: ask.test.mjs',
    '/language/{}': 'changes the language only', '/join/password': 'for those who join: above', '/sign-in': 'for nobody', '/join': 'for nobody',
};

test('every page of the table was walked', async () => {
    for (const login of Object.keys(ROLES))
        await crawl(login, ['/', `/files/${own.files[0]}/glass`, '/export']);
    const missed = routes.filter(r => r.method === 'GET' && !reached.has(r.pattern) && !(r.pattern in ELSEWHERE)).map(r => r.pattern);
    assert.deepEqual(missed, []);
    allWell();
});

test('what was stored is shown as text: in a browser nothing runs', async () => {
    let shown = 0;
    for (const login of Object.keys(ROLES)) {
        const page = await newPage(house);
        const [name, value] = who[login].cookie.split('=');
        await page.context().addCookies([{ name, value, url: house.url }]);
        const seen = new Set();
        for (const [pattern, visits] of reached)
            for (const [, target] of visits.filter(([by]) => by === login).slice(-2)) {
                if (seen.has(target) || /pdf$|\.(csv|ics|json)$|attachments|^\/export\/|\/language/.test(pattern)) continue;
                seen.add(target);
                if (!(await who[login].get(target)).body.includes(PLANTED)) continue;
                await page.goto(target);
                shown++;
                assert.equal(await page.evaluate(() => globalThis.planted), undefined, target);
                assert.equal(await page.locator('main img[src=x], main svg[onload], main script:not([src^="/a/"])').count(), 0, target);
            }
        faults(page);
        await page.context().close();
    }
    assert.ok(shown > 10, `${shown} pages show what was planted`);
    allWell();
});
