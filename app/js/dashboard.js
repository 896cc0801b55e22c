// Starts the dashboard. Leptos writes static markup through a template element, which the page's
// Trusted Types policy has to allow; markup that could run anything is not part of it.
const FORBIDDEN = /<\s*(?:script|iframe|object|embed|base|meta|link)\b|[\s/"']on[a-z]+\s*=|javascript:/i;
window.trustedTypes?.createPolicy('default', {
  createHTML: (markup) => (FORBIDDEN.test(markup) ? null : markup),
  // The workers there are: the search for duplicates, and the book that models are tried on.
  createScriptURL: (path) => (/^\/app\/(matcher|what-if|what-if-simd)-worker-[0-9a-f]+\.js$/.test(path) ? path : null),
});
try {
  const theme = localStorage.getItem('theme');
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the system's theme stands.
}
// A browser that translates the page puts elements in place of texts. The program goes on writing into
// the texts that it made, so each that is written to comes back, and is translated again.
const replaced = new WeakMap();
const written = new MutationObserver((changes) => {
  for (const { target } of changes) {
    const stand_in = replaced.get(target);
    if (stand_in?.isConnected) stand_in.replaceWith(target);
  }
});
new MutationObserver((changes) => {
  for (const { removedNodes, addedNodes } of changes) {
    const [text, stand_in] = [removedNodes[0], addedNodes[0]];
    if (text?.nodeType !== Node.TEXT_NODE || stand_in?.nodeName !== 'FONT') continue;
    replaced.set(text, stand_in);
    written.observe(text, { characterData: true });
  }
}).observe(document, { childList: true, subtree: true });
import(PROGRAM_PATH);
