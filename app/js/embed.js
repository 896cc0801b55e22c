// The loader: it makes the form of this page usable, and fetches the widget on the first touch.
// On a hosted page the form is in the document; in an embed it comes in this very file.
const script = document.currentScript;
const origin = new URL(script.src).origin;
const FLAG = 'plumbline-outbox';
let widget;

function load() {
  widget ??= import(new URL(WIDGET_PATH, origin).href).then(async (module) => {
    await module.ready;
    return module.program;
  });
  return widget;
}

function key() {
  return crypto.getRandomValues(new Uint8Array(16)).join('-');
}

function arm(form, host) {
  const id = form.dataset.plumbline;
  const page = { page_url: location.href, page_title: document.title, referrer: document.referrer };
  for (const [name, value] of Object.entries({ ...page, idempotency_key: key() })) {
    const input = form.elements[name];
    if (!input.value) input.value = value;
  }
  const tell = (kind) => {
    host.dispatchEvent(new CustomEvent(`plumbline:${kind}`, { bubbles: true, composed: true, detail: { form_id: id } }));
    navigator.sendBeacon(`${origin}/api/v1/forms/${id}/page-views`, JSON.stringify({ kind, page }));
  };
  tell('view');
  const touched = new AbortController();
  const start = () => {
    touched.abort();
    tell('start');
    // Where WASM is blocked the form goes on as plain HTML and loses nothing.
    load().then((program) => program.attach(form, origin), () => {});
  };
  for (const kind of ['focusin', 'pointerdown']) form.addEventListener(kind, start, { signal: touched.signal });
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
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(known.css);
    root.adoptedStyleSheets = [sheet];
    root.innerHTML = markup(known.html);
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
    script.after(element);
  }
}

try {
  if (localStorage.getItem(FLAG)) load().then((program) => program.send_kept(), () => {});
} catch {
  // Storage is not allowed here, so nothing can be waiting in it.
}
