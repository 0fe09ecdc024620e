"use strict";
// The ranking board: a pool and one column per rank. Cards move by mouse, by touch and by keys.
class Board {
  constructor(root, { changed, announce }) {
    this.root = root;
    this.changed = changed;
    this.announce = announce;
    this.slots = [...root.querySelectorAll(".slot")];
    this.cards = [...root.querySelectorAll(".ranked")];
    for (const slot of this.slots) {
      Sortable.create(slot, {
        group: "ranks",
        animation: 120,
        ghostClass: "ghost",
        delay: 120,
        delayOnTouchOnly: true,
        onEnd: (event) => this.dropped(event.item),
      });
    }
    for (const card of this.cards) {
      card.addEventListener("dblclick", () => this.unfold(card));
    }
  }

  slot(rank) {
    return this.slots.find((slot) => slot.dataset.rank === String(rank));
  }

  get size() {
    return this.cards.length;
  }

  rankOf(card) {
    return Number(card.parentElement.dataset.rank);
  }

  // { output id: rank }; 0 is the pool
  ranks() {
    return Object.fromEntries(this.cards.map((card) => [card.dataset.id, this.rankOf(card)]));
  }

  restore(ranks) {
    for (const card of this.cards) {
      const slot = this.slot(ranks[card.dataset.id] ?? 0);
      if (slot && card.parentElement !== slot) slot.append(card);
    }
    this.tell();
  }

  put(card, rank) {
    if (rank < 0 || rank > this.size || rank === this.rankOf(card)) return;
    this.slot(rank).append(card);
    this.dropped(card);
    card.focus();
  }

  dropped(card) {
    const rank = this.rankOf(card);
    const beside = [...card.parentElement.querySelectorAll(".ranked")]
      .filter((other) => other !== card)
      .map((other) => other.dataset.letter);
    const tie = rank > 0 && beside.length > 0 ? `, tied with ${beside.join(" and ")}` : "";
    const place = rank === 0 ? "back in the pool" : `rank ${rank}${tie}`;
    this.announce(`Output ${card.dataset.letter}: ${place}`);
    this.tell();
    this.changed();
  }

  // Each card says aloud where it is.
  tell() {
    for (const card of this.cards) {
      const rank = this.rankOf(card);
      const text = card.querySelector(".text").textContent.trim().slice(0, 160);
      const where = rank === 0 ? "not ranked" : `rank ${rank}`;
      card.setAttribute("aria-label", `Output ${card.dataset.letter}, ${where}. ${text}`);
    }
  }

  unfold(card) {
    const open = card.classList.toggle("unfolded");
    this.announce(open ? card.querySelector(".text").textContent : "folded");
  }

  // Best rating first, equal ratings tied, ranks without gaps.
  order(ratings) {
    const known = [...new Set(Object.values(ratings).filter((r) => r > 0))].sort((a, b) => b - a);
    for (const card of this.cards) {
      const rating = ratings[card.dataset.id];
      if (rating > 0) this.slot(known.indexOf(rating) + 1).append(card);
    }
    this.announce("Ordered by your ratings");
    this.tell();
    this.changed();
  }

  // True when the key was for the board.
  key(event) {
    const card = event.target.closest(".ranked");
    if (!card) return false;
    const rank = this.rankOf(card);
    if (/^[0-9]$/.test(event.key)) {
      this.put(card, Number(event.key));
    } else if (event.key === "ArrowRight") {
      this.put(card, rank + 1);
    } else if (event.key === "ArrowLeft") {
      this.put(card, rank - 1);
    } else if (event.key === "Backspace") {
      this.put(card, 0);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const order = [...this.root.querySelectorAll(".ranked")];
      const step = event.key === "ArrowDown" ? 1 : -1;
      order[(order.indexOf(card) + step + order.length) % order.length].focus();
    } else if (event.key === " " || event.key === "Enter") {
      this.unfold(card);
    } else {
      return false;
    }
    return true;
  }
}
