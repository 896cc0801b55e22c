// What a submission has to do, by hand in JavaScript: the same checks in short, the same limiter, the
// very same statements, the same outbox and its consumer. It shows what of a submission's CPU is the
// job, whatever the language. No product: no forms, no DNS, no explanations.
import { DurableObject } from 'cloudflare:workers';
import { statements } from './statements.js';

const SIZES = ['1-10', '11-50', '51-200', '201-1000', '1000+'];
const EMAIL = /^(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,}$/;
const known = new Map();
let coveredUntil = 0;

function refused(answers) {
  if (answers === null || typeof answers !== 'object') return 'answers';
  const text = (name, least, most) => {
    const value = answers[name] ?? '';
    return typeof value !== 'string' || value.length < least || value.length > most;
  };
  if (text('name', 1, 200)) return 'name';
  if (text('email', 3, 254) || !EMAIL.test(answers.email)) return 'email';
  if (text('company', 0, 200)) return 'company';
  if (answers.company_size !== undefined && !SIZES.includes(answers.company_size)) return 'company_size';
  if (text('need', 0, 5000)) return 'need';
}

function scored(answers, now) {
  const reasons = [];
  const add = (rule, points) => reasons.push({ rule, label: `Because of ${rule}`, dimension: 'fit', points });
  if (!/@(gmail|outlook|yahoo)\.com$/.test(answers.email)) add('company_address', 10);
  if (answers.company_size === '51-200') add('company_size', 20);
  if (/quote|pricing/.test(answers.need ?? '')) add('wants_a_quote', 15);
  reasons.push({ rule: 'hand_raise', label: 'Asked to be contacted', dimension: 'engagement', points: 50, age_ms: 0 });
  const fit = reasons.filter((one) => one.dimension === 'fit').reduce((sum, one) => sum + one.points, 0);
  return { fit, engagement: 50, cell: fit >= 50 ? 'A1' : 'B1', reasons, model_version: 1, scored_at: now };
}

// One random tail of a time-ordered id, as RFC 9562 has it.
function timeOrderedId(now) {
  const time = now.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
}

async function submit(request, env, context) {
  let body;
  try {
    body = await request.json();
  } catch {
    return Response.json({ code: 'malformed_body' }, { status: 400 });
  }
  const field = refused(body.answers);
  if (field) return Response.json({ code: 'invalid_fields', errors: [{ field }] }, { status: 422 });
  const client = request.headers.get('cf-connecting-ip') ?? 'unknown';
  const { success } = await env.REQUEST_LIMIT.limit({ key: `submissions/${client}` });
  if (!success) return Response.json({ code: 'rate_limited' }, { status: 429 });
  const { answers } = body;
  const now = Date.now();
  const domain = answers.email.slice(answers.email.lastIndexOf('@') + 1);
  if (!known.has(domain)) known.set(domain, { verdict: 'deliverable', evidence: [{ check: 'mx', answer: `10 mx.${domain}` }], checked_at: now });
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(answers))));
  const hash = Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const score = scored(answers, now);
  const observations = [{ kind: 'form_submitted', at: now }, { kind: 'hand_raised', at: now }];
  const attribution = { source: 'direct', landing: request.headers.get('referer') ?? '' };
  const details = { answers, assessment: known.get(domain), attribution, score, observations, note: '' };
  const id = timeOrderedId(now);
  const key = request.headers.get('idempotency-key') ?? crypto.randomUUID();
  const day = Math.floor(now / 86_400_000);
  const result = await env.DB.prepare(statements.insert)
    .bind(id, 'demo', key, hash, now, day, 'lead', score.cell, 4_000 + score.fit, score.fit, score.engagement, 'direct', 'deliverable', answers.name, answers.email, answers.company ?? '', JSON.stringify(details))
    .run();
  if (result.meta.changes === 0) return Response.json({ code: 'known' }, { status: 200 });
  if (Date.now() > coveredUntil) {
    coveredUntil = Date.now() + 600;
    const feed = env.LEAD_FEED.get(env.LEAD_FEED.idFromName('lead-feed'));
    context.waitUntil(feed.fetch('https://lead-feed/wake'));
  }
  return Response.json({ lead_id: id, next_step: 'call' }, { status: 201, headers: { 'x-content-type-options': 'nosniff', vary: 'Origin' } });
}

export default {
  fetch(request, env, context) {
    const { pathname } = new URL(request.url);
    if (request.method === 'POST' && pathname === '/api/v1/forms/demo/submissions') return submit(request, env, context);
    return new Response('not found', { status: 404 });
  },
};

export class LeadFeed extends DurableObject {
  async fetch() {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + 500);
    return new Response(null, { status: 204 });
  }

  async alarm() {
    const { DB } = this.env;
    const { up_to, events } = await DB.prepare(statements.find).bind('lead_feed', 250).first();
    if (up_to === null) return;
    await DB.batch([statements.index, statements.advance].map((sql) => DB.prepare(sql).bind('lead_feed', up_to)));
    if (events === 250) await this.ctx.storage.setAlarm(Date.now());
  }
}
