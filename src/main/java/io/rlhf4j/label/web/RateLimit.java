package io.rlhf4j.label.web;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Counts failures per key (a login, an address) and says when it has been too many. */
final class RateLimit {
  private static final int MOST_KEYS = 10_000;

  private final int most;
  private final Duration window;
  private final InstantSource clock;
  private final Map<String, Deque<Long>> failures = new HashMap<>();

  RateLimit(int most, Duration window, InstantSource clock) {
    this.most = most;
    this.window = window;
    this.clock = clock;
  }

  /** Whether this key may try once more now. */
  synchronized boolean allows(String key) {
    Deque<Long> times = failures.get(key);
    if (times == null) {
      return true;
    }
    forget(times);
    return times.size() < most;
  }

  synchronized void failed(String key) {
    if (failures.size() > MOST_KEYS) { // somebody tries many names; keep only what still counts
      failures.values().removeIf(times -> times.isEmpty() || old(times.getLast()));
    }
    Deque<Long> times = failures.computeIfAbsent(key, k -> new ArrayDeque<>());
    forget(times);
    times.addLast(clock.millis());
  }

  synchronized void succeeded(String key) {
    failures.remove(key);
  }

  private void forget(Deque<Long> times) {
    while (!times.isEmpty() && old(times.getFirst())) {
      times.removeFirst();
    }
  }

  private boolean old(long time) {
    return time <= clock.millis() - window.toMillis();
  }
}
