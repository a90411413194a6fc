// build: style sheet, scripts and fonts become one C source: a table of files with their bytes, compressed bytes and hashed names.
//
//     node build.mjs OUT.c OUT.h SOURCE-FOLDER
//
// A file is served under /a/NAME.HASH.EXT and may be kept for ever: another content has another name. Names in the style sheet are
// replaced by the hashed ones. The table is struct asset of src/face/web/assets.h.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const sass = await import('sass').catch(() => {
    console.error('web-assets: its modules are missing: ./dev setup, or npm ci --prefix web-assets');
    process.exit(1);
});

const [out, header, folder] = process.argv.slice(2);
const modules = join(folder, 'node_modules');
const types = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', woff2: 'font/woff2', svg: 'image/svg+xml' };

const files = [];
function add(name, bytes) {
    const dot = name.lastIndexOf('.');
    const etag = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
    const type = types[name.slice(dot + 1)];
    const small = type.startsWith('font/') ? Buffer.alloc(0) : gzipSync(bytes, { level: 9 });
    const file = { name, path: `/a/${name.slice(0, dot)}.${etag}${name.slice(dot)}`, type, bytes, small, etag };
    files.push(file);
    return file;
}

const font = (family, part) => [400, 700].map(weight => `${family}-${part}-${weight}-normal.woff2`)
    .map(name => add(name, readFileSync(join(modules, '@fontsource', family, 'files', name))));
const fonts = [...font('noto-sans', 'latin'), ...font('noto-sans', 'vietnamese'), ...font('noto-sans-khmer', 'khmer'), ...font('noto-sans-thai', 'thai')];

let css = sass.compile(join(folder, 'comity.scss'), {
    style: 'compressed', loadPaths: [modules], quietDeps: true, logger: sass.Logger.silent }).css;
for (const file of fonts)
    css = css.replaceAll(`/a/${file.name}`, file.path);
add('comity.css', Buffer.from(css));
for (const script of ['comity.js', 'pocket.js', 'passkey.js', 'room.js', 'listen.js'])
    add(script, readFileSync(join(folder, script)));
add('icon.svg', readFileSync(join(folder, 'icon.svg')));

const array = (id, bytes) => `static const unsigned char ${id}[] = {${[...bytes, 0].join(',')}};\n`;
let c = '#include "face/web/assets.h"\n';
files.forEach((file, i) => { c += array(`bytes_${i}`, file.bytes) + (file.small.length ? array(`small_${i}`, file.small) : ''); });
c += 'const struct asset assets[] = {\n';
files.forEach((file, i) => {
    c += `    {"${file.name}", "${file.path}", "${file.type}", "${file.etag}", {bytes_${i}, ${file.bytes.length}}, ` +
        (file.small.length ? `{small_${i}, ${file.small.length}}},\n` : '{0}},\n');
});
c += '    {0},\n};\n';
writeFileSync(out, c);
// What pages name is a constant, so that a name that is not there does not compile.
writeFileSync(header, '#pragma once\n' + files.filter(f => !f.type.startsWith('font/')).map(f =>
    `#define ASSET_${f.name.replace(/\W/g, '_').toUpperCase()} "${f.path}"\n`).join(''));
