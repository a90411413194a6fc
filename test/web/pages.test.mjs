// Members at work: joining, signing in, finding a person, asking a partner, watching over the node.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agency, comity, faults, newPage, oneTimePassword, PHONE, practiceList, serious, stopAll } from './lib.mjs';

let house;
before(async () => {
    house = await agency('lotus-house', {
        people: await practiceList('lotus-house'),
        members: [
            { name: 'Practice Dara ដារា', login: 'dara', roles: 'caseworker' },
            { name: 'Practice Bopha បុប្ផា', login: 'bopha', roles: 'caseworker', languages: 'km en' },
            { name: 'Practice Supervisor', login: 'sophea', roles: 'supervisor' },
            { name: 'Practice Administrator', login: 'admin', roles: 'administrator' },
        ],
    });
});
after(stopAll);

test('a member joins with her code, signs out, and signs in again', async () => {
    const page = await newPage(house);
    await page.goto('/');
    assert.equal(new URL(page.url()).pathname, '/sign-in');
    await serious(page);
    await house.signIn(page, 'dara');
    assert.match(await page.textContent('h1'), /What needs you/);
    assert.match(await page.textContent('header'), /Practice Dara ដារា/);
    await serious(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in');
    await page.goto('/');
    assert.equal(new URL(page.url()).pathname, '/sign-in', 'nothing is left of the session');
    await house.signIn(page, 'dara');
    faults(page);
});

test('what is wrong is said once, above the form, whoever it is about', async () => {
    const page = await newPage(house);
    const attempt = async (login, password, code) => {
        await page.goto('/sign-in');
        await page.getByLabel('Login name').fill(login);
        await page.getByLabel('Password').fill(password);
        await page.getByLabel(/six digits/i).fill(code);
        await page.getByRole('button', { name: 'Sign in', exact: true }).click();
        return page.getByRole('alert').textContent();
    };
    const wrong = await attempt('sophea', 'not the password at all', '123456');
    assert.equal(await attempt('nobody-of-that-name', 'not the password at all', '123456'), wrong);
    assert.match(await page.title(), /^Error:/);
    assert.equal(await page.evaluate(() => document.activeElement.className), 'govuk-error-summary');
    await serious(page);
    faults(page);
});

test('a code counts once, a wrong one not at all', async () => {
    const page = await newPage(house);
    await page.goto('/join');
    await page.getByLabel('Login name').fill('dara');
    await page.getByLabel('Code', { exact: true }).fill(house.members.get('dara').code);
    await page.getByRole('button', { name: 'Continue' }).click();
    assert.match(await page.getByRole('alert').textContent(), /do not belong together/);
    const { password, secret, used } = house.members.get('dara');
    await page.goto('/sign-in');
    await page.getByLabel('Login name').fill('dara');
    await page.getByLabel('Password').fill(password);
    await page.getByLabel(/six digits/i).fill(oneTimePassword(secret, used * 30000));
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    assert.match(await page.getByRole('alert').textContent(), /do not belong together/);
    faults(page);
});

test('search as you type, in another script, and a look with its leaf', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'sophea');
    await page.getByRole('link', { name: 'Find a person' }).first().click();
    const asked = [];
    page.on('request', request => asked.push(request.url()));
    await page.getByLabel('What you know').pressSequentially('sok d', { delay: 30 });
    await page.locator('.c-hit').first().waitFor();
    await page.waitForURL(/search\?again=[0-9a-f]+$/);
    await serious(page);
    const leaves = async () => JSON.parse(await comity('log', house.folder, 'show', '--last', '3', '--json')).map(leaf => leaf.verb);
    assert.equal((await leaves()).at(-1), 'search');
    await page.locator('.c-hit a').first().click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    assert.equal((await leaves()).at(-1), 'look');
    await serious(page);
    const found = await page.textContent('h1');
    await page.goBack();
    assert.equal(await page.getByLabel('What you know').inputValue(), 'sok d', 'back from a person: the search as it was');
    assert.equal(await page.locator('.c-hit a').first().textContent(), found);
    assert.ok(asked.length > 2 && !asked.some(url => /sok/i.test(url)), 'its words are in no address');
    faults(page);
    const again = new URL(page.url()), other = await newPage(house);
    await house.signIn(other, 'bopha');
    for (const address of [again.pathname + again.search, '/search?again=00', `/search?again=${'ab'.repeat(150)}`, '/search?text=sok+d']) {
        await other.goto(address);
        assert.equal(await other.locator('#text').inputValue(), '', 'another session begins anew');
        assert.equal(await other.locator('.c-hit').count(), 0);
    }
    faults(other);
});

test('all of it without JavaScript, on a telephone', async () => {
    const page = await newPage(house, { script: false, viewport: PHONE });
    await house.signIn(page, 'dara');
    await page.goto('/search');
    await page.getByLabel('What you know').fill('sok d');
    await page.getByRole('button', { name: 'Find' }).click();
    assert.ok(await page.locator('.c-hit').count() > 0);
    assert.match(page.url(), /search\?again=[0-9a-f]+$/, 'no words in the address');
    await page.reload();
    assert.ok(await page.locator('.c-hit').count() > 0, 'and it can be loaded again');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth + 1);
    assert.equal(wide, false, 'nothing stands out to the side');
});

test('in Khmer, Thai and Vietnamese: the words, the fonts of that script, and a way back', async () => {
    const page = await newPage(house);
    const fonts = [];
    page.on('request', request => {
        const font = /noto-sans-(\w+)/.exec(request.url());
        if (font) fonts.push(font[1]);
    });
    await page.goto('/sign-in');
    await page.evaluate(() => document.fonts.ready);
    assert.ok(!fonts.includes('khmer') && !fonts.includes('thai'), 'an English page loads no other script');
    for (const [language, words] of [['km', 'ចូល'], ['th', 'เข้าสู่ระบบ'], ['vi', 'Đăng nhập']]) {
        await page.locator(`.c-languages a[lang=${language}]`).click();
        assert.equal(await page.locator('html').getAttribute('lang'), language);
        assert.equal(await page.textContent('h1'), words);
        await page.evaluate(() => document.fonts.ready);
        await serious(page);
    }
    assert.ok(fonts.includes('khmer') && fonts.includes('thai'));
    await page.locator('.c-languages a[lang=th]').click();
    await page.locator('#login').fill('nobody-of-this-name');
    await page.locator('#password').fill('not the password at all');
    await page.locator('#code').fill('000000');
    await page.locator('#code').press('Enter');
    assert.match(await page.getByRole('alert').textContent(), /ไม่ตรงกัน/, 'what is wrong is said in the language of the page');
    await page.locator('.c-languages a[lang=en]').click();
    assert.equal(await page.textContent('h1'), 'Sign in');
    faults(page);
});

test('a member reads the language she prefers: the whole way in Khmer, on a telephone', async () => {
    const page = await newPage(house, { viewport: PHONE });
    await house.signIn(page, 'bopha');
    assert.equal(await page.locator('html').getAttribute('lang'), 'km');
    assert.equal(await page.textContent('h1'), 'អ្វីដែលត្រូវការអ្នក');
    await serious(page);
    await page.getByRole('link', { name: 'ស្វែងរកបុគ្គល' }).first().click();
    await page.locator('#text').fill('sok d');
    await page.getByRole('button', { name: 'ស្វែងរក' }).click();
    await serious(page);
    await page.locator('.c-hit a').first().click();
    await page.getByText('កើត').first().waitFor();
    await serious(page);
    assert.match(await page.textContent('dl'), /\d (មករា|កុម្ភៈ|មីនា|មេសា|ឧសភា|មិថុនា|កក្កដា|សីហា|កញ្ញា|តុលា|វិច្ឆិកា|ធ្នូ) \d{4}/, 'a birth date in Khmer');
    const address = page.url();
    await page.goto('/language/th');
    await page.goto(address);
    assert.match(await page.textContent('dl'), /2[45]\d\d \(ค\.ศ\. (19|20)\d\d\)/, 'the year of both eras in Thai');
    faults(page);
});

test('an administrator invites, and reads no case', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'admin');
    assert.equal(await page.getByRole('link', { name: 'Find a person' }).count(), 0);
    for (const path of ['/search', '/persons/00000000000000000000000000000000', '/log']) {
        const answer = await page.goto(path);
        assert.equal(answer.status(), 403, path);
    }
    await page.goto('/members/new');
    await serious(page);
    await page.getByLabel('Name', { exact: true }).fill('<b>Practice</b> Officer');
    await page.getByLabel('Login name').fill('officer');
    await page.getByLabel('Investigator').check();
    await page.getByRole('button', { name: 'Invite' }).click();
    assert.match(await page.locator('[data-code]').textContent(), /^\w{5}-\w{5}-\w{5}-\w{5}$/);
    await page.goto('/members');
    assert.ok(await page.getByText('<b>Practice</b> Officer').isVisible(), 'markup is text');
    await serious(page);
    page.seen = page.seen.filter(what => !what.startsWith('console')); // the refused pages
    faults(page);
});

test('who is suspended is out at once', async () => {
    const page = await newPage(house), admin = await newPage(house);
    await house.signIn(page, 'dara');
    await house.signIn(admin, 'admin');
    await admin.goto('/members');
    await admin.getByRole('button', { name: /Suspend Practice Dara/ }).click();
    await page.goto('/search');
    assert.equal(new URL(page.url()).pathname, '/sign-in');
    await admin.getByRole('button', { name: /Take Practice Dara/ }).click();
    await house.signIn(page, 'dara');
    faults(admin);
});

test('a supervisor checks the log; a form of another session is refused', async () => {
    const page = await newPage(house);
    await house.signIn(page, 'sophea');
    await page.goto('/log');
    await serious(page);
    await page.locator('input[name=csrf]').last().evaluate(field => { field.value = 'ab'.repeat(32); });
    await page.getByRole('button', { name: 'Check the whole log' }).click();
    assert.match(await page.textContent('main'), /from another session/);
    await page.goto('/log');
    await page.getByRole('button', { name: 'Check the whole log' }).click();
    assert.match(await page.textContent('main'), /the log holds together/);
    await page.goto('/partners');
    await serious(page);
    await page.goto('/account');
    await serious(page);
});
