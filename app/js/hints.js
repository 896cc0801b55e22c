// What the widget fetches besides itself: the hints on the first touch of a form, the numbering plans
// with the first number that was typed.
let phone;

export async function fetchHints() {
  const answer = await fetch(new URL(HINTS_PATH, import.meta.url));
  if (!answer.ok) throw new Error(`hints: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

// Returns the line that describes a number, empty for none.
export async function describePhone(text, region) {
  phone ??= import(new URL(PHONE_PATH, import.meta.url).href).then(async (module) => {
    await module.ready;
    return module.program;
  });
  // A failed load is tried again with the next number.
  phone.catch(() => (phone = undefined));
  return (await phone).describe_phone(text, region);
}
