// The check of a domain that nobody has asked about, with a resolver that answers in 20 ms.
// node checks.mjs ORIGIN
const [origin] = process.argv.slice(2);
const COUNT = 400;
const LANES = 4;
const run = Date.now().toString(36);
const [took, verdicts] = [[], {}];
let next = 0;
async function lane() {
  while (next < COUNT) {
    const domain = `far-${run}-${next++}.co`;
    const start = performance.now();
    const answer = await fetch(`${origin}/api/v1/domain-checks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ form_id: 'demo', domain }),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    const { verdict } = await answer.json();
    took.push(performance.now() - start);
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  }
}
await Promise.all(Array.from({ length: LANES }, lane));
took.sort((a, b) => a - b);
const at = (share) => took[Math.floor((took.length - 1) * share)].toFixed(0);
const unknown = ((100 * (verdicts.unknown ?? 0)) / COUNT).toFixed(1);
console.log(`domain check, ${LANES} at once   median ${at(0.5)} ms, p95 ${at(0.95)} ms; unknown ${unknown} % of ${COUNT}`);
