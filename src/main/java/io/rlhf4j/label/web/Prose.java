package io.rlhf4j.label.web;

import java.util.ArrayList;
import java.util.List;

/** Instructions as blocks that a page can show: no markup language, hence none to abuse. */
public final class Prose {
  /** What a block is. */
  public enum Kind {
    TITLE,
    HEADING,
    LIST,
    PARAGRAPH
  }

  /** Lines that belong together. */
  public record Block(Kind kind, List<String> lines) {}

  private Prose() {}

  /** Lines of {@code # }, {@code ## } and {@code - }; blank lines part paragraphs. */
  public static List<Block> blocks(String text) {
    List<Block> blocks = new ArrayList<>();
    List<String> open = new ArrayList<>();
    Kind kind = Kind.PARAGRAPH;
    for (String line : text.lines().toList()) {
      Kind next =
          line.startsWith("# ")
              ? Kind.TITLE
              : line.startsWith("## ")
                  ? Kind.HEADING
                  : line.startsWith("- ") ? Kind.LIST : Kind.PARAGRAPH;
      boolean alone = next == Kind.TITLE || next == Kind.HEADING;
      if (line.isBlank() || alone || next != kind) {
        close(blocks, kind, open);
        open = new ArrayList<>();
        kind = next;
      }
      if (!line.isBlank()) {
        open.add(line.substring(line.startsWith("## ") ? 3 : next == Kind.PARAGRAPH ? 0 : 2));
      }
    }
    close(blocks, kind, open);
    return blocks;
  }

  private static void close(List<Block> blocks, Kind kind, List<String> lines) {
    if (!lines.isEmpty()) {
      blocks.add(new Block(kind, List.copyOf(lines)));
    }
  }
}
