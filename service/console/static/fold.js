// Where there is little room, filters that are not in use stand folded above the list. Without script they are open.

export function foldFilters() {
  const fold = document.querySelector(".filters .fold");
  if (!fold || !matchMedia("(max-width: 48rem)").matches) return;
  fold.open = new URLSearchParams(location.search).size > 0;
}
