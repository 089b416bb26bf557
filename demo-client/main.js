// Where the page starts. It shows what the lab sends and nothing of its own:
//
//   lab.js        the stream of views, the control plane
//   frames.js     the iframes that act on the columns' hosts (column.js)
//   elements/     one custom element a file: page, columns, cards, verdicts
//   language.js   texts; i18n/ has the catalogues
//   view.d.ts     what a view is

import { startClock } from "./clock.js";
import { el } from "./dom.js";
import { listen } from "./lab.js";
import { speak } from "./language.js";
import { applyTheme, chosenLanguage } from "./preferences.js";
import "./elements/page.js";

applyTheme();
await speak(chosenLanguage());

const page = el("lab-page");
document.body.prepend(page);
listen((view) => page.show(view), (line) => page.line(line));
startClock();
