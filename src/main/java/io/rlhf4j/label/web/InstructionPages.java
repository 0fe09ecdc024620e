package io.rlhf4j.label.web;

import io.rlhf4j.data.InputException;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Instruction;
import java.util.List;

/**
 * What labelers are told. A change is a new version; each label keeps the one it was made under.
 */
public final class InstructionPages {
  private static final int LONGEST = 60_000;

  /** Bytes of a form whose text may need several bytes per letter, each of them escaped. */
  private static final int FORM = 1024 * 1024;

  /**
   * One version.
   *
   * @param versions of the same set, newest first
   * @param campaigns whose labels are made under this version now
   */
  public record View(
      Instruction instruction, List<Instruction> versions, List<Campaign> campaigns, boolean lead) {
    public Instruction newest() {
      return versions.get(0);
    }
  }

  private final Stores stores;

  InstructionPages(Stores stores) {
    this.stores = stores;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/instructions", Access.SIGNED_IN, this::list),
        Route.get("/instructions/{id}", Access.SIGNED_IN, this::show),
        Route.post("/instructions/{id}/next", Access.LEADS, this::next).withMaxBody(FORM));
  }

  private void list(Exchange exchange) {
    exchange.page("instructions.jte", "Instructions", stores.instructions().all());
  }

  private void show(Exchange exchange) {
    Instruction instruction = require(exchange);
    boolean lead = CampaignPages.isLead(exchange);
    exchange.page(
        "instruction.jte",
        "Instructions",
        new View(
            instruction,
            stores.instructions().all().stream()
                .filter(other -> other.name().equals(instruction.name()))
                .toList(),
            // Labelers are not told of campaigns that are none of theirs.
            lead
                ? stores.campaigns().all().stream()
                    .filter(campaign -> campaign.instructionId().equals(instruction.id()))
                    .toList()
                : List.of(),
            lead));
  }

  private void next(Exchange exchange) {
    Instruction before = require(exchange);
    String body = exchange.form().text("body", "The text of the instructions", LONGEST);
    if (body.equals(before.body().strip())) {
      throw new Refusal(400, "Nothing was changed, so there is no new version.");
    }
    try {
      Instruction next = stores.instructions().follow(before, body, exchange.person().id());
      exchange.redirect(
          "/instructions/" + next.id(),
          "Version %d is written. Campaigns keep the version they have until you change it on their pages."
              .formatted(next.version()));
    } catch (InputException e) {
      throw new Refusal(409, String.valueOf(e.getMessage()));
    }
  }

  private Instruction require(Exchange exchange) {
    Instruction instruction = stores.instructions().find(exchange.path("id"));
    if (instruction == null) {
      throw Refusal.notFound("version of the instructions");
    }
    return instruction;
  }
}
