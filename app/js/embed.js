// The loader: it makes the form of this page usable, and fetches the widget on the first touch.
// On a hosted page the form is in the document; in an embed it comes in this very file.
const script = document.currentScript;
const origin = new URL(script.src).origin;
const FLAG = 'plumbline-outbox';
const LOAD_MS = 30_000;
const RETRY_MS = 5_000;
let widget;
let tries = '';

function load() {
  if (!widget) {
    const loaded = import(new URL(WIDGET_PATH + tries, origin).href).then(async (module) => (await module.ready, module.program));
    widget = Promise.race([loaded, new Promise((resolve, reject) => setTimeout(reject, LOAD_MS))]);
    // A failed load is tried again, by another name: the browser remembers this one.
    widget.catch(() => ((widget = undefined), (tries = `?${Date.now()}`)));
  }
  return widget;
}

// A policy that allows no WASM refuses the smallest module there is.
function isWasmBlocked() {
  try {
    new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  } catch {
    return true;
  }
}

function arm(form, host) {
  const id = form.dataset.plumbline;
  const page = { page_url: location.href, page_title: document.title, referrer: document.referrer };
  const hidden = (name) => form.querySelector(`[name=${name}]`);
  for (const [name, value] of Object.entries(page)) hidden(name).value ||= value;
  // A saved or cached page has the key of somebody else.
  hidden('idempotency_key').value = crypto.getRandomValues(new Uint8Array(16)).join('-');
  const tell = (kind) => {
    host.dispatchEvent(new CustomEvent(`plumbline:${kind}`, { bubbles: true, composed: true, detail: { form_id: id } }));
    navigator.sendBeacon(`${origin}/api/v1/forms/${id}/page-views`, JSON.stringify({ kind, page }));
  };
  tell('view');
  const status = form.querySelector('.pl-status');
  let started;
  let attached;
  const start = () => {
    started ||= tell('start') ?? true;
    attached ??= load().then((program) => ((status.textContent = ''), program.attach(form, origin)));
    attached.catch(() => (attached = undefined));
    return attached;
  };
  for (const kind of ['focusin', 'pointerdown']) form.addEventListener(kind, start);
  // What is pressed before the widget is there waits for it.
  form.noValidate = true;
  const send = (event) => {
    if ('attached' in form.dataset) return;
    event?.preventDefault();
    status.textContent ||= 'Sending…';
    start().then(
      () => form.requestSubmit(),
      (error) => {
        // Where WASM is blocked, and where the form is of another version, it goes on as plain HTML; without a
        // network it waits for one.
        if (typeof error === 'string' || isWasmBlocked()) return HTMLFormElement.prototype.submit.call(form);
        status.textContent = 'The server cannot be reached. Leave this page open: your answers are sent as soon as it can.';
        setTimeout(send, RETRY_MS);
      },
    );
  };
  form.addEventListener('submit', send);
}

function markup(html) {
  const policy = window.trustedTypes?.createPolicy('plumbline', { createHTML: (text) => text });
  return policy ? policy.createHTML(html) : html;
}

class PlumblineForm extends HTMLElement {
  connectedCallback() {
    const known = window.plumblineForms?.[`f_${this.getAttribute('form').replaceAll('-', '_')}`];
    if (!known || this.shadowRoot) return;
    const root = this.attachShadow({ mode: 'open' });
    if (known.blocked?.includes(location.origin)) {
      root.append(Object.assign(document.createElement('p'), { textContent: known.notice }));
      return;
    }
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(known.css);
    root.adoptedStyleSheets = [sheet];
    // A template, since the page may have put this into a form of its own.
    const template = document.createElement('template');
    template.innerHTML = markup(known.html);
    root.append(template.content);
    arm(root.querySelector('form'), this);
  }
}

const hosted = document.querySelector('form[data-plumbline]');
if (hosted) {
  arm(hosted, hosted);
} else {
  if (!customElements.get('plumbline-form')) customElements.define('plumbline-form', PlumblineForm);
  const id = new URL(script.src).searchParams.get('form');
  if (!document.querySelector(`plumbline-form[form="${CSS.escape(id)}"]`)) {
    const element = document.createElement('plumbline-form');
    element.setAttribute('form', id);
    // In the head nothing is shown.
    const place = () => (script.closest('head') ? document.body.append(element) : script.after(element));
    if (document.body) place();
    else addEventListener('DOMContentLoaded', place);
  }
}

try {
  if (localStorage.getItem(FLAG)) load().then((program) => program.send_kept(), () => {});
} catch {
  // Storage is not allowed here, so nothing can be waiting in it.
}
