// Light, dark, or as the system has it. The server remembers; here it only happens at once.

export function bindTheme() {
  const form = document.getElementById("theme");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    const theme = button.value;
    const body = new URLSearchParams(new FormData(form, event.submitter));
    fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => form.submit());
    document.documentElement.dataset.theme = theme;
    const order = JSON.parse(form.dataset.order);
    button.value = order[(order.indexOf(theme) + 1) % order.length];
  });
}
