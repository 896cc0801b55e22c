// The book on which a model is tried, in a worker, so that the page stays quick while it is scored.
// A module that is sound only where there are instructions for many numbers at once.
const MANY_AT_ONCE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);

const BROKEN_OFF = 'its worker broke off';

export class Trying {
  #worker = new Worker(WebAssembly.validate(MANY_AT_ONCE) ? WHAT_IF_SIMD_PATH : WHAT_IF_PATH, { type: 'module' });
  #waiting = [];
  #dead = false;

  constructor(facts, progress) {
    this.#worker.onmessage = ({ data }) => {
      if ('read' in data) return progress(data.read);
      const { resolve, reject } = this.#waiting.shift();
      if ('done' in data) resolve(data.done);
      else reject('refused' in data ? data.refused : new Error(data.failed));
    };
    this.#worker.onerror = () => {
      this.#breakOff();
    };
    this.loaded = this.ask('load', facts);
    this.loaded.catch(() => {});
  }

  // Answers come in the order of the questions. What is wrong with a model is a text, what is wrong
  // with anything else an error.
  ask(what, given) {
    if (this.#dead) return Promise.reject(new Error(BROKEN_OFF));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage({ what, given });
    });
  }

  // Returns when the whole book was read.
  load() {
    return this.loaded;
  }

  end() {
    this.#worker.terminate();
    this.#breakOff();
  }

  // Nobody waits for what will not be answered.
  #breakOff() {
    this.#dead = true;
    for (const { reject } of this.#waiting.splice(0)) reject(new Error(BROKEN_OFF));
  }
}
