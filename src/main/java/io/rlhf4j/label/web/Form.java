package io.rlhf4j.label.web;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The fields of a form as a browser sends them, decoded strictly. */
public final class Form {
  private final Map<String, List<String>> fields = new LinkedHashMap<>();

  private Form() {}

  static Form parse(byte[] body) {
    Form form = new Form();
    int start = 0;
    for (int i = 0; i <= body.length; i++) {
      if (i == body.length || body[i] == '&') {
        if (i > start) {
          form.field(body, start, i);
        }
        start = i + 1;
      }
    }
    return form;
  }

  private void field(byte[] body, int from, int to) {
    int equals = from;
    while (equals < to && body[equals] != '=') {
      equals++;
    }
    String key = decode(body, from, equals);
    String value = equals < to ? decode(body, equals + 1, to) : "";
    if (value.indexOf('\0') >= 0) {
      throw new Refusal(400, "A field holds a NUL character; nothing was stored.");
    }
    fields.computeIfAbsent(key, k -> new ArrayList<>()).add(value.replace("\r\n", "\n"));
  }

  private static String decode(byte[] body, int from, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(to - from);
    for (int i = from; i < to; i++) {
      if (body[i] == '+') {
        out.write(' ');
      } else if (body[i] == '%') {
        int high = i + 2 < to ? Character.digit(body[i + 1], 16) : -1;
        int low = i + 2 < to ? Character.digit(body[i + 2], 16) : -1;
        if (high < 0 || low < 0) {
          throw new Refusal(400, "The form is badly encoded; nothing was stored.");
        }
        out.write(high * 16 + low);
        i += 2;
      } else {
        out.write(body[i]);
      }
    }
    return Utf8.decode(out.toByteArray());
  }

  /** The first value of a field; empty when it is absent. */
  public String get(String key) {
    return fields.getOrDefault(key, List.of("")).get(0);
  }

  /** All values of a field. */
  public List<String> all(String key) {
    return List.copyOf(fields.getOrDefault(key, List.of()));
  }

  /** A field that must hold a text of at most so many characters. */
  public String text(String key, String title, int longest) {
    String value = get(key).strip();
    if (value.isEmpty()) {
      throw new Refusal(400, title + " is missing.");
    }
    if (value.length() > longest) {
      throw new Refusal(400, title + " is longer than " + longest + " characters.");
    }
    return value;
  }

  /** A field that must hold a whole number. */
  public int number(String key, String title) {
    try {
      return Integer.parseInt(get(key).strip());
    } catch (NumberFormatException e) {
      throw new Refusal(400, title + " must be a whole number, was '" + get(key) + "'.");
    }
  }

  /** A field that must hold one of an enum's names. */
  public <E extends Enum<E>> E choice(String key, String title, Class<E> type) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(get(key))) {
        return constant;
      }
    }
    throw new Refusal(400, title + " must be one of the choices, was '" + get(key) + "'.");
  }
}
