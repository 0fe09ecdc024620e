package io.rlhf4j.stage;

import io.rlhf4j.data.DatasetReader.Exchange;
import io.rlhf4j.data.DatasetReader.Row;
import io.rlhf4j.tokenizer.PromptFormat;
import java.util.Arrays;

/**
 * Which rows a model can read at all: prompt and completion within its positions, and no word that
 * its vocabulary cannot spell.
 *
 * @param room positions that a prompt without completions must leave free
 */
public record Fit(PromptFormat format, int positions, int room) {
  /** What is wrong with a row. */
  public enum Verdict {
    FITS,
    TOO_LONG,
    UNKNOWN_WORDS
  }

  /** The verdict on everything a row holds; the first fault counts. */
  public Verdict of(Row row) {
    for (Exchange exchange : row.exchanges()) {
      Verdict verdict = of(exchange);
      if (verdict != Verdict.FITS) {
        return verdict;
      }
    }
    return Verdict.FITS;
  }

  private Verdict of(Exchange exchange) {
    int[] prompt = format.promptIds(exchange.prompt());
    if (holdsUnknown(prompt)) {
      return Verdict.UNKNOWN_WORDS;
    }
    int longest = exchange.completions().isEmpty() ? room : 0;
    for (String completion : exchange.completions()) {
      int[] ids = format.completionIds(completion);
      if (holdsUnknown(ids)) {
        return Verdict.UNKNOWN_WORDS;
      }
      longest = Math.max(longest, ids.length);
    }
    return prompt.length + longest <= positions ? Verdict.FITS : Verdict.TOO_LONG;
  }

  private boolean holdsUnknown(int[] ids) {
    int unknown = format.tokenizer().unknownId().orElse(-1);
    return Arrays.stream(ids).anyMatch(id -> id == unknown);
  }
}
