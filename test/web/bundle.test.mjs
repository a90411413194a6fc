// The bundle for a court: a prosecutor asks, a second person agrees, the archive is fetched; a stranger checks it with sha256sum, openssl, age and
// an unzip of another make; comity verify finds what was changed; the firewall and the language of the court hold.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { after, before, test } from 'node:test';
import { join, linksOf } from './door.mjs';
import { agency, comity, DESK, faults, newPage, PHONE, program, serious, stopAll } from './lib.mjs';

const PHOTOGRAPH = Buffer.from('practice bytes of a photograph, 7\n'.repeat(5000));
let house, scratch, file, recording, card;
const who = {};
const run = (name, ...args) => execFileSync(name, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const shots = process.env.COMITY_SHOTS;

before(async () => {
    scratch = mkdtempSync(path(tmpdir(), 'comity-court-'));
    const roles = { pros: 'prosecutor', sophea: 'supervisor', dara: 'caseworker' };
    house = await agency('district-court-office', { kind: 'prosecutor', members: Object.entries(roles).map(([login, role]) => ({ name: `Practice ${login}`, login, roles: role })) });
    for (const login of Object.keys(roles))
        who[login] = await join(house, login);
    const { dara, pros } = who;
    for (const step of [{}, { step: '2' }, { step: '3' }])
        file = (await dara.post('/files/new', { cmt_Title: 'Practice case of the court', prs_FirstName: 'Sopheap', prs_SecondName: 'Chan', ...step })).headers.location;
    const members = Object.fromEntries([...(await dara.get(file)).body.matchAll(/<option value="([0-9a-f]{32})"[^>]*>Practice (\w+)/g)].map(([, id, login]) => [login, id]));
    await dara.post(`${file}/team`, { member: members.pros, part: 'work' });
    await pros.post(`${file}/add/event`, { base: '0', hte_Description: 'locked in the shrimp peeling shed', hte_Date: '2025-03', hte_Country: 'TH' });
    await dara.post(`${file}/add/note`, { base: '0', cmt_NoteText: 'told to the shelter in confidence' });
    const sent = await pros.upload(`${file}/attach`, [['cmt_AttachmentWhat', 'photograph of the padlock']], { name: 'padlock.jpg', content: PHOTOGRAPH });
    assert.ok([302, 303].includes(sent.status), `${sent.status}`);
    recording = (await pros.post(`${file}/recordings`, { picture: 'no' })).headers.location;
    await pros.send('POST', `${recording}/chunks/0?at=0&session=0`, { body: 'practice voice', headers: { 'Content-Type': 'application/octet-stream', 'X-Form-Token': pros.csrf } });
    await pros.post(`${recording}/marks`, { kind: 'note', text: 'practice' });
    await pros.post(`${recording}/seal`);
    assert.ok([302, 303].includes((await pros.post(`${recording}/transcript/1`, { base: '0', sta_Language: 'en', sta_Transcript: 'what was said of the padlock' })).status));
    assert.ok([302, 303].includes((await pros.post(`${recording}/transcript`)).status));
    card = path(scratch, 'invitation');
    await comity('pair', house.folder, 'invite', '--out', card);
});
after(async () => {
    await stopAll();
    rmSync(scratch, { recursive: true, force: true });
});

// Asks, has it agreed to, fetches it.
async function bundle(fields, second = who.sophea) {
    const asked = await who.pros.post(`${file}/bundle`, { language: 'en', purpose: 'prosecution', reference: 'court 12/2026', recipient: '', ...fields });
    assert.match(asked.headers.location ?? asked.body, /^\/oversight\/approvals\/[0-9a-f]{32}$/);
    const id = asked.headers.location.split('/').pop();
    assert.equal((await who.pros.get(`${file}/bundle/${id}`)).status, 403, 'not before a second person agreed');
    await second.get(asked.headers.location);
    assert.ok([302, 303].includes((await second.post(`${asked.headers.location}/agree`)).status));
    assert.equal((await who.dara.get(`${file}/bundle/${id}`)).status, 403, 'for who asked alone');
    const answer = await who.pros.get(`${file}/bundle/${id}`);
    assert.equal(answer.status, 200);
    assert.match(answer.headers['content-disposition'], /^attachment; filename\*=UTF-8''bundle-[\w-]+\.zip(\.age)?$/);
    return answer.bytes;
}
function unpack(bytes, name) {
    const to = path(scratch, name);
    writeFileSync(`${to}.zip`, bytes);
    run('python3', '-c', 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])', `${to}.zip`, to);
    return to;
}
const pdf = (folder, name) => {
    if (shots) run('pdftoppm', '-r', '60', '-png', path(folder, 'bundle.pdf'), path(shots, name));
    return run('pdftotext', '-layout', path(folder, 'bundle.pdf'), '-').normalize('NFC');
};

test('what is in it, and that a stranger can check it', async () => {
    const folder = unpack(await bundle({}), 'plain');
    assert.deepEqual(readFileSync(path(folder, 'evidence/E001.jpg')), PHOTOGRAPH, 'the original');
    const checked = run('sh', '-c', `cd '${folder}' && sha256sum --strict -c MANIFEST`);
    assert.match(checked, /README.txt: OK\nbundle.pdf: OK\nevidence\/E001.jpg: OK\nstatements\/S001.statement: OK\nstatements\/T001.statement: OK\n$/);
    run('sh', '-c', `cd '${folder}' && openssl pkeyutl -verify -pubin -inkey agency-key.pem -rawin -in MANIFEST -sigfile MANIFEST.sig`);
    const [digest, opening] = ['MANIFEST', 'log/opening.bin'].map(name => run('sha256sum', path(folder, name)).slice(0, 64));
    assert.ok(readFileSync(path(folder, 'log/opening.bin')).includes(digest), 'the leaf names the manifest');
    assert.ok(readFileSync(path(folder, 'log/leaf.json')).includes(opening), 'the leaf commits to that');
    run(program, 'verify', path(folder, 'log/proof.txt'), '--log', readFileSync(path(folder, 'log/key.txt'), 'utf8').trim(), '--leaf', path(folder, 'log/leaf.json'));
    run(program, 'verify', path(folder, 'statements/S001.statement'), '--agency', card);
    const words = path(scratch, 'words.vtt');
    run(program, 'verify', path(folder, 'statements/T001.statement'), '--agency', card, '--media', words);
    assert.equal(readFileSync(words, 'utf8'), 'WEBVTT\n\n00:00:00.000 --> 00:00:10.000\nwhat was said of the padlock\n\n');
    const changed = readFileSync(path(folder, 'statements/T001.statement')), another = path(scratch, 'changed.statement');
    changed[changed.lastIndexOf('padlock')] ^= 1;
    writeFileSync(another, changed);
    assert.throws(() => run(program, 'verify', another, '--agency', card), /NOT hold/);
    assert.match(run(program, 'verify', `${folder}.zip`, '--agency', card), /holds: a bundle for a court, .* with 5 files \(2 of them statements/);
    assert.match(readFileSync(path(folder, 'README.txt'), 'utf8'), /sha256sum -c MANIFEST/);
    const text = pdf(folder, 'bundle-en');
    for (const part of ['Chronology', 'Evidence', 'Elements of the offence', 'How often statements were taken', 'chain of custody', 'What is not in this bundle', 'shrimp peeling shed', 'photograph of the padlock',
        'E1', 'S1', 'Copies that left this agency', 'No copy of these statements was given to anybody', 'court 12/2026', 'Practice pros', run('sha256sum', path(folder, 'evidence/E001.jpg')).slice(0, 20)])
        assert.ok(text.includes(part), `${part}: ${text}`);
    assert.match(text, /\b1 ?\/ ?\d+/, 'page numbers');
    assert.match(text, /Leaf of the log +\d+/);
    assert.match(text, /told to the shelter/, 'for the prosecution of traffickers all of it');
    assert.match(text, /what was said of the padlock/, 'the transcript');
});

test('a field of the archive that is changed is found', async () => {
    const bytes = await bundle({}), to = path(scratch, 'flipped.zip');
    writeFileSync(to, bytes);
    run(program, 'verify', to, '--agency', card);
    const directory = bytes.readUInt32LE(bytes.length - 6), places = new Set();
    for (let i = directory; i < bytes.length; i++) places.add(i); // the directory and all headers; each bit of what is in the files: work/court
    for (let at = bytes.indexOf('PK\x03\x04'); at >= 0 && at < directory; at = bytes.indexOf('PK\x03\x04', at + 4))
        for (let i = at; i < at + 30; i += 1) places.add(i);
    const unseen = [], all = [...places];
    // in groups, since each run of the program takes its time: a file each
    for (let i = 0; i < all.length; i += 40)
        for (const place of all.slice(i, i + 40).filter((_, k) => k % 8 === 0)) {
            const changed = Buffer.from(bytes);
            changed[place] ^= 1 << (place % 8);
            writeFileSync(to, changed);
            try {
                run(program, 'verify', to, '--agency', card);
                unseen.push(place);
            } catch (error) {
                assert.match(error.stderr, /does NOT hold|is no receipt|is signed|needs|give/);
            }
        }
    assert.deepEqual(unseen, [], `of ${bytes.length}`);
    assert.throws(() => { writeFileSync(to, bytes); run(program, 'verify', to, '--key', '11'.repeat(32)); }, /NOT hold/, 'another agency');
});

test('sealed for the court, and opened by age', async () => {
    const identity = path(scratch, 'court.key');
    run('age-keygen', '-o', identity);
    const [recipient] = /age1\w+/.exec(readFileSync(identity, 'utf8'));
    assert.equal((await who.pros.post(`${file}/bundle`, { language: 'en', purpose: 'prosecution', reference: 'x', recipient: 'age1nonsense' })).status, 422);
    const sealed = path(scratch, 'sealed.zip.age'), opened = path(scratch, 'opened.zip');
    writeFileSync(sealed, await bundle({ recipient }));
    assert.ok(!readFileSync(sealed).includes('MANIFEST'));
    run('age', '-d', '-i', identity, '-o', opened, sealed);
    run(program, 'verify', opened, '--agency', card);
});

test('for a charge the firewall holds; in the language of the court', async () => {
    const folder = unpack(await bundle({ purpose: 'charge', language: 'km' }), 'charge'), text = pdf(folder, 'bundle-km');
    assert.ok(!text.includes('told to the shelter') && !text.includes('Sopheap'), 'withheld');
    assert.throws(() => readFileSync(path(folder, 'statements/S001.statement')), 'a statement protects');
    assert.ok(text.includes('shrimp peeling shed'), 'what the prosecutor obtained');
    assert.match(readFileSync(path(folder, 'README.txt'), 'utf8'), /sha256sum -c MANIFEST/);
    for (const [purpose, status] of [['casework', 422], ['removal', 422], ['', 422]])
        assert.equal((await who.pros.post(`${file}/bundle`, { language: 'en', purpose, reference: 'x' })).status, status, purpose);
});

for (const [name, viewport, script] of [['at a desk', DESK, true], ['on a phone', PHONE, true], ['without JavaScript', PHONE, false]])
    test(`a prosecutor asks for a bundle, ${name}`, async () => {
        const page = await newPage(house, { viewport, script });
        const [cookie, value] = who.pros.cookie.split('=');
        await page.context().addCookies([{ name: cookie, value, url: house.url }]);
        await page.goto(file);
        await page.locator('main a[href$="/bundle"]').click();
        if (script) {
            await serious(page);
            assert.ok(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth) <= 0, 'too wide');
        }
        await page.locator('main form button').click();
        await page.locator('.govuk-error-summary').waitFor();
        if (script) await serious(page);
        await page.locator('#language').selectOption('km');
        await page.locator('#reference').fill('court 13/2026');
        if (shots) await page.screenshot({ path: `${shots}/bundle-${viewport.width}.png`, fullPage: true });
        await page.locator('main form button').click();
        await page.waitForURL(/oversight\/approvals\//);
        await page.goto(`${file}/bundle`);
        assert.match(await page.textContent('main'), /court 13\/2026/);
        faults(page);
        await page.context().close();
    });
