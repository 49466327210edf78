// The passages of the article and the sentences beside them: choosing one chooses the other.

export function bindPassages() {
  const cards = [...document.querySelectorAll("[data-sentence]")];
  if (!cards.length) return;
  const passage = (card) => document.getElementById(`p${card.dataset.sentence}`);
  let current = -1;

  const choose = (index, { focus = false } = {}) => {
    const from = cards[current];
    if (from) {
      from.classList.remove("chosen");
      passage(from).classList.remove("chosen");
    }
    current = index;
    const card = cards[index];
    card.closest("details")?.setAttribute("open", "");
    card.classList.add("chosen");
    passage(card).classList.add("chosen");
    passage(card).scrollIntoView({ block: "nearest" });
    card.scrollIntoView({ block: "nearest" });
    if (focus) card.focus({ preventScroll: true });
  };
  const step = (by) => choose((current + by + cards.length) % cards.length, { focus: true });

  cards.forEach((card, index) => {
    card.addEventListener("focusin", () => index !== current && choose(index));
    card.addEventListener("click", () => index !== current && choose(index));
    passage(card).addEventListener("click", (event) => {
      event.preventDefault();
      choose(index, { focus: true });
    });
  });
  document.getElementById("next-passage")?.addEventListener("click", () => step(1));
  document.getElementById("previous-passage")?.addEventListener("click", () => step(current < 0 ? 0 : -1));
  choose(0);
  window.scrollTo({ top: 0, behavior: "instant" });
}
