package io.rlhf4j.label;

import io.rlhf4j.data.Prompt;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An item to be added to a campaign.
 *
 * @param prompt null where {@code brief} says which prompt is to be written
 * @param wanted labels asked for; 0 takes the campaign's overlap
 * @param gold the answer that a lead expects, as the JSON of an answer; null for none
 */
public record NewItem(
    @Nullable Prompt prompt,
    String brief,
    int priority,
    int wanted,
    List<NewOutput> outputs,
    @Nullable String gold) {
  public NewItem {
    outputs = List.copyOf(outputs);
  }

  public static NewItem of(Prompt prompt, List<NewOutput> outputs) {
    return new NewItem(prompt, "", 0, 0, outputs, null);
  }

  public static NewItem brief(String brief) {
    return new NewItem(null, brief, 0, 0, List.of(), null);
  }
}
