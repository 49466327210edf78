// Times as the reader's clock and language have them; the server writes them in UTC.

const RELATIVE = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto", style: "short" });
const ABSOLUTE = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];

export function tellTimes() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const then = new Date(time.dateTime);
    time.title = ABSOLUTE.format(then);
    time.textContent = time.dataset.form === "relative" ? relative(then) : ABSOLUTE.format(then);
  }
}

function relative(then) {
  const seconds = (then - Date.now()) / 1_000;
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? UNITS.at(-1);
  return RELATIVE.format(Math.trunc(seconds / length), unit);
}
