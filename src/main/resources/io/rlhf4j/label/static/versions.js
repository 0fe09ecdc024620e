"use strict";
// What was written in this window and what another window or device saved meanwhile: one is shown,
// the others wait, in this browser, until the labeler says that the shown one is enough.
class Versions {
  constructor({ assignment, current, restore, announce }) {
    this.key = `rlhf4j:versions:${assignment}`;
    this.current = current;
    this.restore = restore;
    this.announce = announce;
    this.box = document.getElementById("versions");
    this.waiting = this.read();
    document.getElementById("other-version").addEventListener("click", () => this.turn());
    document.getElementById("only-this").addEventListener("click", () => this.forget());
    this.tell();
  }

  // The page and the clock do not make another version.
  static essence({ fields, ranks, examples }) {
    return JSON.stringify([fields, ranks, examples]);
  }

  // Keeps what is not shown, unless it says nothing else than what is kept or shown.
  add(state) {
    const essence = Versions.essence(state);
    if ([this.current(), ...this.waiting].some((one) => Versions.essence(one) === essence)) return;
    this.waiting.push(state);
    this.keep();
    this.tell();
  }

  // The next one that waits is shown, and the shown one waits.
  turn() {
    const shown = this.current();
    const next = this.waiting.shift();
    this.waiting.push(shown);
    this.keep();
    this.restore(next);
    this.tell();
    this.announce("The other version is shown.");
  }

  forget() {
    this.waiting = [];
    this.keep();
    this.tell();
  }

  tell() {
    this.box.hidden = this.waiting.length === 0;
    if (this.box.hidden) return;
    const more = this.waiting.length > 1 ? ` (${this.waiting.length} in all)` : "";
    this.box.querySelector("p").textContent =
      `Your work on this item was written in two places. Not shown${more}: ${Versions.summary(this.waiting[0])}`;
  }

  static summary({ fields, ranks }) {
    const texts = Object.values(fields ?? {}).filter((value) => typeof value === "string");
    const longest = texts.reduce((a, b) => (b.length > a.length ? b : a), "");
    if (longest.length > 20 || Object.keys(ranks ?? {}).length === 0) {
      return `“${longest.length > 120 ? `${longest.slice(0, 120)}…` : longest}”`;
    }
    return "other ratings and ranks";
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? [];
    } catch {
      return []; // no storage: they are kept as long as the window is open
    }
  }

  keep() {
    try {
      if (this.waiting.length > 0) localStorage.setItem(this.key, JSON.stringify(this.waiting));
      else localStorage.removeItem(this.key);
    } catch {
      // see above
    }
  }
}
