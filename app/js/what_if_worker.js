// Reads the book from the Worker and scores it by the models that it is given, one question after the
// other: what is asked while the book is read waits for it.
import { program, ready } from './what-if-program.js';

let trial;

const WORK = {
  async load(facts) {
    // A book that broke off half-way is none: nothing is tried on it.
    const reading = new program.Trial(facts, Date.now());
    let query = '';
    for (;;) {
      const response = await fetch(`/api/v1/scoring/book${query}`);
      const text = await response.text();
      if (!response.ok) throw new Error(JSON.parse(text).title);
      const next = reading.add(text);
      postMessage({ read: reading.count() });
      if (!next) return void (trial = reading);
      query = `?after=${next}`;
    }
  },
  base: (model) => trial.base(model),
  try_model: (model) => trial.try_model(model),
  rejections: () => trial.rejections(),
  learn: (wishes) => trial.learn(wishes),
  look_back: (model) => trial.look_back(model),
};

async function answer({ what, given }) {
  try {
    await ready;
    postMessage({ done: await WORK[what](given) });
  } catch (error) {
    // The program says in words what is wrong with a model; anything else is a fault of its own.
    if (typeof error === 'string') postMessage({ refused: error });
    else postMessage({ failed: String(error?.message ?? error) });
  }
}

let last = Promise.resolve();
onmessage = ({ data }) => void (last = last.then(() => answer(data)));
