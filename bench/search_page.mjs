// search_page: finding a person among a million through the page, as the list that follows one's typing asks for it: 500 searches of
// different kinds by a member signed in, each an act with its leaf; first right after the start of the server, then once more.
//
//     node bench/search_page.mjs BUILD-FOLDER [PERSONS [SEARCHES]]
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { build, figure, openHouse, quantile, run } from './house.mjs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

const persons = Number(process.argv[3] ?? 1000000), wanted = Number(process.argv[4] ?? 500);
const folder = mkdtempSync(join(tmpdir(), 'comity-persons-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const list = join(folder, 'persons.csv');
let begun = Date.now();
await run('sh', ['-c', `${build}/tools/practice --persons ${persons} >${list}`]);

// Every so-many-th person of the list, as cells by column.
const people = [];
let columns, line = 0;
for await (const text of createInterface({ input: createReadStream(list) })) {
    const cells = text.split(',').map(cell => cell.replace(/^"|"$/g, ''));
    if (!columns) columns = cells;
    else if (line++ % Math.floor(persons / wanted) === 0) people.push(Object.fromEntries(columns.map((name, i) => [name, cells[i]])));
}

const column = (...names) => columns.find(name => names.some(part => name.toLowerCase().includes(part)));
const given = column('first', 'given'), family = column('second', 'family'), born = column('birth', 'born'), number = column('identity', 'document');
const phone = column('phone');
const slip = text => text.length > 3 ? text.slice(0, 2) + text.slice(3) : text; // a letter left out
const kinds = [
    ['name', p => `${p[given]} ${p[family]}`], ['name turned round', p => `${p[family]} ${p[given]}`],
    ['beginning of a name', p => `${p[family]} ${p[given].slice(0, 2)}`], ['one letter left out', p => `${slip(p[given])} ${p[family]}`],
    ['name and year', p => `${p[given]} ${p[family]} ${(/\d{4}/.exec(p[born] ?? '') ?? [''])[0]}`], ['family name only', p => p[family]],
    ['number of a document', p => p[number] || p[family]], ['telephone', p => p[phone] || p[given]],
];
const searches = people.slice(0, wanted).map((person, i) => { const [kind, text] = kinds[i % kinds.length]; return { kind, text: text(person).trim() }; });

console.log(`${persons} persons written in ${((Date.now() - begun) / 1000).toFixed(0)} s`);
begun = Date.now();
const house = await openHouse({ roles: ['caseworker'], people: list });
console.log(`imported, served and signed in within ${((Date.now() - begun) / 1000).toFixed(0)} s`);
const [member] = house.members;
const rounds = [];
for (const round of ['cold', 'warm']) {
    const times = [], cpu = house.cpu();
    let found = 0;
    for (const search of searches) {
        const answer = await member.post('/search/find', { csrf: member.csrf, text: search.text }, { 'X-Requested-With': 'fetch' });
        if (answer.status !== 200) throw new Error(`${search.kind}: ${answer.status}`);
        times.push(search[round] = answer.ms);
        found += /\/persons\//.test(answer.text);
    }
    rounds.push(times);
    console.log(`${round}: p50 ${quantile(times, 0.5).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms, ` +
        `longest ${Math.max(...times).toFixed(1)} ms; ${((house.cpu() - cpu) / times.length / 1000).toFixed(1)} ms of CPU each; ${found} of ${times.length} with somebody found`);
}
for (const [kind] of kinds) {
    const times = searches.filter(search => search.kind === kind).map(search => search.warm);
    if (times.length) console.log(`    ${kind.padEnd(24)} p50 ${quantile(times, 0.5).toFixed(1).padStart(6)} ms   p95 ${quantile(times, 0.95).toFixed(1).padStart(6)} ms`);
}
figure(`search through the page, ${persons} persons, p95 (first ${wanted} searches)`, `${quantile(rounds[0], 0.95).toFixed(1)} ms`, '', '', '');
figure('the same once more, p95', `${quantile(rounds[1], 0.95).toFixed(1)} ms`, '', '', '<= 50 ms');
await house.close();
