// What can be done on this page: whatever carries data-key. The markup is the only list there is.

/** Every action that can be reached now, in the order of the page: {key, label, run}. */
export function actions() {
  const seen = new Set();
  return [...document.querySelectorAll("[data-key]")].filter(reachable).flatMap((target) => {
    const key = target.dataset.key;
    return seen.has(key) ? [] : [(seen.add(key), { key, label: label(target), run: () => run(target) })];
  });
}

/** What a key does now, if anything. */
export function actionFor(key) {
  return actions().find((action) => action.key === key);
}

function reachable(target) {
  // Each sentence has controls with the same keys; those of the chosen one answer.
  const card = target.closest("[data-sentence]");
  if (card && !card.classList.contains("chosen")) return false;
  return !target.disabled && target.checkVisibility();
}

function label(target) {
  return target.dataset.label ?? target.textContent.replace(target.querySelector("kbd")?.textContent, "").trim();
}

function run(target) {
  if (target.matches("textarea, select, input:not([type=radio], [type=checkbox])")) {
    target.focus();
    target.scrollIntoView({ block: "nearest" });
  } else {
    target.click();
  }
}
