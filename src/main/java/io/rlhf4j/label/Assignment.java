package io.rlhf4j.label;

import java.util.List;

/**
 * An item in one labeler's hands.
 *
 * @param shownOrder positions of the item's outputs, in the order this person sees them
 */
public record Assignment(
    String id,
    String itemId,
    String campaignId,
    String personId,
    State state,
    List<Integer> shownOrder,
    long leasedAt,
    long expiresAt) {
  /** An expired lease may still be submitted: nobody's work is thrown away. */
  public enum State {
    LEASED,
    EXPIRED,
    SUBMITTED,
    SKIPPED
  }
}
