package io.rlhf4j.eval.figure;

import java.util.List;

/**
 * Whatever else an evaluation shows: rows of text under a heading.
 *
 * @param note a sentence below the title; may be empty
 */
public record DataTable(String title, String note, List<String> head, List<List<String>> rows) {
  public DataTable {
    head = List.copyOf(head);
    rows = rows.stream().map(List::copyOf).toList();
  }
}
