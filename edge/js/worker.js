// The door between workerd and the WASM modules: their handlers and the Durable Object.
// A trap (a Rust panic) ends the instance and everything that was in flight on it. Those requests
// are answered with an id, a fresh instance is made, and the next request is served by it.
import { DurableObject } from 'cloudflare:workers';
import * as wasm from './index.js';
import * as phone from './phone.js';
import phoneModule from './phone_bg.wasm';

// Every step of every future is queued by this function. The platform's own runs each through its
// C++ side, which costs a tenth of a whole refusal; a settled promise queues the same microtask.
globalThis.queueMicrotask = (task) => void Promise.resolve().then(task);

// The numbering plans are a module of their own, started when the first number is asked about.
let phoneStarted = false;
globalThis.describePhone = (text, region) => {
  if (!phoneStarted) phone.initSync({ module: phoneModule });
  phoneStarted = true;
  return phone.describe_phone(text, region);
};

// A module with its instance, which lasts until it traps.
class Program {
  constructor(wasm) {
    this.wasm = wasm;
    this.state = wasm.__worker_init_state();
    this.inFlight = new Set();
  }

  mark(error) {
    if (!(error instanceof WebAssembly.RuntimeError)) return;
    this.state.criticalError = true;
    for (const fail of this.inFlight) fail(error);
    this.inFlight.clear();
  }

  revive() {
    if (!this.state.criticalError) return;
    console.log('starting a fresh instance after a trap');
    this.wasm.__wbg_reset_state();
    this.state.criticalError = false;
    this.state.instanceId++;
  }

  // Runs `work`, and fails with the trap if the instance dies while it is pending.
  guarded(work) {
    this.revive();
    return new Promise((resolve, reject) => {
      this.inFlight.add(reject);
      const settled = (settle) => (value) => {
        this.inFlight.delete(reject);
        settle(value);
      };
      const failed = settled((error) => {
        this.mark(error);
        reject(error);
      });
      try {
        work(this.wasm).then(settled(resolve), failed);
      } catch (error) {
        failed(error);
      }
    });
  }

  fetch(request, env, context) {
    return this.guarded((wasm) => wasm.fetch(request, env, context));
  }
}

const capture = new Program(wasm);

// What an owner does is in modules of their own, each started by the first request for it.
const OWNERS = {
  desk: ['api-keys', 'leads', 'overview', 'scoring', 'sessions', 'today', 'track'],
  workshop: ['backup', 'import-checks', 'imports', 'merges', 'people', 'site-tests', 'suppression-checks'],
};
const IMPORTS = { desk: () => import('./desk.js'), workshop: () => import('./workshop.js') };
const MODULE_OF = new Map(Object.entries(OWNERS).flatMap(([module, paths]) => paths.map((path) => [path, module])));
const OWNERS_PATH = /^https?:\/\/[^/]+\/api\/v1\/([^/?#]+)/;
const starting = {};
const started = [capture];

function programOf(url) {
  const module = MODULE_OF.get(OWNERS_PATH.exec(url)?.[1]);
  if (!module) return capture;
  return (starting[module] ??= IMPORTS[module]().then((wasm) => {
    const program = new Program(wasm);
    started.push(program);
    return program;
  }));
}

// A trap that nobody waits for names no module, so all start afresh.
function mark(error) {
  for (const program of started) program.mark(error);
}

addEventListener('error', (event) => mark(event.error));
addEventListener('unhandledrejection', (event) => mark(event.reason));

function explain(error) {
  const request_id = crypto.randomUUID();
  console.error(`request ${request_id}:`, error);
  const problem = { code: 'internal', title: 'Something broke on our side.', status: 500, request_id };
  const headers = { 'content-type': 'application/problem+json' };
  return new Response(JSON.stringify(problem), { status: 500, headers });
}

// What an answer has that says nothing else: it is nobody's to keep, to frame or to run.
const POLICY = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'strict-origin-when-cross-origin',
  // Browsers heed it over TLS alone (RFC 6797 §8.1).
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
};

function secured(answer) {
  if (answer.webSocket) return answer;
  // The headers of a file are not to be changed in place.
  const response = new Response(answer.body, answer);
  for (const [name, value] of Object.entries(POLICY)) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
}

async function answered(request, env, context) {
  try {
    const program = await programOf(request.url);
    return await program.fetch(request, env, context);
  } catch (error) {
    return explain(error);
  }
}

export default {
  async fetch(request, env, context) {
    return secured(await answered(request, env, context));
  },

  scheduled(event, env, context) {
    return capture.guarded((wasm) => wasm.scheduled(event, env, context));
  },
};

// After a trap the Rust half of an object is gone; it is made again from the same state and storage.
export class LeadFeed extends DurableObject {
  #rust;
  #instanceId;

  #call(method, ...args) {
    return capture.guarded((wasm) => {
      if (this.#instanceId !== capture.state.instanceId) {
        this.#rust = new wasm.LeadFeed(this.ctx, this.env);
        this.#instanceId = capture.state.instanceId;
      }
      return this.#rust[method](...args);
    });
  }

  fetch(request) {
    return this.#call('fetch', request);
  }

  alarm(info) {
    return this.#call('alarm', info);
  }

  webSocketMessage(socket, message) {
    return this.#call('webSocketMessage', socket, message);
  }

  webSocketClose(socket, code, reason, wasClean) {
    return this.#call('webSocketClose', socket, code, reason, wasClean);
  }

  webSocketError(socket, error) {
    return this.#call('webSocketError', socket, error);
  }
}
