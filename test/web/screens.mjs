// Screenshots of the main pages, at a desk's and a telephone's width, into the folder that is named: ./dev screens.
//
// Two practice agencies with invented cases, paired, as ./dev run has them. PNG files are named by page and width.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { agency, comity, DESK, find, newPage, pair, PHONE, practiceList, sharedPerson, stopAll } from './lib.mjs';

const out = resolve(process.argv[2]);
mkdirSync(out, { recursive: true });
const cases = name => join(process.env.COMITY_SOURCE, 'tools/practice-cases', `${name}.csv`);

const shelter = await agency('lotus-house', { timeZone: 'Asia/Phnom_Penh', people: await practiceList('lotus-house'), members: [
    { name: 'Practice Dara', login: 'dara', roles: 'caseworker,supervisor' }, { name: 'Practice Bopha', login: 'bopha', roles: 'caseworker', languages: 'km' },
    { name: 'Practice Maly', login: 'maly', roles: 'dpo,auditor' }, { name: 'Practice Administrator', login: 'admin', roles: 'administrator' }] });
const police = await agency('border-unit', { timeZone: 'Asia/Bangkok', country: 'TH', kind: 'police', people: await practiceList('border-unit'), members: [
    { name: 'Practice Somchai', login: 'somchai', roles: 'investigator' }] });
await comity('import', shelter.folder, cases('lotus-house'), '--files', 'dara');
await comity('import', police.folder, cases('border-unit'), '--files', 'somchai');
await pair(shelter, police);

async function shoot(page, name) {
    for (const [width, viewport] of [['desk', DESK], ['phone', PHONE]]) {
        await page.setViewportSize(viewport);
        await page.screenshot({ path: join(out, `${name}-${width}.png`), fullPage: true });
    }
    await page.setViewportSize(DESK);
}

// Each visitor: who signs in where, and [name, address or what to do].
const firstCase = async page => { await page.goto('/files'); await page.locator('a.c-hit__name', { hasText: 'shrimp' }).click(); await page.waitForURL(/files\/[0-9a-f]{32}$/); };
const ofCase = path => async page => { await firstCase(page); await page.goto(page.url() + path); };
const visits = [
    [shelter, 'dara', 'en', [['start', '/'], ['cases', '/files'], ['case', firstCase], ['new-case', '/files/new'], ['note', ofCase('/add/note')],
        ['screening', ofCase('/screening/new')], ['consent', ofCase('/consent/new')], ['links', ofCase('/links')], ['timeline', ofCase('/timeline')],
        ['elements', ofCase('/elements')], ['summary', ofCase('/print')], ['import', '/import'], ['export', '/export'], ['search', page => find(page, 'keo vanna', 'casework')]]],
    [shelter, 'dara', 'km', [['case-khmer', firstCase]]],
    [shelter, 'maly', 'en', [['dashboard', '/'], ['looks', '/oversight/looks'], ['grants', '/oversight/grants'], ['log', '/log']]],
    [shelter, 'admin', 'en', [['members', '/members'], ['partners', '/partners'], ['account', '/account']]],
    [police, 'somchai', 'en', [['answers', async page => {
        const { name, born } = sharedPerson();
        await find(page, `${name} ${born}`, 'investigation');
        await page.locator('.c-hit a').first().click();
        await page.locator('#reference').fill('practice 118');
        await page.getByRole('button', { name: 'Ask now' }).click();
        await page.locator('h2', { hasText: 'hit' }).first().waitFor();
    }]]],
];
for (const [house, login, language, pages] of visits) {
    const page = await newPage(house, { language });
    await house.signIn(page, login);
    if (language !== 'en') await page.goto(`/language/${language}`);
    for (const [name, where] of pages) {
        if (typeof where === 'string') await page.goto(where);
        else await where(page);
        await shoot(page, name);
        console.log(name);
    }
    await page.context().close();
}
await stopAll();

// The paths that tests walk are photographed as they walk them.
for (const path of ['story', 'desk_simulate', 'desk_watch']) {
    const folder = join(out, path);
    mkdirSync(folder, { recursive: true });
    execFileSync(process.execPath, ['--test', join(process.env.COMITY_SOURCE, 'test/web', `${path}.test.mjs`)], { env: { ...process.env, COMITY_SHOTS: folder }, stdio: 'ignore' });
    console.log(path);
}
try { // smaller files, if the tool is there
    execFileSync('sh', ['-c', `command -v pngquant >/dev/null && find ${out} -name '*.png' -exec pngquant --force --ext .png --quality 60-90 {} +`]);
} catch { /* as they are */ }
