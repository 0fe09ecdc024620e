package io.rlhf4j.label.web;

import io.rlhf4j.label.store.AssignmentStore;
import io.rlhf4j.label.store.AuditStore;
import io.rlhf4j.label.store.CampaignStore;
import io.rlhf4j.label.store.Database;
import io.rlhf4j.label.store.InstructionStore;
import io.rlhf4j.label.store.ItemStore;
import io.rlhf4j.label.store.PersonStore;
import io.rlhf4j.label.store.SessionStore;
import io.rlhf4j.label.store.SubmissionStore;

/** One store per subject, over one database. */
public record Stores(
    Database database,
    PersonStore people,
    SessionStore sessions,
    InstructionStore instructions,
    CampaignStore campaigns,
    ItemStore items,
    AssignmentStore assignments,
    SubmissionStore submissions,
    AuditStore audit) {
  public static Stores over(Database database) {
    return new Stores(
        database,
        new PersonStore(database),
        new SessionStore(database),
        new InstructionStore(database),
        new CampaignStore(database),
        new ItemStore(database),
        new AssignmentStore(database),
        new SubmissionStore(database),
        new AuditStore(database));
  }
}
