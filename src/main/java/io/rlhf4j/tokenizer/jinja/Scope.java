package io.rlhf4j.tokenizer.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names that a part of a template sees. A loop's turn, a macro and a block have a scope of
 * their own: what they set is gone afterwards, what is outside they can read.
 */
final class Scope {
  private final @Nullable Scope outer;
  private final Map<String, Object> values = new LinkedHashMap<>();

  /** What the whole template has printed so far; only the root's is written to. */
  final StringBuilder page;

  /** Start and end of what {@code generation} blocks have printed, in characters of the page. */
  final List<Template.Span> generated;

  Scope() {
    this.outer = null;
    this.page = new StringBuilder();
    this.generated = new ArrayList<>();
  }

  Scope(Scope outer) {
    this.outer = outer;
    this.page = outer.page;
    this.generated = outer.generated;
  }

  Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Object value = scope.values.get(name);
      if (value != null) {
        return value;
      }
    }
    return new Undefined("'" + name + "'");
  }

  void set(String name, Object value) {
    values.put(name, value);
  }
}
