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
  // A failed load is tried again.
  widget.catch(() => (widget = undefined));
  return widget;
}

function arm(form, host) {
  const id = form.dataset.plumbline;
  const page = { page_url: location.href, page_title: document.title, referrer: document.referrer };
  for (const [name, value] of Object.entries(page)) form.elements[name].value ||= value;
  // A saved or cached page has the key of somebody else.
  form.elements.idempotency_key.value = crypto.getRandomValues(new Uint8Array(16)).join('-');
  const tell = (kind) => {
    host.dispatchEvent(new CustomEvent(`plumbline:${kind}`, { bubbles: true, composed: true, detail: { form_id: id } }));
    navigator.sendBeacon(`${origin}/api/v1/forms/${id}/page-views`, JSON.stringify({ kind, page }));
  };
  tell('view');
  let started;
  let attached;
  const start = () => {
    started ||= tell('start') ?? true;
    return (attached ??= load().then((program) => program.attach(form, origin)));
  };
  for (const kind of ['focusin', 'pointerdown']) form.addEventListener(kind, () => start().catch(() => (attached = 0)), { once: true });
  // What is pressed before the widget is there waits for it.
  form.noValidate = true;
  const send = (event) => {
    if ('attached' in form.dataset) return;
    event?.preventDefault();
    start().then(
      () => form.requestSubmit(),
      () => {
        attached = undefined;
        // Where WASM is blocked the form goes on as plain HTML; without a network it waits for one.
        if (navigator.onLine) HTMLFormElement.prototype.submit.call(form);
        else addEventListener('online', () => send(), { once: true });
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
