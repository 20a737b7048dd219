// The staff's pages. Everything here is an extra: without it every link and form still works.
import { startBoard } from "./board.js";
import { startBulk } from "./bulk.js";
import { startClocks } from "./clock.js";
import { startCommands } from "./commands.js";
import { startComposer } from "./composer.js";
import { startFigures } from "./figures.js";
import { startFrames } from "./frames.js";
import { startInbox } from "./inbox.js";
import { startInsertions } from "./insertions.js";
import { startLive } from "./live.js";
import { startMarks } from "./marks.js";
import { startMenus } from "./menus.js";
import { startPalette } from "./palette.js";
import { startToasts } from "./toasts.js";

startMenus();
startMarks();
startCommands();
startPalette();
startClocks();
startToasts();
startFrames();
startInbox();
startBulk();
startInsertions();
startComposer();
startBoard();
startFigures();
startLive();

document.querySelector("[data-focus]")?.focus();
