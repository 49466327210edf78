// What was written and not yet sent survives a reload, a crash and the end of the lease.

import { words } from "./words.js";

const PREFIX = "overclaim.draft.";
const SAVE_AFTER = 400;
const KEEP_MS = 14 * 86_400_000;

export function openDrafts() {
  forget();
  const form = document.getElementById("decision");
  if (!form) return;
  const key = PREFIX + form.dataset.item;
  const empty = JSON.stringify(read(form));
  const held = JSON.parse(localStorage.getItem(key) ?? "null");
  const state = document.getElementById("draft-state");

  if (held && JSON.stringify(held.values) !== empty) {
    write(form, held.values);
    state.textContent = words("draft_restored");
  }
  let waiting;
  const save = () => {
    const values = read(form);
    if (JSON.stringify(values) === empty) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify({ values, at: Date.now() }));
    state.textContent = words("draft_saved");
  };
  const changed = (event) => {
    if (event.target.form !== form) return;
    clearTimeout(waiting);
    waiting = setTimeout(save, SAVE_AFTER);
  };
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  addEventListener("pagehide", () => waiting && save());
}

/** Remove the draft of what has been decided, and those that nobody came back for. */
function forget() {
  const decided = document.body.dataset.decided;
  if (decided) localStorage.removeItem(PREFIX + decided);
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(PREFIX)) continue;
    if (Date.now() - JSON.parse(localStorage.getItem(key)).at > KEEP_MS) localStorage.removeItem(key);
  }
}

function fields(form) {
  return [...form.elements].filter(({ name, type }) => name && !["hidden", "submit", "button"].includes(type));
}

function read(form) {
  return fields(form).flatMap(({ name, type, value, checked }) =>
    type === "radio" ? (checked ? [[name, value]] : []) : [[name, value]],
  );
}

function write(form, values) {
  for (const field of fields(form)) {
    const held = values.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "radio") field.checked = held.includes(field.value);
    else if (held.length) field.value = held[0];
  }
}
