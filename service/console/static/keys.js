// One key an action. `?` shows the map, which also turns the keys off (WCAG 2.1.4).

import { actionFor, actions } from "./actions.js";
import { element, words } from "./words.js";

const OFF = "overclaim.keys-off";

export function bindKeys() {
  const dialog = document.getElementById("keys");
  const toggle = document.getElementById("keys-off");
  document.getElementById("show-keys").addEventListener("click", () => show(dialog));
  toggle.checked = localStorage.getItem(OFF) !== null;
  toggle.addEventListener("change", () => {
    if (toggle.checked) localStorage.setItem(OFF, "");
    else localStorage.removeItem(OFF);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && typing(event.target)) event.target.blur();
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (toggle.checked || typing(event.target) || document.querySelector("dialog[open]")) return;
    const action = actionFor(event.key);
    if (!action || event.repeat) return;
    event.preventDefault();
    action.run();
  });
}

function show(dialog) {
  const rows = actions().map(({ key, label }) =>
    element("div", {}, element("dt", {}, element("kbd", {}, key)), element("dd", {}, label)),
  );
  rows.push(element("div", {}, element("dt", {}, element("kbd", {}, "Esc")), element("dd", {}, words("leave_field"))));
  dialog.querySelector("dl").replaceChildren(...rows);
  dialog.showModal();
}

function typing(target) {
  return target.matches("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");
}
