"use strict";
// One item in front of one labeler: pages, keys, clock, drafts, submission.
(() => {
  const form = document.getElementById("work");
  if (!form) return;
  const { task, campaign, assignment, instruction } = form.dataset;
  let token = document.querySelector("meta[name=csrf]").content;
  const byId = (id) => document.getElementById(id);
  const pages = [...form.querySelectorAll(".page")];
  const clock = byId("clock");
  const saved = byId("saved");
  let page = 0;
  let seconds = 0;
  let sending = false;

  const announce = (text) => {
    byId("announce").textContent = text;
  };
  const show = (text, mood) => {
    saved.textContent = text;
    saved.dataset.mood = mood;
  };
  const complain = (text) => {
    byId("complaint").textContent = text;
    byId("complaint").hidden = text === "";
    if (text) byId("complaint").scrollIntoView({ block: "nearest" });
  };

  // --- what is on the form, as plain data and back ---

  const boardRoot = form.querySelector("[data-board]");
  const board = boardRoot && new Board(boardRoot, { changed: () => changed(), announce });

  function fields() {
    const values = {};
    for (const input of form.elements) {
      if (!input.name) continue;
      if (input.type === "checkbox") values[input.name] = input.checked;
      else if (input.type === "radio") {
        if (input.checked) values[input.name] = input.value;
      } else values[input.name] = input.value;
    }
    return values;
  }

  function state() {
    return { fields: fields(), ranks: board ? board.ranks() : {}, examples: examples(), page, seconds };
  }

  function restore(kept) {
    for (const input of form.elements) {
      const value = kept.fields?.[input.name];
      if (!input.name) continue;
      if (input.type === "checkbox") input.checked = value === true;
      else if (input.type === "radio") input.checked = value === input.value;
      else input.value = value ?? "";
    }
    if (board) board.restore(kept.ranks ?? {});
    if (byId("example-list")) {
      byId("example-list").replaceChildren();
      for (const [query, response] of kept.examples ?? []) addExample(query, response);
    }
    seconds = Math.max(seconds, kept.seconds ?? 0);
    turn(kept.page ?? 0);
    derive();
  }

  // --- what follows from the form ---

  function ratings() {
    const values = fields();
    return Object.fromEntries(
      pages.filter((p) => p.dataset.output).map((p) => {
        return [p.dataset.output, Number(values[`likert:${p.dataset.output}`] ?? 0)];
      }),
    );
  }

  function derive() {
    const counted = form.querySelector("[data-count]");
    if (counted) {
      const words = counted.value.trim().split(/\s+/).filter(Boolean).length;
      byId(counted.dataset.count).textContent = words === 1 ? "1 word" : `${words} words`;
    }
    if (board) {
      const rated = ratings();
      for (const card of board.cards) {
        const rating = rated[card.dataset.id];
        card.querySelector(".its-rating").textContent = rating ? `rated ${rating}` : "not rated yet";
      }
    }
    const kind = form.querySelector("[name=kind]:checked");
    if (kind) byId("examples").hidden = kind.value !== "FEW_SHOT";
    for (const side of form.querySelectorAll("[data-side]")) {
      const choice = form.querySelector("[name=preferred]:checked");
      side.classList.toggle("chosen", choice?.value === side.dataset.side);
    }
  }

  function changed() {
    derive();
    complain("");
    drafts.change(state());
  }

  // --- pages ---

  function turn(to) {
    page = Math.max(0, Math.min(pages.length - 1, to));
    pages.forEach((section, i) => {
      section.hidden = i !== page;
    });
    form.classList.toggle("on-board", pages[page] === boardRoot);
    if (pages.length > 1) {
      byId("page-number").textContent = `Page ${page + 1} / ${pages.length}`;
      byId("back").disabled = page === 0;
      byId("forth").disabled = page === pages.length - 1;
      byId("submit").textContent = page === pages.length - 1 ? "Submit" : "Next";
      include();
    }
  }

  function go(to) {
    turn(to);
    window.scrollTo(0, 0);
    const first = pages[page].querySelector(".ranked, .output, textarea");
    if (first) first.focus({ preventScroll: true });
    drafts.change(state());
  }

  function include() {
    const box = byId("include-output");
    const text = pages[page].querySelector(".output");
    byId("included").hidden = !box.checked || !text;
    byId("included").textContent = box.checked && text ? text.textContent : "";
  }

  // --- few-shot examples ---

  function examples() {
    return [...form.querySelectorAll("#example-list li")].map((li) =>
      [...li.querySelectorAll("textarea")].map((t) => t.value),
    );
  }

  function addExample(query = "", response = "") {
    const li = byId("example").content.firstElementChild.cloneNode(true);
    const [q, r] = li.querySelectorAll("textarea");
    q.value = query;
    r.value = response;
    li.querySelector("button").addEventListener("click", () => {
      li.remove();
      changed();
    });
    byId("example-list").append(li);
    return q;
  }

  // --- the answer, or a complaint and where to mend it ---

  class Missing extends Error {
    constructor(text, at, element) {
      super(text);
      this.at = at;
      this.element = element;
    }
  }

  const TRUTH = { yes: true, no: false, na: null };

  function rated(values, section, index) {
    const id = section.dataset.output;
    const out = { id, metadata: {}, notes: values[`notes:${id}`] };
    for (const scale of section.querySelectorAll(".scale")) {
      const name = scale.dataset.scale;
      if (values[name] === undefined) {
        const what = scale.querySelector("legend").firstChild.textContent.trim();
        throw new Missing(`Output ${section.dataset.letter}: “${what}” is open.`, index, scale);
      }
      out[name.split(":")[0]] = Number(values[name]);
    }
    for (const row of section.querySelectorAll(".question")) {
      const name = row.querySelector("input").name;
      if (values[name] === undefined) {
        const text = `Output ${section.dataset.letter}: “${row.getAttribute("aria-label")}” is open.`;
        throw new Missing(`${text} Press r to answer all open rows.`, index, row);
      }
      out.metadata[name.split(":")[0]] = TRUTH[values[name]];
    }
    return out;
  }

  function aboutPrompt(values) {
    return Object.fromEntries(
      Object.entries(values)
        .filter(([name]) => name.startsWith("prompt:"))
        .map(([name, value]) => [name.slice("prompt:".length), value]),
    );
  }

  function answer() {
    const values = fields();
    if (task === "RANKING" || task === "TOXICITY") {
      const outputs = pages
        .map((section, i) => (section.dataset.output ? rated(values, section, i) : null))
        .filter(Boolean);
      if (task === "TOXICITY") return { outputs };
      const ranks = board.ranks();
      for (const output of outputs) {
        output.rank = ranks[output.id];
        if (output.rank === 0) {
          const card = board.cards.find((c) => c.dataset.id === output.id);
          throw new Missing(`Output ${card.dataset.letter} is still in the pool.`, pages.length - 1, card);
        }
      }
      return { outputs, prompt: aboutPrompt(values) };
    }
    if (task === "COMPARISON") {
      if (values.preferred === undefined) {
        throw new Missing("Choose the better one, or “about the same”.", 0, form.querySelector(".scale"));
      }
      const shown = [...form.querySelectorAll("[data-side]")].map((s) => s.dataset.side);
      return {
        shown,
        preferred: values.preferred === "tie" ? null : values.preferred,
        notes: values.notes,
      };
    }
    const text = form.querySelector("[name=text]");
    if (!text.value.trim()) throw new Missing("Nothing is written yet.", 0, text);
    if (task === "DEMONSTRATION") {
      return { text: text.value, notes: values.notes, prompt: aboutPrompt(values) };
    }
    const cases = values.kind === "FEW_SHOT" ? examples() : [];
    if (values.kind === "FEW_SHOT" && (cases.length < 2 || cases.flat().some((t) => !t.trim()))) {
      const all = [...form.querySelectorAll("#example-list textarea")];
      const open = all.find((t) => !t.value.trim()) ?? byId("add-example");
      throw new Missing("A few-shot prompt needs two examples or more, each with query and response.", 0, open);
    }
    return {
      kind: values.kind,
      useCase: values.useCase,
      text: text.value,
      examples: cases.map(([query, response]) => ({ query, response })),
    };
  }

  // --- sending: the same key each time, so that a second attempt stores nothing twice ---

  function submissionKey() {
    const name = `rlhf4j:key:${assignment}`;
    let key = null;
    try {
      key = localStorage.getItem(name);
    } catch {
      // no storage: a reload makes a new key, and the server tells the two apart by the item
    }
    if (!key) {
      const bytes = crypto.getRandomValues(new Uint8Array(16));
      key = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
      try {
        localStorage.setItem(name, key);
      } catch {
        // see above
      }
    }
    return key;
  }

  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  // Whoever was signed out and is in again, in another tab, has a new token. True if there is one.
  async function renew() {
    const session = await fetch("/api/session").catch(() => null);
    if (!session?.ok) return false;
    const { csrf } = await session.json();
    const fresh = csrf !== token;
    token = csrf;
    drafts.token = csrf;
    return fresh;
  }

  async function post(path, body) {
    for (;;) {
      try {
        const reply = await fetch(`/api/work/${assignment}/${path}`, {
          method: "POST",
          headers: { "Content-Type": "application/json", "X-CSRF-Token": token },
          body: JSON.stringify(body),
        });
        const refused = reply.status === 401 || reply.status === 403;
        if (refused && (await renew())) continue;
        return reply;
      } catch {
        show("No connection. Kept in this browser; trying again.", "bad");
        await pause(2000);
      }
    }
  }

  async function finish(path, body) {
    if (sending) return;
    sending = true;
    byId("submit").disabled = true;
    show("Sending", "");
    const reply = await post(path, body);
    if (reply.ok) {
      drafts.forget();
      versions.forget();
      try {
        localStorage.removeItem(`rlhf4j:key:${assignment}`);
      } catch {
        // nothing was kept
      }
      channel?.postMessage(assignment);
      location.assign(`/work/${campaign}`);
      return;
    }
    sending = false;
    byId("submit").disabled = false;
    show("", "");
    const signedOut = reply.status === 401 || reply.status === 403;
    const words = signedOut
      ? "You are signed out. Your work is kept: sign in in another tab, then submit here again."
      : ((await reply.json().catch(() => ({}))).error ?? "The server could not take this; try again.");
    complain(words);
  }

  function submit() {
    if (page < pages.length - 1) {
      go(page + 1);
      return;
    }
    let body;
    try {
      body = { key: submissionKey(), instruction, answer: answer(), seconds: Math.round(seconds) };
    } catch (missing) {
      if (!(missing instanceof Missing)) throw missing;
      turn(missing.at);
      complain(missing.message);
      const focus = missing.element.matches("textarea, button, .ranked")
        ? missing.element
        : missing.element.querySelector("input");
      focus.focus();
      return;
    }
    finish("submit", body);
  }

  // --- clock: counts only while this window is in front ---

  let before = performance.now();
  setInterval(() => {
    const now = performance.now();
    if (document.visibilityState === "visible" && document.hasFocus()) seconds += (now - before) / 1000;
    before = now;
    const whole = Math.floor(seconds);
    const two = (n) => String(n).padStart(2, "0");
    const hours = whole >= 3600 ? `${Math.floor(whole / 3600)}:` : "";
    clock.textContent = `${hours}${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
  }, 250);

  // --- keys ---

  const typing = (target) => target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");

  function check(input) {
    if (!input) return;
    input.checked = true;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function rowKey(event) {
    const rows = [...pages[page].querySelectorAll(".question")];
    if (rows.length === 0) return false;
    const here = rows.indexOf(event.target.closest(".question"));
    const value = { y: "yes", n: "no", x: "na" }[event.key];
    const focus = (i) => rows[Math.max(0, Math.min(rows.length - 1, i))].querySelector("input").focus();
    if (value) {
      const open = rows.findIndex((r) => !r.querySelector(":checked"));
      const row = here >= 0 ? here : Math.max(0, open);
      const input = rows[row].querySelector(`[value=${value}]`);
      if (!input) return false;
      check(input);
      focus(row + 1);
      return true;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const down = event.key === "ArrowDown";
      focus(here < 0 ? 0 : here + (down ? 1 : -1));
      return true;
    }
    return false;
  }

  function rest(section) {
    for (const row of section.querySelectorAll(".question")) {
      if (!row.querySelector(":checked")) check(row.querySelector("[value=na]") ?? row.querySelector("[value=no]"));
    }
  }

  function digit(event) {
    const scales = [...pages[page].querySelectorAll(".scale")];
    const scale = event.target.closest(".scale") ?? scales.find((s) => !s.querySelector(":checked")) ?? scales[0];
    const input = scale?.querySelectorAll("input")[Number(event.key) - 1];
    if (!input) return false;
    check(input);
    input.focus();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    let used = true;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
    else if (event.altKey && event.key === "ArrowLeft" && pages.length > 1) go(page - 1);
    else if (event.altKey && event.key === "ArrowRight" && pages.length > 1) go(page + 1);
    else if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) used = false;
    else if (board && pages[page] === boardRoot && board.key(event)) used = true;
    else if (event.key === "o" && pages[page] === boardRoot) board.order(ratings());
    else if (event.key === "i") openInstructions();
    else if (event.key === "r" && pages[page].querySelector(".rest")) rest(pages[page]);
    else if (/^[1-7]$/.test(event.key)) used = digit(event);
    else used = rowKey(event);
    if (used) event.preventDefault();
  });

  // --- buttons ---

  const openInstructions = () => byId("instructions-dialog").showModal();
  byId("show-instructions").addEventListener("click", openInstructions);
  byId("skip").addEventListener("click", () => byId("skip-dialog").showModal());
  byId("skip-now").addEventListener("click", () => {
    const dialog = byId("skip-dialog");
    const chosen = dialog.querySelector(":checked");
    const more = dialog.querySelector("textarea").value.trim();
    if (!chosen) {
      dialog.querySelector("input").focus();
      return;
    }
    dialog.close();
    finish("skip", { reason: more ? `${chosen.value}: ${more}` : chosen.value });
  });
  if (pages.length > 1) {
    byId("back").addEventListener("click", () => go(page - 1));
    byId("forth").addEventListener("click", () => go(page + 1));
    byId("include-output").addEventListener("change", include);
  }
  byId("by-rating")?.addEventListener("click", () => board.order(ratings()));
  byId("add-example")?.addEventListener("click", () => addExample().focus());
  for (const button of form.querySelectorAll(".rest")) {
    button.addEventListener("click", () => rest(button.closest(".page")));
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  form.addEventListener("input", (event) => {
    if (event.target.id !== "include-output") changed();
  });

  // --- drafts, and other tabs on the same item ---

  const drafts = new Drafts({
    assignment,
    revision: Number(form.dataset.revision),
    token,
    renew,
    show,
    newer: (there, mine) => {
      restore(there);
      versions.add(mine);
      show("This item is open in another tab too; here is what was written there.", "bad");
    },
    finished: () => {
      show("This item was finished in another tab.", "bad");
      drafts.forget();
      location.assign(`/work/${campaign}`);
    },
  });
  const versions = new Versions({
    assignment,
    current: state,
    restore: (other) => {
      restore(other);
      drafts.change(state());
    },
    announce,
  });
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("rlhf4j:finished") : null;
  channel?.addEventListener("message", (event) => {
    if (event.data === assignment) {
      drafts.forget();
      location.assign(`/work/${campaign}`);
    }
  });

  const local = drafts.unsaved();
  const kept = local ?? (form.dataset.draft ? JSON.parse(form.dataset.draft) : null);
  if (kept) {
    restore(kept);
    show(local ? "Found in this browser" : "Draft found", "good");
    if (local) drafts.change(state());
  } else {
    turn(0);
    derive();
  }
  const overtaken = drafts.overtaken();
  if (overtaken) versions.add(overtaken);
  if (board) board.tell();
  window.addEventListener("pagehide", () => {
    if (!drafts.stopped && seconds > 0) drafts.keep(state());
  });
  const start = pages[page].querySelector("textarea, .output, .ranked");
  if (start) start.focus({ preventScroll: true });
})();
