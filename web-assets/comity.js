// What makes the pages better with JavaScript; none needs it. One file, no framework.
'use strict';

// Says to the server that pages which wait for something need not ask again by themselves.
document.cookie = 'script=on; path=/; SameSite=Lax';

// Quick exit: the page is gone from the screen and from "back" before the new one has loaded.
document.addEventListener('click', event => {
    const exit = event.target.closest('[data-exit]');
    if (!exit) return;
    event.preventDefault();
    document.documentElement.hidden = true;
    location.replace(exit.href);
});
document.addEventListener('keydown', (() => {
    let times = 0, last = 0;
    return event => { // Escape three times does the same
        if (event.key !== 'Escape') return;
        times = Date.now() - last < 1000 ? times + 1 : 1;
        last = Date.now();
        if (times === 3) document.querySelector('[data-exit]')?.click();
    };
})());

// A form is sent once.
document.addEventListener('submit', event => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method === 'post') form.dataset.sent = 'yes';
});
addEventListener('pageshow', () => { for (const form of document.forms) delete form.dataset.sent; });

// What is there to be printed has a button for it where there is a script.
for (const button of document.querySelectorAll('[data-print]')) {
    button.hidden = false;
    button.addEventListener('click', () => print());
}

// An error summary takes the focus, so that it is read first.
document.querySelector('[data-focus]')?.focus();

// Search as you type: after a pause in typing the same form gives the list alone, and the sealed address that shows it again.
for (const form of document.querySelectorAll('form[data-live]')) {
    const input = form.querySelector('input[type=search]'), list = document.getElementById(form.dataset.live);
    let timer, asked = '', running;
    const ask = async () => {
        const body = new URLSearchParams(new FormData(form)), query = body.toString();
        if (query === asked || input.value.trim().length < 2) return;
        asked = query;
        running?.abort();
        running = new AbortController();
        try {
            const answer = await fetch(form.action, { method: 'POST', body, headers: { 'X-Requested-With': 'fetch' }, signal: running.signal });
            if (answer.redirected) { location.assign(answer.url); return; } // signed out meanwhile
            const text = await answer.text();
            list.replaceChildren(...new DOMParser().parseFromString(text, 'text/html').body.childNodes);
            const again = list.querySelector('[data-again]')?.dataset.again;
            if (again) history.replaceState(null, '', `/search?again=${again}`); // coming back from a person shows the list
        } catch (error) {
            if (error.name !== 'AbortError') asked = ''; // the line is gone: the next letter tries again
        }
    };
    input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(ask, 300); });
}

// What goes on in the background: a part of the page is asked for again until it stands still; then the whole page is.
{
    const watch = part => setTimeout(async () => {
        try {
            const answer = await fetch(location.href, { headers: { 'X-Requested-With': 'fetch' } });
            const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
            const fresh = answer.ok && !answer.redirected && page.getElementById(part.id);
            if (!fresh?.dataset.poll) { location.reload(); return; }
            part.replaceChildren(...fresh.childNodes);
        } catch { /* the line is gone for a moment */ }
        watch(part);
    }, Number(part.dataset.poll));
    for (const part of document.querySelectorAll('[data-poll]')) watch(part);
}
