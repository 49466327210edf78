// Every action by its name: Ctrl+K or Cmd+K, a few letters, Enter.

import { actions } from "./actions.js";
import { element } from "./words.js";

export function bindPalette() {
  const dialog = document.getElementById("palette");
  const field = dialog.querySelector("input");
  const list = dialog.querySelector("ul");
  let offered = [];
  let chosen = 0;

  const draw = () => {
    list.replaceChildren(
      ...offered.map(({ label, key }, index) => {
        const option = element("li", { id: `command-${index}`, role: "option" }, label, element("kbd", {}, key));
        option.setAttribute("aria-selected", String(index === chosen));
        option.addEventListener("click", () => go(index));
        return option;
      }),
    );
    field.setAttribute("aria-activedescendant", offered.length ? `command-${chosen}` : "");
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
    dialog.querySelector("[data-none]").hidden = offered.length > 0;
  };
  const search = () => {
    const wanted = field.value.toLowerCase().split(/\s+/);
    offered = all.filter(({ label }) => wanted.every((word) => label.toLowerCase().includes(word)));
    chosen = 0;
    draw();
  };
  const go = (index) => {
    dialog.close();
    offered[index]?.run();
  };

  let all = [];
  const open = () => {
    all = actions();
    field.value = "";
    dialog.showModal();
    search();
  };
  document.getElementById("show-palette").addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "k") {
      event.preventDefault();
      if (!document.querySelector("dialog[open]")) open();
    }
  });
  field.addEventListener("input", search);
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && offered.length) chosen = (chosen + step + offered.length) % offered.length;
    else if (event.key === "Enter") go(chosen);
    else return;
    event.preventDefault();
    draw();
  });
}
