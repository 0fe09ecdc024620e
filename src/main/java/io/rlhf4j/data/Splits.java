package io.rlhf4j.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Deals prompts out to training, validation and test so that no user stands in two of them (paper,
 * section 3.2); where the user is unknown, so that no prompt text does.
 *
 * @param valid share of prompts for validation
 * @param test share of prompts for the test
 * @param seed equal seeds deal equal prompts out equally, in whatever order they come
 */
public record Splits(double valid, double test, long seed) {
  public Splits {
    if (!(valid >= 0 && test >= 0 && valid + test < 1)) {
      throw new InputException(
          "the shares of validation and test must be at least 0 and leave something for training,"
              + " were %s and %s".formatted(valid, test));
    }
  }

  /** The same prompts in the same order, each with its new split. */
  public List<Prompt> assign(List<Prompt> prompts) {
    Map<String, Integer> sizes = new TreeMap<>();
    for (Prompt prompt : prompts) {
      sizes.merge(owner(prompt), 1, Integer::sum);
    }
    // In the order of hashes: as random as they are, and the same tomorrow.
    List<String> owners = new ArrayList<>(sizes.keySet());
    Map<String, String> hashes = new HashMap<>();
    owners.forEach(owner -> hashes.put(owner, RowReader.hash(seed + "/" + owner)));
    owners.sort(Comparator.comparing((String owner) -> hashes.getOrDefault(owner, "")));
    double testLeft = test * prompts.size();
    double validLeft = valid * prompts.size();
    Map<String, Split> splits = new HashMap<>();
    for (String owner : owners) {
      int size = sizes.getOrDefault(owner, 0);
      // A part takes an owner whom it has room for, at worst half of him too much.
      if (testLeft >= size / 2.0) {
        splits.put(owner, Split.TEST);
        testLeft -= size;
      } else if (validLeft >= size / 2.0) {
        splits.put(owner, Split.VALID);
        validLeft -= size;
      }
    }
    return prompts.stream()
        .map(
            p ->
                new Prompt(
                    p.id(),
                    p.messages(),
                    p.user(),
                    p.useCase(),
                    p.kind(),
                    splits.getOrDefault(owner(p), Split.TRAIN)))
        .toList();
  }

  private static String owner(Prompt prompt) {
    return prompt.user() == null
        ? "text/" + RowReader.contentId(prompt.messages())
        : "user/" + prompt.user();
  }
}
