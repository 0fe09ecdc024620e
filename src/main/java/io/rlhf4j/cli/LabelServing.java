package io.rlhf4j.cli;

import io.rlhf4j.data.InputException;
import io.rlhf4j.label.store.Database;
import io.rlhf4j.label.web.LabelServer;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where the labeling app listens, and serving until somebody stops it. */
final class LabelServing {
  @Option(
      names = "--port",
      defaultValue = "8080",
      description = "Port to listen on; 0 for any free one (default ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      description = "Address to listen on; 0.0.0.0 for all (default ${DEFAULT-VALUE}).")
  private String host = "127.0.0.1";

  @Option(
      names = "--public-url",
      description =
          "How people reach the app when a proxy stands before it, as in"
              + " https://label.example.org; with https, cookies travel on nothing else.")
  private @Nullable String publicUrl;

  /** Refuses options that cannot be meant, before anything is opened. */
  void check() {
    if (port < 0 || port > 65_535) {
      throw new InputException("--port must be in 0..65535 (0 takes any free one), was " + port);
    }
    String url = publicUrl;
    if (url != null && !url.matches("https?://[^/\\s]+/?")) {
      throw new InputException(
          "--public-url must be like https://label.example.org (no path), was " + url);
    }
  }

  /** Serves until the process is told to stop. */
  void serve(Database database, PrintWriter out, PrintWriter err) throws InterruptedException {
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              stop.countDown();
              try {
                stopped.await(); // let running requests finish
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    try (LabelServer server =
        LabelServer.start(
            database,
            new LabelServer.Options(host, port, publicUrl),
            e -> err.println("error: a request failed: " + e))) {
      Runtime.getRuntime().addShutdownHook(hook);
      out.println("Labeling at " + server.url());
      String link = server.setupLink();
      if (link != null) {
        out.println("Nobody leads here yet. Open this link to become the first lead:");
        out.println("  " + link);
      }
      if (publicUrl == null && !host.equals("127.0.0.1") && !host.equals("localhost")) {
        out.println("Note: passwords travel in the clear; put an HTTPS proxy before it and give");
        out.println("  --public-url, before others than you use it.");
      }
      out.println("Stop with Ctrl-C.");
      out.flush();
      stop.await();
    } finally {
      stopped.countDown();
    }
  }
}
