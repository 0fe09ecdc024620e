package io.rlhf4j.data;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * At most so many prompts per user, so that nobody's use outweighs the others' (paper, section 3.2:
 * 200 per user).
 *
 * @param kept in their old order: each user's first ones; prompts of unknown users all stay
 * @param removed how many went, per user who had too many
 */
public record UserCap(List<Prompt> kept, SortedMap<String, Integer> removed) {
  public static final int MOST = 200;

  public UserCap {
    kept = List.copyOf(kept);
  }

  public static UserCap apply(List<Prompt> prompts) {
    return apply(prompts, MOST);
  }

  public static UserCap apply(List<Prompt> prompts, int most) {
    if (most < 1) {
      throw new InputException("the cap per user must be at least 1, was " + most);
    }
    TreeMap<String, Integer> counts = new TreeMap<>();
    TreeMap<String, Integer> removed = new TreeMap<>();
    List<Prompt> kept = new ArrayList<>();
    for (Prompt prompt : prompts) {
      String user = prompt.user();
      if (user == null || counts.merge(user, 1, Integer::sum) <= most) {
        kept.add(prompt);
      } else {
        removed.merge(user, 1, Integer::sum);
      }
    }
    return new UserCap(kept, removed);
  }
}
