package io.rlhf4j.tokenizer.jinja;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Jinja2 template in the environment that transformers gives to chat templates: trim_blocks,
 * lstrip_blocks, loop controls, {@code generation} blocks, {@code raise_exception}, {@code tojson}
 * without HTML escaping, and a sandbox in which values cannot be changed.
 *
 * <p>The text is Python's, or there is a {@link TemplateException}. Not supported, and refused
 * where a template uses them: the tags autoescape, block, do, extends, from, import, include and
 * trans, and recursive loops; the filters that escape HTML or print for people (listed in {@link
 * Filters}); rare string methods (listed in {@link StringMethods}), {@code format} with anything
 * but plain fields; {@code sameas} of anything but true, false and none; integers beyond 64 bits;
 * the globals cycler, joiner, lipsum and {@code strftime_now}, since a text must not depend on the
 * day: as is usual, templates then take a date of their own.
 *
 * <p>Immutable, safe for use by many threads.
 */
public final class Template {
  /** Characters {@code start} to {@code end} (exclusive) of a rendered text, in UTF-16 units. */
  public record Span(int start, int end) {}

  /**
   * A rendered text.
   *
   * @param generated what {@code generation} blocks marked as written by the assistant
   */
  public record Rendering(String text, List<Span> generated) {}

  private final List<Statement> statements;

  private Template(List<Statement> statements) {
    this.statements = statements;
  }

  /** Reads a template; mistakes are reported with their line. */
  public static Template parse(String source) {
    return new Template(new StatementParser(Lexer.tokens(source)).template());
  }

  /** Renders with these variables; a variable that is not among them is undefined. */
  public Rendering render(ObjectNode variables) {
    Scope globals = new Scope();
    globals.set("range", (Callable) Template::range);
    globals.set("dict", (Callable) Template::dict);
    globals.set("namespace", (Callable) Template::namespace);
    globals.set("raise_exception", (Callable) Template::raise);
    for (String name : List.of("cycler", "joiner", "lipsum")) {
      globals.set(
          name,
          (Callable)
              arguments -> {
                throw new TemplateException("chat template: " + name + "() is not supported");
              });
    }
    variables.properties().forEach(field -> globals.set(field.getKey(), value(field.getValue())));
    Statement.run(statements, globals, globals.page);
    return new Rendering(globals.page.toString(), List.copyOf(globals.generated));
  }

  private static Object range(Arguments arguments) {
    List<Object> values = arguments.positional();
    if (values.isEmpty() || values.size() > 3 || !arguments.named().isEmpty()) {
      throw new TemplateException("chat template: range() takes one to three integers");
    }
    long first = Numbers.whole(values.get(0), "range()");
    if (values.size() == 1) {
      return new Range(0, first, 1);
    }
    long step = values.size() == 3 ? Numbers.whole(values.get(2), "range()") : 1;
    return new Range(first, Numbers.whole(values.get(1), "range()"), step);
  }

  private static Map<Object, Object> dict(Arguments arguments) {
    Map<Object, Object> dict = new LinkedHashMap<>();
    if (!arguments.positional().isEmpty()) {
      Object source = arguments.positional().get(0);
      if (source instanceof Map<?, ?> map) {
        dict.putAll(map);
      } else {
        for (Object pair : Python.list(source)) {
          List<Object> both = Python.list(pair);
          if (both.size() != 2) {
            throw new TemplateException("chat template: dict() needs pairs");
          }
          dict.put(both.get(0), both.get(1));
        }
      }
    }
    dict.putAll(arguments.named());
    return dict;
  }

  private static Namespace namespace(Arguments arguments) {
    Namespace namespace = new Namespace();
    dict(arguments).forEach((name, value) -> namespace.attributes.put(Python.str(name), value));
    return namespace;
  }

  private static Object raise(Arguments arguments) {
    throw new RefusedException(Python.str(arguments.to("raise_exception()", "message").get(0)));
  }

  private static Object value(JsonNode json) {
    return switch (json.getNodeType()) {
      case STRING -> json.asText();
      case BOOLEAN -> json.asBoolean();
      case NUMBER -> number(json);
      case ARRAY -> {
        List<Object> list = new ArrayList<>();
        json.forEach(item -> list.add(value(item)));
        yield list;
      }
      case OBJECT -> {
        Map<Object, Object> map = new LinkedHashMap<>();
        json.properties().forEach(field -> map.put(field.getKey(), value(field.getValue())));
        yield map;
      }
      case NULL, MISSING, BINARY, POJO -> None.NONE;
    };
  }

  private static Object number(JsonNode json) {
    if (!json.isIntegralNumber()) {
      return json.asDouble();
    }
    if (!json.canConvertToLong()) {
      throw new TemplateException(
          "chat template: the integer " + json.asText() + " is beyond 64 bits");
    }
    return json.asLong();
  }
}
