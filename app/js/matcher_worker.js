// Runs the search for duplicates beside the page. It is given leads, then told to search; it says how
// far it is and then what it has found, or that it failed.
import { program, ready } from './matcher-program.js';

const PAIRS_AT_ONCE = 20_000;
let matcher;

async function work({ leads }) {
  await ready;
  matcher ??= new program.Matcher();
  if (leads) return matcher.add(leads);
  postMessage({ share: 0 });
  const pairs = matcher.learn();
  for (let from = 0; from < pairs; from += PAIRS_AT_ONCE) {
    matcher.compare(from, PAIRS_AT_ONCE);
    postMessage({ share: Math.min(1, (from + PAIRS_AT_ONCE) / pairs) });
  }
  postMessage({ found: matcher.found() });
}

onmessage = ({ data }) => work(data).catch((error) => postMessage({ failed: String(error) }));
