package io.rlhf4j.label.web;

import io.rlhf4j.label.Person;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.store.AuditStore;
import io.rlhf4j.label.store.LabelerDataStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who is on the team, who comes in, who goes, and what everybody did. */
public final class PeoplePages {
  private static final int LATEST = 500;

  /**
   * The team.
   *
   * @param link of the invitation just made; empty when none was
   */
  public record Team(List<Person> people, String link, String role) {}

  /** One entry of the audit log, for reading. */
  public record Deed(String at, String who, String action, String subject, String detail) {}

  private final Stores stores;
  private final LabelerDataStore data;
  private final String base;

  /**
   * @param base the app's address, for links that are sent to people; empty for relative ones
   */
  PeoplePages(Stores stores, String base) {
    this.stores = stores;
    this.data = new LabelerDataStore(stores.database());
    this.base = base;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/people", Access.LEADS, this::list),
        Route.post("/people/invite", Access.LEADS, this::invite),
        Route.post("/people/{id}/change", Access.LEADS, this::change),
        Route.get("/people/{id}/data", Access.LEADS, this::download),
        Route.post("/people/{id}/erase", Access.LEADS, this::erase),
        Route.get("/audit", Access.LEADS, this::audit));
  }

  private void list(Exchange exchange) {
    exchange.page("people.jte", "People", new Team(stores.people().all(), "", ""));
  }

  private void invite(Exchange exchange) {
    Form form = exchange.form();
    PersonRole role = form.choice("role", "The role", PersonRole.class);
    String token = stores.people().invite(role, form.get("note"), exchange.person().id());
    exchange.page(
        "people.jte",
        "People",
        new Team(stores.people().all(), address(exchange) + "/join/" + token, role.title));
  }

  /** Behind a proxy as it was configured, or else as the lead's own browser reached it. */
  private String address(Exchange exchange) {
    return base.isEmpty() ? "http://" + exchange.context().host() : base;
  }

  private Person person(Exchange exchange) {
    Person person = stores.people().find(exchange.path("id"));
    if (person == null) {
      throw Refusal.notFound("person");
    }
    return person;
  }

  private void change(Exchange exchange) {
    Person person = person(exchange);
    Form form = exchange.form();
    if (person.id().equals(exchange.person().id())) {
      throw new Refusal(400, "You cannot change your own role; ask another lead.");
    }
    PersonRole role = form.choice("role", "The role", PersonRole.class);
    boolean active = form.get("active").equals("yes");
    stores.people().change(person.id(), role, active, exchange.person().id());
    exchange.redirect("/people", person.name() + " is changed.");
  }

  private void download(Exchange exchange) {
    Person person = person(exchange);
    stores.audit().add(exchange.person().id(), "export person", person.id(), "");
    exchange.download(
        "person-" + person.pseudonym() + ".json",
        "application/json; charset=utf-8",
        data.export(person.id()).toPrettyString().getBytes(StandardCharsets.UTF_8));
  }

  private void erase(Exchange exchange) {
    Person person = person(exchange);
    if (!exchange.form().get("pseudonym").strip().equals(person.pseudonym())) {
      throw new Refusal(400, "Type the person's pseudonym to confirm; nothing was erased.");
    }
    data.erase(person.id(), exchange.person().id());
    exchange.redirect("/people", "All data of " + person.pseudonym() + " is erased.");
  }

  private void audit(Exchange exchange) {
    Map<String, String> names = new HashMap<>();
    stores.people().all().forEach(person -> names.put(person.id(), person.name()));
    List<Deed> deeds =
        stores.audit().latest(LATEST).stream().map(entry -> deed(entry, names)).toList();
    exchange.page("audit.jte", "Audit log", deeds);
  }

  private static Deed deed(AuditStore.Entry entry, Map<String, String> names) {
    String who = entry.personId() == null ? "the program" : entry.personId();
    return new Deed(
        Instant.ofEpochMilli(entry.at()).toString().substring(0, 19).replace('T', ' '),
        names.getOrDefault(who, who),
        entry.action(),
        names.getOrDefault(entry.subject(), entry.subject()),
        entry.detail());
  }
}
