// lines: a phone's browser ends lines of Khmer, Thai, Lao and Burmese between words by itself, so the pages put nothing into such text.
// (Paper is set by pango, which does not: ground/text/breaks.h.) A bar is where a line may end.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser, openBrowser, PHONE } from './lib.mjs';

const sentences = {
    km: 'ខ្ញុំ|រស់នៅ|ក្នុង|ភូមិ|មួយ|នៅ|ខេត្ត|បាត់|ដំបង|ជាមួយ|គ្រួសារ|របស់|ខ្ញុំ',
    th: 'ฉัน|อาศัย|อยู่|ใน|หมู่บ้าน|เล็ก|แห่ง|หนึ่ง|กับ|ครอบครัว|ของ|ฉัน',
    lo: 'ຂ້ອຍ|ອາໄສ|ຢູ່ໃນ|ບ້ານ|ກັບ|ຄອບຄົວ',
    my: 'ကျွန်ုပ်|သည်|ရွာ|တစ်|ရွာ|တွင်|မိသားစု|နှင့်',
};

after(closeBrowser);

// Where the lines of the one paragraph end, as offsets into its text.
function lineEnds() {
    const text = document.querySelector('p').firstChild, range = document.createRange(), ends = [];
    let line = null;
    for (let i = 0; i < text.length; i++) {
        range.setStart(text, i);
        range.setEnd(text, i + 1);
        const boxes = [...range.getClientRects()];
        if (!boxes.length)
            continue;
        const top = boxes.at(-1).top;
        if (line !== null && top - line > 8)
            ends.push(i);
        line = top;
    }
    return ends;
}

test('no line ends within a word, at any width of a phone', async () => {
    const page = await (await openBrowser()).newPage({ viewport: PHONE });
    for (const [language, sentence] of Object.entries(sentences)) {
        const words = Array(4).fill(sentence.split('|')).flat();
        const allowed = new Set();
        words.reduce((at, word) => (allowed.add(at + word.length), at + word.length), 0);
        for (let width = 90; width <= PHONE.width; width += 10) {
            await page.setContent(`<p lang="${language}" style="width: ${width}px; font-size: 19px">${words.join('')}</p>`);
            const ends = await page.evaluate(lineEnds);
            assert.ok(ends.length > 0, `${language}: ${width} px is wide enough for all of it`);
            assert.deepEqual(ends.filter((at) => !allowed.has(at)), [], `${language} at ${width} px`);
        }
    }
    await page.close();
});
