package io.rlhf4j.bench;

import java.util.ArrayList;
import java.util.List;

/** The seconds that the repetitions of one piece of work took. */
final class Times {
  private final List<Double> seconds = new ArrayList<>();

  /** Runs the work once and keeps its time. */
  void time(Runnable work) {
    long start = System.nanoTime();
    work.run();
    add((System.nanoTime() - start) / 1e9);
  }

  void add(double time) {
    seconds.add(time);
  }

  /** The newest. */
  double last() {
    return seconds.get(seconds.size() - 1);
  }

  double median() {
    return median(seconds);
  }

  /** The middle one in order of size, the upper of two. */
  static double median(List<Double> numbers) {
    return numbers.stream().sorted().toList().get(numbers.size() / 2);
  }
}
