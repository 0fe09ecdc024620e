package io.rlhf4j.label.web;

import io.rlhf4j.label.Person;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The menu at the top of each page. */
public final class Menu {
  /** One entry, shown to those who may use it. */
  public record Entry(String title, String path, Access access) {
    /** Whether a page at this address belongs to the entry. */
    public boolean holds(String address) {
      return address.equals(path) || address.startsWith(path + "/");
    }
  }

  /** A new page that stands in the menu is one row here. */
  private static final List<Entry> ENTRIES =
      List.of(
          new Entry("My work", "/home", Access.LABELERS),
          new Entry("Campaigns", "/campaigns", Access.READERS),
          new Entry("Screening", "/screening", Access.LEADS),
          new Entry("People", "/people", Access.LEADS),
          new Entry("Survey", "/survey/results", Access.READERS),
          new Entry("Audit log", "/audit", Access.LEADS),
          new Entry("Instructions", "/instructions", Access.SIGNED_IN),
          new Entry("About me", "/about-me", Access.LABELERS),
          new Entry("Survey", "/survey", Access.LABELERS));

  private Menu() {}

  static List<Entry> of(@Nullable Person person) {
    return person == null
        ? List.of()
        : ENTRIES.stream().filter(entry -> entry.access().allows(person.role())).toList();
  }
}
