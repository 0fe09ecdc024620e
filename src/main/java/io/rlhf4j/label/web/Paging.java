package io.rlhf4j.label.web;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which part of a long list a page shows, and the addresses of the other parts, which keep every
 * other parameter of the page's own address.
 *
 * @param key the parameter that carries the number
 * @param page from 1; a number that is none or too large is brought back among the pages
 */
public record Paging(
    String path,
    Map<String, List<String>> parameters,
    String key,
    int page,
    int perPage,
    int total) {
  static Paging of(Exchange exchange, String key, int perPage, int total) {
    String asked = exchange.query(key);
    int wanted = asked.matches("[0-9]{1,9}") ? Integer.parseInt(asked) : 1;
    int last = Math.max(1, (total + perPage - 1) / perPage);
    return new Paging(
        exchange.context().path(),
        exchange.context().queryParamMap(),
        key,
        Math.max(1, Math.min(last, wanted)),
        perPage,
        total);
  }

  public int pages() {
    return Math.max(1, (total + perPage - 1) / perPage);
  }

  /** How many entries stand on the pages before. */
  public int before() {
    return (page - 1) * perPage;
  }

  /** As in "101 to 200 of 4,000". */
  public String range() {
    return String.format(
        Locale.ROOT,
        "%,d to %,d of %,d",
        Math.min(total, before() + 1),
        Math.min(total, before() + perPage),
        total);
  }

  /** This page's part of a list that is there as a whole. */
  <T> List<T> of(List<T> all) {
    return all.subList(Math.min(before(), all.size()), Math.min(before() + perPage, all.size()));
  }

  /** The address of another page of the list. */
  public String at(int other) {
    List<String> pairs = new ArrayList<>();
    parameters.forEach(
        (name, values) -> {
          if (!name.equals(key)) {
            values.forEach(value -> pairs.add(encoded(name) + "=" + encoded(value)));
          }
        });
    if (other > 1) {
      pairs.add(key + "=" + other);
    }
    return pairs.isEmpty() ? path : path + "?" + String.join("&", pairs);
  }

  /** The numbers to offer: the first, the last, and those around this one; 0 is a gap. */
  public List<Integer> offered() {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 1; i <= pages(); i++) {
      if (i == 1 || i == pages() || Math.abs(i - page) <= 2) {
        numbers.add(i);
      } else if (numbers.get(numbers.size() - 1) != 0) {
        numbers.add(0);
      }
    }
    return numbers;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
