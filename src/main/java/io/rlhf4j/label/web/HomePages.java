package io.rlhf4j.label.web;

import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.store.CampaignStore.Progress;
import java.util.List;
import java.util.Map;

/** Where people arrive. */
public final class HomePages {
  /** What a labeler can work on. */
  public record Home(String name, List<Offer> offers) {}

  /** One open campaign. */
  public record Offer(Campaign campaign, Progress progress, int mine) {}

  private final Stores stores;

  HomePages(Stores stores) {
    this.stores = stores;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/", Access.SIGNED_IN, this::arrive),
        Route.get("/home", Access.LABELERS, this::home),
        Route.get("/api/session", Access.SIGNED_IN, this::session));
  }

  /** Each role has its own first page. */
  private void arrive(Exchange exchange) {
    PersonRole role = exchange.person().role();
    exchange.redirect(
        switch (role) {
          case LABELER, HELD_OUT -> "/home";
          case LEAD, VIEWER -> "/campaigns";
        });
  }

  private void home(Exchange exchange) {
    Person person = exchange.person();
    List<Offer> offers =
        stores.campaigns().all().stream()
            .filter(campaign -> campaign.status() == Campaign.Status.OPEN)
            .filter(campaign -> campaign.audience().includes(person.role()))
            .map(
                campaign ->
                    new Offer(
                        campaign,
                        stores.campaigns().progress(campaign.id()),
                        stores.submissions().count(campaign.id(), person.id())))
            .toList();
    exchange.page("home.jte", "My work", new Home(person.name(), offers));
  }

  /** For programs that label through this interface: who they are, and the token to send. */
  private void session(Exchange exchange) {
    Person person = exchange.person();
    exchange.json(
        Map.of("name", person.name(), "role", person.role().name(), "csrf", exchange.csrf()));
  }
}
