// The texts that the server handed over for the script, in the page's language.

const texts = JSON.parse(document.getElementById("words").textContent);

/** The text called `name`, with `{key}` filled in from `values`. */
export function words(name, values = {}) {
  return Object.entries(values).reduce((text, [key, value]) => text.replaceAll(`{${key}}`, value), texts[name]);
}

/** A new element; what is appended as a string is text, never markup. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
