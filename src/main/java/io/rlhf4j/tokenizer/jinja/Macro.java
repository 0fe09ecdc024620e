package io.rlhf4j.tokenizer.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A macro, or the body of a call block: called with values, it gives what it prints.
 *
 * @param home the scope in which it was defined, whose names it sees
 */
record Macro(Signature signature, List<Statement> body, Scope home) implements Callable {
  /**
   * A macro's head.
   *
   * @param defaults one per parameter, null where there is none
   * @param varargs whether the body speaks of {@code varargs}, and so takes any number of values
   * @param kwargs likewise for values by name
   */
  record Signature(
      String name,
      List<String> parameters,
      List<@Nullable Expression> defaults,
      boolean varargs,
      boolean kwargs) {}

  @Override
  public Object call(Arguments arguments) {
    Scope scope = new Scope(home);
    Map<String, Object> named = new LinkedHashMap<>(arguments.named());
    List<Object> positional = arguments.positional();
    Object caller = named.remove("caller");
    scope.set("caller", caller == null ? new Undefined("'caller'") : caller);
    List<String> parameters = signature.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      String parameter = parameters.get(i);
      Object byName = named.remove(parameter);
      if (i < positional.size() && byName != null) {
        throw error("was given '" + parameter + "' twice");
      }
      Object value = i < positional.size() ? positional.get(i) : byName;
      scope.set(parameter, value == null ? otherwise(i, scope) : value);
    }
    takeTheRest(scope, positional, named);
    StringBuilder out = new StringBuilder();
    Statement.run(body, scope, out);
    return out.toString();
  }

  /** A parameter's default, which may use the parameters before it. */
  private Object otherwise(int parameter, Scope scope) {
    Expression value = signature.defaults().get(parameter);
    return value == null
        ? new Undefined("parameter '" + signature.parameters().get(parameter) + "' of a macro")
        : value.eval(scope);
  }

  private void takeTheRest(Scope scope, List<Object> positional, Map<String, Object> named) {
    int taken = Math.min(signature.parameters().size(), positional.size());
    List<Object> more = new ArrayList<>(positional.subList(taken, positional.size()));
    if (!signature.varargs() && !more.isEmpty()) {
      throw error("takes at most " + taken + " values, was given " + positional.size());
    }
    if (!signature.kwargs() && !named.isEmpty()) {
      throw error("has no parameters " + named.keySet());
    }
    scope.set("varargs", new Tuple(more));
    scope.set("kwargs", new LinkedHashMap<Object, Object>(named));
  }

  private TemplateException error(String message) {
    return new TemplateException("chat template: macro '" + signature.name() + "' " + message);
  }
}
