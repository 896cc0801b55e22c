// The book on which a model is tried, in a worker, so that the page stays quick while it is scored.
export class Trying {
  #worker = new Worker(WHAT_IF_PATH, { type: 'module' });
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
      this.#dead = true;
      for (const { reject } of this.#waiting.splice(0)) reject(new Error('ended'));
    };
    this.loaded = this.ask('load', facts);
    this.loaded.catch(() => {});
  }

  // Answers come in the order of the questions. What is wrong with a model is a text, what is wrong
  // with anything else an error.
  ask(what, given) {
    if (this.#dead) return Promise.reject(new Error('ended'));
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
    this.#dead = true;
    this.#worker.terminate();
  }
}
