package io.rlhf4j.label.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.answer.Label;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** For each test a new labeler before a window of the app, and what such a person does there. */
final class LabelerWindow implements BeforeEachCallback, AfterEachCallback {
  private final OpenApp app;
  private @Nullable Person person;
  private @Nullable BrowserContext context;
  private @Nullable Page page;

  LabelerWindow(OpenApp app) {
    this.app = app;
  }

  @Override
  public void beforeEach(ExtensionContext test) {
    int before = app.stores().people().all().size();
    person = app.setting().person("labeler" + before, PersonRole.LABELER);
    context = app.window(person);
    page = context.newPage();
  }

  @Override
  public void afterEach(ExtensionContext test) {
    context().close();
    assertThat(app.chromium().complaints()).as("errors on the browser's console").isEmpty();
  }

  Person person() {
    return requireNonNull(person);
  }

  BrowserContext context() {
    return requireNonNull(context);
  }

  Page page() {
    return requireNonNull(page);
  }

  void open(Campaign campaign) {
    page().navigate(app.url() + "/work/" + campaign.name());
  }

  void press(String... keys) {
    for (String key : keys) {
      page().keyboard().press(key);
    }
  }

  void type(String text) {
    page().keyboard().type(text);
  }

  Locator button(String name) {
    return page()
        .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  void untilSaved() {
    page().getByText("Saved", new Page.GetByTextOptions().setExact(true)).waitFor();
  }

  void untilDone() {
    page().getByText("Nothing left for you here").waitFor();
  }

  /** The one answer to the campaign, which is this person's. */
  Label only(Campaign campaign) {
    List<Label> labels = app.stores().submissions().labels(campaign);
    assertThat(labels).hasSize(1);
    assertThat(labels.get(0).labeler()).isEqualTo(person().pseudonym());
    return labels.get(0);
  }
}
