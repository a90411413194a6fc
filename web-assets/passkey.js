// Passkeys: a form with data-passkey is shown when this browser can do it; sending it asks the authenticator and fills in the answer.
'use strict';

const LASTS = 4 * 60 * 1000; // a challenge is good for five minutes
const ALGORITHMS = [-7, -8, -257]; // ES256, EdDSA, RS256: those of webauthn_algorithms

const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
const text = buffer => buffer ? btoa(String.fromCharCode(...new Uint8Array(buffer))) : '';
const keys = known => known ? known.split(',').map(id => ({ type: 'public-key', id: bytes(id) })) : [];

// A page that was left open too long: the same page once more has a fresh challenge, or says that one must sign in first.
async function freshen(form) {
    if (performance.now() < LASTS) return true;
    const answer = await fetch(form.dataset.ask);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const other = answer.redirected ? null : page.querySelector(`form[data-passkey=${form.dataset.passkey}]`);
    if (!other) { location.assign(answer.url); return false; }
    for (const name of ['challenge', 'csrf'])
        form.elements[name].value = other.elements[name].value;
    return true;
}

async function create({ site, known, user, login, name }, challenge) {
    const { response } = await navigator.credentials.create({ publicKey: {
        challenge, rp: { id: site, name: 'Comity' }, user: { id: bytes(user), name: login, displayName: name },
        pubKeyCredParams: ALGORITHMS.map(alg => ({ type: 'public-key', alg })), excludeCredentials: keys(known), attestation: 'none',
        authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' } } });
    return { client_data: response.clientDataJSON, attestation: response.attestationObject };
}

async function get({ site, known }, challenge) {
    const { rawId, response } = await navigator.credentials.get({ publicKey: {
        challenge, rpId: site, allowCredentials: keys(known), userVerification: 'required' } });
    return { client_data: response.clientDataJSON, credential: rawId, authenticator_data: response.authenticatorData,
        signature: response.signature, user: response.userHandle };
}

async function send(form) {
    const problem = form.querySelector('[data-problem]'), button = form.querySelector('button');
    problem.hidden = true;
    button.disabled = true;
    try {
        if (!await freshen(form)) return;
        const answer = await (form.dataset.passkey === 'create' ? create : get)(form.dataset, bytes(form.elements.challenge.value));
        for (const [name, value] of Object.entries(answer))
            form.elements[name].value = text(value);
        form.submit();
    } catch {
        problem.hidden = false; // stopped by whoever sits there, or nothing that fits
    }
    button.disabled = false;
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
    if (!globalThis.PublicKeyCredential || location.hostname !== form.dataset.site) continue;
    form.hidden = false;
    for (const other of document.querySelectorAll('[data-otherwise]'))
        other.hidden = true;
    form.addEventListener('submit', event => {
        event.preventDefault();
        event.stopPropagation(); // it is sent later, and perhaps more than once
        send(form);
    });
}
