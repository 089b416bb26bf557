// The page's own elements, so that `el("lab-column")` has their type.

import type { LabActionBar } from "./action-bar.js";
import type { LabAttacks } from "./attacks.js";
import type { LabBrowser } from "./browser-card.js";
import type { LabColumn } from "./column.js";
import type { LabColumns } from "./columns.js";
import type { LabCountdown } from "./countdown.js";
import type { LabFaultBar } from "./fault-bar.js";
import type { LabLesson } from "./lesson.js";
import type { LabLessons } from "./lessons.js";
import type { LabPage } from "./page.js";
import type { LabProgress } from "./progress.js";
import type { LabScoreboard } from "./scoreboard.js";
import type { LabSequence } from "./sequence.js";
import type { LabServer } from "./server-card.js";
import type { LabSteps } from "./steps.js";
import type { LabTabs } from "./tabs.js";
import type { LabTopBar } from "./top-bar.js";
import type { LabVariants } from "./variants.js";
import type { LabVerdict } from "./verdict.js";
import type { LabWire } from "./wire-card.js";

declare global {
  interface HTMLElementTagNameMap {
    "lab-action-bar": LabActionBar;
    "lab-attacks": LabAttacks;
    "lab-browser": LabBrowser;
    "lab-column": LabColumn;
    "lab-columns": LabColumns;
    "lab-countdown": LabCountdown;
    "lab-fault-bar": LabFaultBar;
    "lab-lesson": LabLesson;
    "lab-lessons": LabLessons;
    "lab-page": LabPage;
    "lab-progress": LabProgress;
    "lab-scoreboard": LabScoreboard;
    "lab-sequence": LabSequence;
    "lab-server": LabServer;
    "lab-steps": LabSteps;
    "lab-tabs": LabTabs;
    "lab-top-bar": LabTopBar;
    "lab-variants": LabVariants;
    "lab-verdict": LabVerdict;
    "lab-wire": LabWire;
  }
}
