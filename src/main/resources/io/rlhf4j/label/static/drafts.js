"use strict";
// Keeps what has been typed: at once in this browser, and a moment later on the server. The server
// counts revisions, so that a forgotten tab cannot overwrite what another has saved since; both
// versions are kept then, see versions.js.
class Drafts {
  constructor({ assignment, revision, token, renew, show, newer, finished }) {
    this.address = `/api/work/${assignment}/draft`;
    this.key = `rlhf4j:draft:${assignment}`;
    this.revision = revision;
    this.token = token;
    this.renew = renew;
    this.show = show;
    this.newer = newer;
    this.finished = finished;
    this.timer = 0;
    this.busy = false;
    this.waiting = null;
    this.kept = null;
  }

  // What this browser kept because the server never confirmed it; null when there is nothing.
  unsaved() {
    const kept = this.read();
    return kept && kept.revision === this.revision ? kept.state : null;
  }

  // The same where the server has got something else meanwhile.
  overtaken() {
    const kept = this.read();
    return kept && kept.revision !== this.revision ? kept.state : null;
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null; // private windows may have no storage
    }
  }

  keep(state) {
    this.kept = JSON.stringify({ state, revision: this.revision });
    try {
      localStorage.setItem(this.key, this.kept);
    } catch {
      // the server's copy has to do
    }
  }

  // Only this window's: what another one keeps there has still to be sent.
  unkeep() {
    try {
      if (localStorage.getItem(this.key) === this.kept) localStorage.removeItem(this.key);
    } catch {
      // nothing was kept
    }
  }

  forget() {
    clearTimeout(this.timer);
    this.waiting = null;
    this.stopped = true;
    try {
      localStorage.removeItem(this.key);
    } catch {
      // nothing was kept
    }
  }

  change(state) {
    if (this.stopped) return;
    this.waiting = state;
    this.keep(state);
    this.later(600);
  }

  later(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), milliseconds);
  }

  async send() {
    if (this.busy || this.waiting === null || this.stopped) return;
    const state = this.waiting;
    this.waiting = null;
    this.busy = true;
    try {
      const answer = await fetch(this.address, {
        method: "PUT",
        headers: { "Content-Type": "application/json", "X-CSRF-Token": this.token },
        body: JSON.stringify({ basedOn: this.revision, body: JSON.stringify(state) }),
        keepalive: JSON.stringify(state).length < 30000,
      });
      this.busy = false;
      if (this.stopped) return;
      if (answer.ok) {
        this.revision = (await answer.json()).revision;
        if (this.waiting === null) {
          this.unkeep();
          this.show("Saved", "good");
        } else {
          this.keep(this.waiting);
        }
      } else if (answer.status === 409) {
        const there = await answer.json();
        const mine = this.waiting ?? state;
        this.revision = there.revision;
        this.waiting = null;
        this.newer(JSON.parse(there.body), mine); // keeps mine aside first
        this.unkeep();
      } else if (answer.status === 410) {
        this.finished();
      } else if (answer.status === 401 || answer.status === 403) {
        this.again(state);
        if (!(await this.renew())) {
          this.show("Kept in this browser. You are signed out: sign in in another tab.", "bad");
        }
      } else {
        this.again(state);
        this.show("Kept in this browser; the server could not save it.", "bad");
      }
    } catch {
      this.busy = false;
      this.again(state);
      this.show("No connection. Kept in this browser; trying again.", "bad");
    }
    if (this.waiting !== null) this.later(1500);
  }

  again(state) {
    if (this.waiting === null) this.waiting = state;
  }
}
