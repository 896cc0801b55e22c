// The book on which a model is tried, in a worker, so that the page stays quick while it is scored.
export class Trying {
  #worker = new Worker(WHAT_IF_PATH, { type: 'module' });
  #waiting = [];

  constructor(facts, progress) {
    this.#worker.onmessage = ({ data }) => {
      if ('read' in data) return progress(data.read);
      const { resolve, reject } = this.#waiting.shift();
      if ('failed' in data) reject(new Error(data.failed));
      else resolve(data.done);
    };
    this.#worker.onerror = (event) => {
      for (const { reject } of this.#waiting.splice(0)) reject(event);
    };
    this.loaded = this.ask('load', facts);
    this.loaded.catch(() => {});
  }

  // Answers come in the order of the questions.
  ask(what, given) {
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
  }
}
