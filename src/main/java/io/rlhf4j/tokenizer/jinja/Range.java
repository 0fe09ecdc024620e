package io.rlhf4j.tokenizer.jinja;

import java.util.AbstractList;

/** Python's range. */
final class Range extends AbstractList<Object> {
  /** The sandbox's limit. */
  private static final long LONGEST = 100_000;

  private final long start;
  private final long stop;
  private final long step;
  private final int size;

  Range(long start, long stop, long step) {
    this.start = start;
    this.stop = stop;
    this.step = step;
    if (step == 0) {
      throw new TemplateException("chat template: range() needs a step other than 0");
    }
    long distance = step > 0 ? stop - start : start - stop;
    long length = distance <= 0 ? 0 : (distance - 1) / Math.abs(step) + 1;
    if (length > LONGEST) {
      throw new TemplateException(
          "chat template: range() of " + length + " numbers is too long; the limit is " + LONGEST);
    }
    this.size = (int) length;
  }

  @Override
  public Object get(int index) {
    return start + index * step;
  }

  @Override
  public int size() {
    return size;
  }

  String repr() {
    return "range(" + start + ", " + stop + (step == 1 ? "" : ", " + step) + ")";
  }
}
