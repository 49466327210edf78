// From row to row of the queue; Enter opens, as on every link.

export function bindRows() {
  const links = [...document.querySelectorAll(".items .title")];
  const step = (by) => {
    const at = links.indexOf(document.activeElement);
    links[at < 0 ? 0 : (at + by + links.length) % links.length]?.focus();
  };
  document.getElementById("next-row")?.addEventListener("click", () => step(1));
  document.getElementById("previous-row")?.addEventListener("click", () => step(-1));
}
