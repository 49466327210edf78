// The lease's end, shown; and renewed while its holder works.

import { words } from "./words.js";

const WARN_SECONDS = 120;
const ACTIVE_SECONDS = 120;
const WORK = ["keydown", "pointerdown", "pointermove", "scroll", "input"];

export function watchLease() {
  const form = document.getElementById("lease");
  if (!form) return;
  // The server's clock counts, not this machine's, which may be wrong by hours.
  const skew = Date.now() - Date.parse(form.dataset.now);
  let ends = Date.parse(form.dataset.ends) + skew;
  let length = ends - Date.now();
  let active = Date.now();
  let told = "";
  let asking = false;
  WORK.forEach((kind) => addEventListener(kind, () => (active = Date.now()), { passive: true, capture: true }));

  const renew = async () => {
    if (asking) return;
    asking = true;
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.ok) {
        const lease = await answer.json();
        ends = Date.now() + Date.parse(lease.ends) - Date.parse(lease.now);
        length = ends - Date.now();
      }
    } catch {
      // No network: the countdown goes on, and the next second tries again.
    } finally {
      asking = false;
      draw();
    }
  };
  const say = (text) => {
    if (text !== told) form.querySelector("[role=status]").textContent = told = text;
  };
  const draw = () => {
    const left = Math.max(0, Math.ceil((ends - Date.now()) / 1_000));
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    form.querySelector("[data-left]").textContent = clock;
    form.classList.toggle("short", left < WARN_SECONDS);
    form.classList.toggle("over", left === 0);
    say(left === 0 ? words("lease_over") : left < WARN_SECONDS ? words("lease_short") : "");
    const working = Date.now() - active < Math.min(ACTIVE_SECONDS * 1_000, length);
    if (left > 0 && working && ends - Date.now() < length / 2) renew();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    renew();
  });
  draw();
  setInterval(draw, 1_000);
}
