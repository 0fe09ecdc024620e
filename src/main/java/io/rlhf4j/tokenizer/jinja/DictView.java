package io.rlhf4j.tokenizer.jinja;

import java.util.Iterator;
import java.util.List;

/**
 * What a dict's keys(), values() and items() give: has a length but no places.
 *
 * @param kind as Python calls it, such as {@code dict_items}
 */
record DictView(String kind, List<Object> items) implements Iterable<Object> {
  @Override
  public Iterator<Object> iterator() {
    return items.iterator();
  }
}
