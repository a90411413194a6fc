// lib: what the browser tests share: an agency that serves, a browser that watches itself, members who sign in.
//
//     const house = await agency('lotus-house', {members: [{name: 'Practice Caseworker', login: 'dara', roles: 'caseworker'}]});
//     const page = await browser.open(house);            // fails the test on any CSP violation, script error or failed request
//     await house.signIn(page, 'dara');
//     await serious(page);                               // axe-core finds nothing serious
//
// All agencies and persons are invented.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const program = process.env.COMITY_PROGRAM ?? assert.fail('COMITY_PROGRAM says which comity is tested');
export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 900 };

const base = mkdtempSync(join(tmpdir(), 'comity-web-'));
process.on('exit', () => rmSync(base, { recursive: true, force: true }));

export async function comity(...args) {
    const { stdout } = await run(program, args, { maxBuffer: 1 << 26 });
    return stdout;
}

// --- one-time passwords (RFC 6238, SHA-1, six digits, 30 s) ---

function fromBase32(text) {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const bytes = [];
    let bits = 0, value = 0;
    for (const letter of text.replace(/[= ]/g, '').toUpperCase()) {
        value = (value << 5) | letters.indexOf(letter);
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            bytes.push((value >> bits) & 255);
        }
    }
    return Buffer.from(bytes);
}

export function oneTimePassword(secret, at = Date.now()) {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
    const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest();
    const from = mac[19] & 15;
    return String((mac.readUInt32BE(from) & 0x7fffffff) % 1000000).padStart(6, '0');
}

// --- the browser ---

let browser;
export async function openBrowser() {
    browser ??= await chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-dev-shm-usage', // as root in a small machine; what is tested is the page
            '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'], // an invented microphone and camera, which is allowed
    });
    return browser;
}
export async function closeBrowser() {
    await browser?.close();
    browser = undefined;
}

// A page that notes everything that should not happen; call faults(page) at the end of a test.
export async function newPage(house, { viewport = DESK, language = 'en', script = true } = {}) {
    const context = await (await openBrowser()).newContext({ viewport, locale: language, javaScriptEnabled: script, baseURL: house.url });
    return watched(context, script);
}

// Of any context: a page whose faults are noted.
export async function watched(context, script = true) {
    const page = await context.newPage();
    page.seen = [];
    page.on('console', message => {
        // a refused form answers 4xx by design; the browser notes that too
        if (message.type() === 'error' && !/status of 4\d\d/.test(message.text()))
            page.seen.push(`console: ${message.text()}`);
    });
    page.on('pageerror', error => page.seen.push(`script: ${error.message}`));
    page.on('requestfailed', request => {
        if (request.failure()?.errorText !== 'net::ERR_ABORTED')
            page.seen.push(`request: ${request.url()} ${request.failure()?.errorText}`);
    });
    page.on('response', response => {
        if (response.status() >= 500)
            page.seen.push(`answer ${response.status()}: ${response.url()}`);
        else if (response.ok() && !response.headers()['content-security-policy'])
            page.seen.push(`without a content security policy: ${response.url()}`);
    });
    await context.exposeBinding('violated', (_, what) => page.seen.push(`policy: ${what}`));
    if (script)
        await context.addInitScript(() => addEventListener('securitypolicyviolation', e =>
            globalThis.violated(`${e.violatedDirective} ${e.blockedURI} at ${e.sourceFile}:${e.lineNumber}`)));
    return page;
}

export function faults(page) {
    assert.deepEqual(page.seen, [], 'nothing was refused by the policy, failed or broke');
}

// axe-core, by the rules of WCAG 2.2 A and AA; only what is serious or critical fails.
export async function serious(page) {
    await page.evaluate(axeSource);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
    const found = violations.filter(v => ['serious', 'critical'].includes(v.impact))
        .map(v => `${v.id}: ${v.help}: ${v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | ')}`);
    assert.deepEqual(found, [], `axe-core at ${page.url()}`);
}

// --- an agency ---

const houses = [];

async function freePort() {
    const server = createServer();
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    await new Promise(resolve => server.close(resolve));
    return port;
}

export async function agency(name, { country = 'KH', kind = 'shelter', members = [], people, timeZone } = {}) {
    const folder = join(base, name);
    const address = `127.0.0.1:${await freePort()}`;
    await comity('init', folder, '--agency', `${name} (practice)`, '--country', country, '--kind', kind, '--listen', address,
        ...(timeZone ? ['--time-zone', timeZone] : []));
    if (people)
        await comity('import', folder, people);
    const house = { name, folder, members: new Map() };
    for (const member of members) {
        const made = JSON.parse(await comity('members', folder, 'add', member.name, '--login', member.login, '--roles', member.roles,
            ...(member.languages ? ['--languages', member.languages] : []), '--json'));
        house.members.set(member.login, { ...member, ...made });
    }
    await serve(house);
    houses.push(house);
    house.signIn = (page, login) => signIn(house, page, login);
    house.leaves = async () => JSON.parse(await comity('log', folder, 'show', '--last', '1000', '--json')).map(leaf => leaf.verb);
    house.older = change => execFileSync('sqlite3', ['-cmd', '.timeout 5000', join(folder, 'comity.db'), change]); // as if time had passed
    house.stop = () => stop(house);
    house.kill = () => stop(house, 'SIGKILL');
    house.serve = () => serve(house);
    return house;
}

async function serve(house) {
    house.process = spawn(program, ['serve', house.folder, '--web', house.web ?? '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
    house.log = '';
    house.process.stderr.on('data', piece => { house.log += piece; });
    house.url = await new Promise((resolve, reject) => {
        house.process.on('exit', status => reject(new Error(`serve ended with ${status}: ${house.log}`)));
        createInterface(house.process.stdout).on('line', line => {
            const at = /pages on (http\S+)/.exec(line);
            if (at) resolve(at[1]);
        });
    });
    house.web = `127.0.0.1:${new URL(house.url).port}`; // the same after a restart: what a browser keeps, it keeps for an address
}

async function stop(house, how = 'SIGTERM') {
    if (house.process?.exitCode !== null || house.process.signalCode !== null)
        return;
    const ended = new Promise(resolve => house.process.on('exit', resolve));
    house.process.kill(how);
    await ended;
}

export async function stopAll() {
    await closeBrowser();
    for (const house of houses)
        await stop(house);
}

// The first time with the code the administrator gave, later with password and one-time password; in whatever language the pages are.
async function signIn(house, page, login) {
    const member = house.members.get(login);
    if (!member.secret) {
        member.password = `practice words for ${login} 7`;
        await page.goto('/join');
        await page.locator('#login').fill(login);
        await page.locator('#code').fill(member.code);
        await page.locator('main form button').click();
        member.secret = (await page.locator('[data-secret]').textContent()).trim();
        member.used = Math.floor(Date.now() / 30000);
        await page.locator('#password').fill(member.password);
        await page.locator('#code').fill(oneTimePassword(member.secret, member.used * 30000));
        await page.locator('main form button').click();
        await page.locator('ul.c-code').waitFor();
        member.recovery = await page.locator('main li').allTextContents();
        await page.locator('main form button').click();
        await page.waitForURL(house.url + '/');
        return;
    }
    // A one-time password counts once, and a clock may be a step ahead at most: then a recovery code stands for it.
    const now = Math.floor(Date.now() / 30000), step = Math.max(now, member.used + 1);
    const code = step > now + 1 ? member.recovery.pop() : oneTimePassword(member.secret, step * 30000);
    if (step <= now + 1)
        member.used = step;
    await page.goto('/sign-in');
    await page.locator('#login').fill(login);
    await page.locator('#password').fill(member.password);
    await page.locator('#code').fill(code);
    await page.locator('form[action="/sign-in"] button').click();
    await page.waitForURL(house.url + '/');
}

// The search of the page, by its button: the words go in the body, and the page that shows who is found has them in no address.
export async function find(page, text, purpose = 'identification') {
    await page.goto('/search');
    await page.locator('#text').fill(text);
    await page.locator('#purpose').selectOption(purpose);
    const shown = page.waitForResponse(answer => answer.request().isNavigationRequest() && answer.status() === 200 && /search\?again=/.test(answer.url()));
    await page.locator('form.c-search button').click();
    await shown;
    await page.waitForLoadState();
}

// Waits until what another node sent is here.
export async function comes(page, path, found) {
    for (let i = 0; i < 150; i++) {
        await page.goto(path);
        if (await found().count() > 0)
            return;
        await page.waitForTimeout(200);
    }
    assert.fail(`nothing came at ${path}: ${await page.textContent('main')}`);
}

// The three steps in which a case is opened, once its first page is filled in (or is there already); its address.
export async function openTheCase(page) {
    for (const [press, next] of [['Next', '**/files/new?step=2'], ['Next', '**/files/new?step=3'], ['Open the case', /\/files\/[0-9a-f]{32}$/]]) {
        await page.getByRole('button', { name: press, exact: true }).click();
        await page.waitForURL(next);
    }
    return new URL(page.url()).pathname;
}

// What is seen and told of whoever was last added to the case makes her a presumed victim.
export async function presume(page, file) {
    await page.goto(`${file}/screening/decision`);
    await page.locator('#about').selectOption({ index: await page.locator('#about option').count() - 1 });
    await page.locator('input[name=cmt_Decision][value=Presumed]').check();
    await page.locator('#cmt_DecisionReason').fill('what was seen and told');
    await page.locator('main form button').click();
    await page.waitForURL('**/screening');
}

// An offence is laid to whoever was last added to the case; the address of the offence.
export async function layOffence(page, file, what) {
    await page.goto(`${file}/offences/new`);
    await page.locator('#about').selectOption({ index: await page.locator('#about option').count() - 1 });
    await page.locator('#all_Offence').fill(what);
    await page.locator('#all_Kind').selectOption('ImmigrationStatus');
    await page.locator('#all_Law').fill('Immigration Act, section 81');
    await page.locator('#all_Country').fill('TH');
    await page.locator('#all_LaidBy').selectOption('Immigration');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL(/offences\/[0-9a-f]{32}$/);
    return page.url();
}

// Waits until the heading says so, by itself: the partner's maps follow its records, and the clock looks at them.
export async function becomes(page, address, words) {
    for (let i = 0; i < 240; i++) {
        await page.goto(address);
        if (words.test(await page.textContent('h1')))
            return;
        await page.waitForTimeout(500);
    }
    assert.fail(`${await page.textContent('main')} never becomes ${words}`);
}

// A member who has joined has a part in the case from now on.
export async function givePart(page, file, name, part) {
    await page.goto(file);
    await page.locator('#member').selectOption({ label: name });
    await page.locator('#part').selectOption(part);
    await page.locator('form[action$="/team"] button').last().click();
    await page.waitForURL(file);
}

// She is asked the seven questions and says yes, to this purpose, for these data, to the only partner there is; the address of the consent.
export async function agrees(page, file, purpose, element) {
    await page.goto(`${file}/consent/new?language=en`);
    for (const question of ['cmt_AgreesToInterview', 'cmt_ToldOfPurpose', 'cmt_ToldOfUse', 'cmt_ToldOfResearch', 'cmt_ToldOfAccess', 'cmt_ToldOfRetention', 'cmt_ToldOfWithdrawal'])
        await page.locator(`input[name=${question}][value=yes]`).check();
    await page.locator(`input[name=cmt_ConsentPurposes][value=${purpose}]`).check();
    await page.locator(`input[name=cmt_ConsentElements][value=${element}]`).check();
    await page.locator('input[name=cmt_ConsentRecipients]').check();
    await page.locator('input[name=cmt_ConsentState][value=Given]').check();
    await page.locator('main form[method=post] button').click();
    await page.waitForURL(/\/consent\/[0-9a-f]{32}$/);
    return page.url();
}

// Pictures of a page at both widths, into the folder that COMITY_SHOTS names.
export async function shoot(page, name) {
    if (!process.env.COMITY_SHOTS) return;
    const was = page.viewportSize();
    for (const [width, viewport] of [['desk', DESK], ['phone', PHONE]]) {
        await page.setViewportSize(viewport);
        await page.screenshot({ path: join(process.env.COMITY_SHOTS, `${name}-${width}.png`), fullPage: true });
    }
    await page.setViewportSize(was);
}

// Each takes in the other's invitation, as after a telephone call, and builds its answer map.
export async function pair(one, other) {
    for (const [inviting, accepting] of [[one, other], [other, one]]) {
        const card = join(base, `${inviting.name}.invitation`);
        const told = await comity('pair', inviting.folder, 'invite', '--out', card);
        await comity('pair', accepting.folder, 'accept', card, '--fingerprint', /(\d{5} ){5}\d{5}/.exec(told)[0]);
    }
    for (const house of [one, other])
        for (let tries = 0; ; tries++) { // the serving node may be about it already
            try {
                await comity('index', house.folder, '--threads', '1');
                break;
            } catch (error) {
                if (tries === 100 || !/another run of the index/.test(error.message)) throw error;
                await new Promise(resolve => setTimeout(resolve, 200));
            }
        }
}

// The person of the generator whom both lists have, as each wrote her.
export function sharedPerson() {
    const text = readFileSync(join(base, 'question.sh'), 'utf8');
    const value = name => new RegExp(`^question_${name}='?([^'\n]*)'?$`, 'm').exec(text)[1];
    return { name: value('name'), born: value('born'), theirs: value('theirs') };
}

// One of the generator's lists of invented persons.
export async function practiceList(name) {
    await run(process.env.COMITY_PRACTICE ?? assert.fail('COMITY_PRACTICE says where the generator is'), ['--out', base]);
    return join(base, `${name}.csv`);
}
