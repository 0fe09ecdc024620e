package io.rlhf4j.label;

/**
 * A piece of work given to labelers.
 *
 * @param name short and unique: it stands in addresses and on the command line
 * @param instructionId the version of the instructions that labels are made under from now on
 * @param overlap labels wanted per item unless an item says otherwise
 * @param leaseMinutes how long an item is kept for a labeler who is not typing
 * @param baseline the model that win rates are against; empty for none
 */
public record Campaign(
    String id,
    String name,
    TaskKind task,
    Status status,
    Audience audience,
    String instructionId,
    int overlap,
    int leaseMinutes,
    String baseline,
    long createdAt) {
  /** The same with another version of the instructions. */
  public Campaign withInstruction(String other) {
    return new Campaign(
        id, name, task, status, audience, other, overlap, leaseMinutes, baseline, createdAt);
  }

  /** Only an open campaign hands out items. */
  public enum Status {
    DRAFT,
    OPEN,
    PAUSED,
    CLOSED
  }

  /** Who is asked. */
  public enum Audience {
    LABELERS,
    HELD_OUT,
    EVERYBODY;

    public boolean includes(PersonRole role) {
      return switch (role) {
        case LABELER -> this != HELD_OUT;
        case HELD_OUT -> this != LABELERS;
        case LEAD, VIEWER -> false;
      };
    }
  }
}
