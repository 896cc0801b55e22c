// The search for duplicates in a worker, so that the page stays quick.
export class Matching {
  #worker = new Worker(MATCHER_PATH, { type: 'module' });
  #progress = () => {};
  #found = new Promise((resolve, reject) => {
    this.end = () => {
      this.#worker.terminate();
      reject(new Error('ended'));
    };
    this.#worker.onerror = reject;
    this.#worker.onmessage = ({ data }) => {
      if ('failed' in data) reject(new Error(data.failed));
      else if ('found' in data) resolve(data.found);
      else this.#progress(data.share);
    };
  });

  constructor() {
    // Whoever searches is told; before that there is nobody to tell.
    this.#found.catch(() => {});
  }

  add(leads) {
    this.#worker.postMessage({ leads });
  }

  // Searches; tells `progress` the share that is done, from 0 to 1, and returns what was found as JSON.
  search(progress) {
    this.#progress = progress;
    this.#worker.postMessage({});
    return this.#found;
  }
}
