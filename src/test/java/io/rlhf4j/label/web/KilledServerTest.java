package io.rlhf4j.label.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.Submission;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.store.Database;
import io.rlhf4j.label.store.Setting;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server is killed twenty times under load: what it acknowledged is there, and only once. */
class KilledServerTest {
  private static final int KILLS = 20;
  private static final int LABELERS = 12;
  private static final int ITEMS = 4_000;
  private static final int ANSWERS_BEFORE_EACH_KILL = 30;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger answers = new AtomicInteger();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final Set<String> failures = ConcurrentHashMap.newKeySet();

  @Test
  void everyAcknowledgedSubmissionIsThereOnce() throws Exception {
    Path file = folder.resolve("killed.db");
    int port = freePort();
    String url = "http://127.0.0.1:" + port;
    List<Browser> browsers = new ArrayList<>();
    Campaign campaign = prepare(file, url, browsers);
    ExecutorService crowd = Executors.newFixedThreadPool(LABELERS);
    List<Future<?>> labelers = new ArrayList<>();
    Process process = start(file, port);
    for (Browser browser : browsers) {
      labelers.add(crowd.submit(() -> label(browser)));
    }
    for (int kill = 0; kill < KILLS; kill++) {
      int wanted = answers.get() + ANSWERS_BEFORE_EACH_KILL;
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (answers.get() < wanted) {
        assertThat(System.nanoTime()).as("answers come in").isLessThan(deadline);
        assertThat(failures).isEmpty();
        Thread.sleep(2);
      }
      process.destroyForcibly().waitFor(); // SIGKILL: nothing is tidied up
      process = start(file, port);
    }
    over.set(true);
    for (Future<?> labeler : labelers) {
      labeler.get(60, TimeUnit.SECONDS);
    }
    crowd.shutdown();
    process.destroyForcibly().waitFor();
    assertThat(failures).isEmpty();
    assertThat(acknowledged).hasSizeGreaterThan(KILLS * ANSWERS_BEFORE_EACH_KILL);
    try (Database database = Database.open(file.toString())) {
      List<Submission> stored = Setting.over(database).stores().submissions().of(campaign.id());
      Map<String, Integer> items = new HashMap<>();
      Set<String> keys = new HashSet<>();
      for (Submission submission : stored) {
        keys.add(submission.id());
        items.merge(submission.itemId(), 1, Integer::sum);
      }
      assertThat(keys).hasSameSizeAs(stored).containsAll(acknowledged);
      // Each labeler repeated its last attempt until it was acknowledged, so nothing else is there.
      assertThat(keys).isEqualTo(acknowledged);
      assertThat(items.values()).as("one label was asked for").allMatch(count -> count == 1);
    }
  }

  private static Campaign prepare(Path file, String url, List<Browser> browsers) {
    try (Database database = Database.open(file.toString());
        LabelServer server =
            LabelServer.start(database, new LabelServer.Options("127.0.0.1", 0, null), e -> {})) {
      Setting setting = Setting.over(database);
      for (int i = 0; i < LABELERS; i++) {
        Browser here = Browser.of(server, setting.person("p" + i, PersonRole.LABELER));
        browsers.add(new Browser(here.client(), url, here.cookie(), here.csrf()));
      }
      return setting.open("killed", TaskKind.RANKING, 1, ITEMS);
    }
  }

  private void label(Browser browser) {
    while (!over.get()) {
      Crowd.Ready ready;
      try {
        ready = Crowd.next(browser, "killed");
      } catch (UncheckedIOException e) {
        pause();
        continue;
      } catch (RuntimeException e) {
        failures.add("next: " + e);
        return;
      }
      if (ready == null) {
        failures.add("the items ran out; give the test more");
        return;
      }
      send(browser, ready);
    }
  }

  /** As the page does it: the same submission with the same key until the server answers. */
  private void send(Browser browser, Crowd.Ready ready) {
    while (true) {
      try {
        String outcome = Crowd.submit(browser, ready);
        if (outcome.equals("STORED") || outcome.equals("REPEATED")) {
          acknowledged.add(ready.key());
          answers.incrementAndGet();
        } else {
          failures.add(outcome);
        }
        return;
      } catch (UncheckedIOException e) {
        pause();
      } catch (RuntimeException e) {
        failures.add("submit: " + e);
        return;
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Process start(Path file, int port) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // it lives for a second
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                KilledServer.class.getName(),
                file.toString(),
                String.valueOf(port))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    assertThat(said.readLine()).isEqualTo("up " + port);
    return process;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
