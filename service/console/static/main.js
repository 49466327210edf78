// What spares a moderator round trips. Each part looks for its own markup and rests where there is none.

import { bindKeys } from "./keys.js";
import { openDrafts } from "./draft.js";
import { foldFilters } from "./fold.js";
import { watchLease } from "./lease.js";
import { bindPalette } from "./palette.js";
import { bindPassages } from "./passages.js";
import { bindRows } from "./rows.js";
import { bindTheme } from "./theme.js";
import { tellTimes } from "./times.js";

document.documentElement.classList.add("scripted");
tellTimes();
bindTheme();
bindPassages();
bindRows();
foldFilters();
bindPalette();
bindKeys();
openDrafts();
watchLease();
