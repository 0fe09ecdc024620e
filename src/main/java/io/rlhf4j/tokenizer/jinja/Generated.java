package io.rlhf4j.tokenizer.jinja;

import java.util.Iterator;
import java.util.List;

/** A Python iterator, as filters such as map give: always true, of no length, to be read once. */
final class Generated implements Iterable<Object> {
  private final Iterator<Object> rest;

  Generated(List<Object> items) {
    this.rest = items.iterator();
  }

  @Override
  public Iterator<Object> iterator() {
    return rest;
  }
}
