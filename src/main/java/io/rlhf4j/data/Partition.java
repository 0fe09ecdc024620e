package io.rlhf4j.data;

import io.rlhf4j.data.DatasetReader.Exchange;
import io.rlhf4j.data.DatasetReader.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Deals the rows of a data set out to training, validation and test so that all rows of a prompt
 * land in one part. Rows that share any prompt stay together, also through other rows.
 *
 * <p>The part follows from a hash of the seed and the prompt. The shares are therefore met only
 * about, but a prompt keeps its part when rows are added, and has the same one in every file that
 * is dealt with the same seed, shares and {@code by}. ({@link Splits} meets shares exactly and goes
 * by users, for prompts of one's own.)
 *
 * @param valid share of prompts for validation
 * @param test share of prompts for the test
 */
public record Partition(double valid, double test, long seed, By by) {
  /** What makes two prompts one. Neither case nor spacing tells prompts apart. */
  public enum By {
    /** All turns before the completion. */
    PROMPT,
    /** The last user turn, for models that are shown no more than that. */
    LAST_TURN
  }

  /** One row's place. */
  public record Dealt(Row row, Split split) {}

  public Partition {
    if (!(valid >= 0 && test >= 0 && valid + test < 1)) {
      throw new InputException(
          "the shares of validation and test must be at least 0 and leave something for training,"
              + " were %s and %s".formatted(valid, test));
    }
  }

  /** The rows in the same order, each with its part. */
  public List<Dealt> deal(List<Row> rows) {
    Map<String, Integer> firstRow = new HashMap<>();
    int[] parent = new int[rows.size()];
    String[] lowest = new String[rows.size()]; // hash; of a group, its smallest
    for (int i = 0; i < rows.size(); i++) {
      parent[i] = i;
      lowest[i] = "~"; // behind every hash
      for (String key : keys(rows.get(i))) {
        Integer other = firstRow.putIfAbsent(key, i);
        int root = root(parent, other == null ? i : other);
        int own = root(parent, i);
        parent[own] = root;
        lowest[root] = min(lowest[root], min(lowest[own], RowReader.hash(seed + "/" + key)));
      }
    }
    List<Dealt> dealt = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      dealt.add(new Dealt(rows.get(i), part(lowest[root(parent, i)])));
    }
    return dealt;
  }

  private Split part(String hash) {
    // 48 bits as a number in [0, 1).
    double place = Long.parseLong(hash.substring(0, 12), 16) / (double) (1L << 48);
    return place < test ? Split.TEST : place < test + valid ? Split.VALID : Split.TRAIN;
  }

  private Set<String> keys(Row row) {
    Set<String> keys = new LinkedHashSet<>();
    for (Exchange exchange : row.exchanges()) {
      keys.add(key(exchange.prompt()));
    }
    return keys;
  }

  /** Equal for prompts that count as one. */
  public String key(Prompt prompt) {
    StringBuilder key = new StringBuilder();
    for (Message turn : by == By.LAST_TURN ? prompt.lastTurn() : prompt.messages()) {
      String text = turn.content().toLowerCase(Locale.ROOT).strip().replaceAll("\\s+", " ");
      key.append(turn.role().name()).append('\0').append(text).append('\0');
    }
    return key.toString();
  }

  private static int root(int[] parent, int i) {
    int at = i;
    while (parent[at] != at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }

  private static String min(String a, String b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
