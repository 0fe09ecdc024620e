package io.rlhf4j.tokenizer.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The variable {@code loop}. Reads ahead only when asked about what comes, since a loop's filter
 * may depend on what its body does.
 */
final class LoopState {
  private final Iterator<Object> source;
  private final List<Object> ahead = new ArrayList<>();
  private long index0 = -1;
  private Object previous = new Undefined("there is no previous item, so loop.previtem");
  private @Nullable Object current;
  private List<Object> lastChanged = List.of();

  LoopState(Iterator<Object> source) {
    this.source = source;
  }

  boolean hasNext() {
    return !ahead.isEmpty() || source.hasNext();
  }

  Object next() {
    if (current != null) {
      previous = current;
    }
    Object item = ahead.isEmpty() ? source.next() : ahead.remove(0);
    current = item;
    index0++;
    return item;
  }

  @Nullable Object attribute(String name) {
    return switch (name) {
      case "index" -> index0 + 1;
      case "index0" -> index0;
      case "revindex" -> length() - index0;
      case "revindex0" -> length() - index0 - 1;
      case "first" -> index0 == 0;
      case "last" -> !hasNext();
      case "length" -> length();
      case "previtem" -> previous;
      case "nextitem" -> nextItem();
      case "cycle" -> (Callable) this::cycle;
      case "changed" -> (Callable) this::changed;
      case "depth", "depth0" ->
          throw new TemplateException("chat template: loop." + name + " is not supported");
      default -> null;
    };
  }

  private long length() {
    source.forEachRemaining(ahead::add);
    return index0 + 1 + ahead.size();
  }

  private Object nextItem() {
    if (!hasNext()) {
      return new Undefined("there is no next item, so loop.nextitem");
    }
    if (ahead.isEmpty()) {
      ahead.add(source.next());
    }
    return ahead.get(0);
  }

  private Object cycle(Arguments arguments) {
    List<Object> values = arguments.positional();
    if (values.isEmpty()) {
      throw new TemplateException("chat template: loop.cycle() needs values");
    }
    return values.get((int) (index0 % values.size()));
  }

  private Object changed(Arguments arguments) {
    List<Object> values = arguments.positional();
    boolean changed = index0 == 0 || !Python.equal(values, lastChanged);
    lastChanged = values;
    return changed;
  }
}
