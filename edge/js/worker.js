// The door between workerd and the WASM module: its handlers and its Durable Object.
// A trap (a Rust panic) ends the instance and everything that was in flight on it. Those requests
// are answered with an id, a fresh instance is made, and the next request is served by it.
import { DurableObject } from 'cloudflare:workers';
import * as wasm from './index.js';
import * as phone from './phone.js';
import phoneModule from './phone_bg.wasm';

const state = wasm.__worker_init_state();
const inFlight = new Set();

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

function mark(error) {
  if (!(error instanceof WebAssembly.RuntimeError)) return;
  state.criticalError = true;
  for (const fail of inFlight) fail(error);
  inFlight.clear();
}

function revive() {
  if (!state.criticalError) return;
  console.log('starting a fresh instance after a trap');
  wasm.__wbg_reset_state();
  state.criticalError = false;
  state.instanceId++;
}

addEventListener('error', (event) => mark(event.error));
addEventListener('unhandledrejection', (event) => mark(event.reason));

// Runs `work`, and fails with the trap if the instance dies while it is pending.
function guarded(work) {
  revive();
  return new Promise((resolve, reject) => {
    inFlight.add(reject);
    const settled = (settle) => (value) => {
      inFlight.delete(reject);
      settle(value);
    };
    const failed = settled((error) => {
      mark(error);
      reject(error);
    });
    try {
      work().then(settled(resolve), failed);
    } catch (error) {
      failed(error);
    }
  });
}

function explain(error) {
  const request_id = crypto.randomUUID();
  console.error(`request ${request_id}:`, error);
  const problem = { code: 'internal', title: 'Something broke on our side.', status: 500, request_id };
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' };
  return new Response(JSON.stringify(problem), { status: 500, headers });
}

export default {
  fetch(request, env, context) {
    return guarded(() => wasm.fetch(request, env, context)).catch(explain);
  },

  scheduled(event, env, context) {
    return guarded(() => wasm.scheduled(event, env, context));
  },
};

// After a trap the Rust half of an object is gone; it is made again from the same state and storage.
export class LeadFeed extends DurableObject {
  #rust;
  #instanceId;

  #call(method, ...args) {
    return guarded(() => {
      if (this.#instanceId !== state.instanceId) {
        this.#rust = new wasm.LeadFeed(this.ctx, this.env);
        this.#instanceId = state.instanceId;
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
