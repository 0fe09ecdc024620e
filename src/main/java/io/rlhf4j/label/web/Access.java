package io.rlhf4j.label.web;

import io.rlhf4j.label.PersonRole;
import java.util.Set;

/** Who may use a route. */
public enum Access {
  /** Everybody, signed in or not. */
  PUBLIC(Set.of()),
  SIGNED_IN(Set.of(PersonRole.values())),
  LABELERS(Set.of(PersonRole.LABELER, PersonRole.HELD_OUT)),
  LEADS(Set.of(PersonRole.LEAD)),
  /** Who may see results. */
  READERS(Set.of(PersonRole.LEAD, PersonRole.VIEWER));

  private final Set<PersonRole> roles;

  Access(Set<PersonRole> roles) {
    this.roles = roles;
  }

  public boolean allows(PersonRole role) {
    return this == PUBLIC || roles.contains(role);
  }
}
