package io.rlhf4j.label.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.InputException;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.store.Database;
import io.rlhf4j.label.store.Setting;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelServerTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Database database;

  @SuppressWarnings("NullAway.Init")
  private LabelServer server;

  @BeforeEach
  void start() {
    database = Database.open(folder.resolve("label.db").toString());
    server = start(0, null);
  }

  @AfterEach
  void stop() {
    server.close();
    database.close();
  }

  private LabelServer start(int port, @org.jspecify.annotations.Nullable String publicUrl) {
    return LabelServer.start(
        database, new LabelServer.Options("127.0.0.1", port, publicUrl), e -> {});
  }

  @Test
  void aTakenPortIsNamedWithWhatToDo() {
    assertThatThrownBy(() -> start(server.port(), null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("127.0.0.1:" + server.port() + ": another program listens there")
        .hasMessageContaining("--port");
  }

  @Test
  void theFirstLeadComesByThePrintedLinkAndThereIsNoSecond() {
    String link = Objects.requireNonNull(server.setupLink());
    assertThat(link).startsWith(server.url() + "/join/");
    Setting.over(database).person("lead", PersonRole.LEAD);
    assertThat(server.setupLink()).isNull();
    try (LabelServer behindProxy = start(0, "https://label.example.org/")) {
      assertThat(behindProxy.url()).isEqualTo("https://label.example.org");
    }
  }

  @Test
  void everyAssetOfThePagesIsServedAndKept() {
    Browser stranger = Browser.stranger(server);
    String page = stranger.get("/login").body();
    var addresses =
        java.util.regex.Pattern.compile("/static/[0-9a-f]+/[a-z.]+").matcher(page).results();
    assertThat(addresses.map(match -> stranger.get(match.group())).toList())
        .hasSizeGreaterThanOrEqualTo(4)
        .allSatisfy(
            answer -> {
              assertThat(answer.statusCode()).isEqualTo(200);
              assertThat(answer.headers().firstValue("Cache-Control").orElse(""))
                  .contains("immutable");
            });
    assertThat(stranger.get("/static/0000000000/app.css").statusCode()).isEqualTo(404);
    assertThat(stranger.get("/static/..%2f..%2fsecret/x").statusCode()).isIn(400, 404);
  }
}
