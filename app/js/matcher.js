// The search for duplicates in a worker, so that the page stays quick.
export class Matching {
  #reject;
  #worker = new Worker(MATCHER_PATH, { type: 'module' });

  add(rows) {
    this.#worker.postMessage({ rows });
  }

  // Searches; tells `progress` the share that is done, from 0 to 1, and returns what was found as JSON.
  search(progress) {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      this.#worker.onmessage = ({ data }) => ('found' in data ? resolve(data.found) : progress(data.share));
      this.#worker.onerror = (event) => reject(event);
      this.#worker.postMessage({});
    });
  }

  // Ends the worker, and with it a search that is under way.
  end() {
    this.#worker.terminate();
    this.#reject?.(new Error('ended'));
  }
}
