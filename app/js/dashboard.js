// Starts the dashboard. Leptos writes static markup through a template element, which the page's
// Trusted Types policy has to allow; markup that could run anything is not part of it.
const FORBIDDEN = /<\s*(?:script|iframe|object|embed|base|meta|link)\b|\son[a-z]+\s*=|javascript:/i;
window.trustedTypes?.createPolicy('default', {
  createHTML: (markup) => (FORBIDDEN.test(markup) ? null : markup),
  // The workers there are: the search for duplicates, and the book that models are tried on.
  createScriptURL: (path) => (/^\/app\/(matcher|what-if)-worker-[0-9a-f]+\.js$/.test(path) ? path : null),
});
try {
  const theme = localStorage.getItem('theme');
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the system's theme stands.
}
import(PROGRAM_PATH);
