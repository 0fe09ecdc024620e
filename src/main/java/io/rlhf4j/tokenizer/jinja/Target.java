package io.rlhf4j.tokenizer.jinja;

import java.util.List;

/** What a value is assigned to. */
sealed interface Target {
  void assign(Object value, Scope scope);

  record Variable(String name) implements Target {
    @Override
    public void assign(Object value, Scope scope) {
      scope.set(name, value);
    }
  }

  /** {@code a, b}: a value of as many items. */
  record Several(List<Target> targets) implements Target {
    @Override
    public void assign(Object value, Scope scope) {
      List<Object> items = Python.list(value);
      if (items.size() != targets.size()) {
        throw new TemplateException(
            String.format(
                "chat template: %d names stand for %d values", targets.size(), items.size()));
      }
      for (int i = 0; i < items.size(); i++) {
        targets.get(i).assign(items.get(i), scope);
      }
    }
  }

  /** {@code ns.name} */
  record Member(String namespace, String name) implements Target {
    @Override
    public void assign(Object value, Scope scope) {
      if (!(scope.get(namespace) instanceof Namespace target)) {
        throw new TemplateException(
            "chat template: attributes can only be set of a namespace(), which '"
                + namespace
                + "' is not");
      }
      target.attributes.put(name, value);
    }
  }
}
