// Every page a member meets, in each language but English on a telephone: nothing stands out to the side, nothing is left in English.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { agency, faults, find, newPage, PHONE, practiceList, stopAll } from './lib.mjs';

const languages = ['km', 'th', 'vi', 'fr', 'de'];
let house;
before(async () => {
    house = await agency('lotus-house', { people: await practiceList('lotus-house'), members: languages.flatMap(language => [
        { name: `Practice worker ${language}`, login: `worker-${language}`, roles: 'caseworker', languages: `${language} en` },
        { name: `Practice officer ${language}`, login: `officer-${language}`, roles: 'dpo', languages: `${language} en` },
        { name: `Practice admin ${language}`, login: `admin-${language}`, roles: 'administrator', languages: `${language} en` },
        { name: `Practice supervisor ${language}`, login: `supervisor-${language}`, roles: 'supervisor', languages: `${language} en` }]) });
});
after(stopAll);

// The messages whose translation is another text than the English.
function translated(language) {
    const text = readFileSync(new URL(`../../po/${language}.po`, import.meta.url), 'utf8').replaceAll('"\n"', '');
    return new Set([...text.matchAll(/^msgid "(.+)"\nmsgstr "(.+)"$/gm)].filter(([, id, words]) => id !== words && !words.includes(id)).map(([, id]) => id));
}

async function look(page, path, messages, status = 200) {
    const answer = await page.goto(path);
    assert.equal(answer.status(), status, path);
    const seen = await page.evaluate(() => {
        const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode())
            texts.push(walker.currentNode.data.trim());
        return { texts, wide: document.documentElement.scrollWidth - document.documentElement.clientWidth };
    });
    assert.ok(seen.wide <= 1, `${path} is ${seen.wide} px too wide`);
    assert.deepEqual(seen.texts.filter(text => messages.has(text)), [], `left in English at ${path}`);
}

async function openCase(page) {
    await page.goto('/files/new');
    await page.locator('#prs_FirstName').fill('Sopheap');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=2');
    await page.locator('main form[data-draft] button').click();
    await page.waitForURL('**/files/new?step=3');
    await page.locator('main form button').last().click();
    await page.waitForURL(/\/files\/[0-9a-f]{32}$/);
    return new URL(page.url()).pathname;
}

for (const language of languages)
    test(`pages in ${language}`, async () => {
        const messages = translated(language);
        const page = await newPage(house, { viewport: PHONE, language });
        for (const path of ['/sign-in', '/join'])
            await look(page, path, messages);
        await look(page, '/no-such-page', messages, 404);
        await house.signIn(page, `worker-${language}`);
        const file = await openCase(page);
        for (const path of ['/', '/search', '/files', '/files/new', '/letters', '/letters/new', '/import', '/partners', '/account', file, `${file}/print`,
            `${file}/add/person`, `${file}/add/note`, `${file}/add/event`, `${file}/add/task`, `${file}/attach`, `${file}/screening`, `${file}/screening/new`,
            `${file}/screening/decision`, `${file}/consent`, `${file}/consent/new`, `${file}/links`, `${file}/timeline`, `${file}/elements`,
            `${file}/interviews`, `${file}/interviews/new`, `${file}/recordings`, `${file}/offences`, `${file}/releases`,
            '/requests', '/requests/new', '/requests/scores', '/referrals', '/windows', '/statements'])
            await look(page, path, messages);
        await find(page, 'sok d');
        await look(page, new URL(page.url()).pathname + new URL(page.url()).search, messages);
        await look(page, await page.locator('.c-hit a').first().getAttribute('href'), messages);
        faults(page);
        for (const [who, paths] of [['officer', ['/', '/oversight', '/oversight/approvals', '/oversight/reviews', '/oversight/looks', '/oversight/counts',
            '/oversight/grants', '/oversight/canaries', '/log']], ['admin', ['/', '/members', '/members/new', '/units', '/partners', '/languages']],
            ['supervisor', ['/', '/decisions', '/desk/hall', '/desk/hall/new', '/desk/rota', '/desk/rota/new', '/desk/shifts', '/desk/simulate', '/desk/watch']]]) {
            const other = await newPage(house, { viewport: PHONE, language });
            await house.signIn(other, `${who}-${language}`);
            for (const path of paths)
                await look(other, path, messages);
            faults(other);
            await other.context().close();
        }
    });
