package io.rlhf4j.data;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The known name that somebody probably meant by an unknown one. */
public final class NearestName {
  private NearestName() {}

  /**
   * The known name with the fewest single-letter edits from {@code unknown}, the first of equals;
   * null when even that one differs by more than a third of its letters (at least one).
   */
  public static @Nullable String of(String unknown, Collection<String> known) {
    String nearest = null;
    int fewest = Integer.MAX_VALUE;
    for (String name : known) {
      int edits = edits(unknown, name);
      if (edits <= Math.max(1, name.length() / 3) && edits < fewest) {
        fewest = edits;
        nearest = name;
      }
    }
    return nearest;
  }

  /** Levenshtein distance, with a swap of neighbours counted as one edit. */
  static int edits(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        cost[i][j] =
            Math.min(cost[i - 1][j - 1] + change, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
