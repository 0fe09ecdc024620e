package io.rlhf4j.label.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.store.Database;
import io.rlhf4j.label.store.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The app on an empty SQLite file, for all tests of a class, with a Chromium in front of it where
 * they look at pages; without one on this machine they are skipped. A request that fails inside the
 * server fails the class.
 */
final class OpenApp implements BeforeAllCallback, AfterAllCallback {
  static final LabelServer.Options ANY_PORT = new LabelServer.Options("127.0.0.1", 0, null);

  private final boolean seen;
  private final List<Exception> crashes = Collections.synchronizedList(new ArrayList<>());
  private @Nullable Path folder;
  private @Nullable Chromium chromium;
  private @Nullable Database database;
  private @Nullable LabelServer server;

  private OpenApp(boolean seen) {
    this.seen = seen;
  }

  static OpenApp inChromium() {
    return new OpenApp(true);
  }

  static OpenApp withoutBrowser() {
    return new OpenApp(false);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    chromium = seen ? Chromium.startOrSkip() : null;
    folder = Files.createTempDirectory("rlhf4j-app");
    database = Database.open(folder.resolve("label.db").toString());
    server = LabelServer.start(database, ANY_PORT, crashes::add);
    Setting.over(database); // puts the first instructions in
  }

  /** Also after a start that stopped half-way. */
  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    if (chromium != null) {
      chromium.close();
    }
    if (server != null) {
      server.close();
    }
    if (database != null) {
      database.close();
    }
    if (folder != null) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    assertThat(crashes).as("nothing failed inside").isEmpty();
  }

  /** Gone after the last test. */
  Path folder() {
    return requireNonNull(folder);
  }

  Chromium chromium() {
    return requireNonNull(chromium);
  }

  Database database() {
    return requireNonNull(database);
  }

  LabelServer server() {
    return requireNonNull(server);
  }

  Stores stores() {
    return server().stores();
  }

  Setting setting() {
    return new Setting(stores());
  }

  String url() {
    return server().url();
  }

  List<Exception> crashes() {
    return crashes;
  }

  /** A window of somebody who is signed in. */
  BrowserContext window(Person person) {
    return chromium().context(server(), person);
  }
}
