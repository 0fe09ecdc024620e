package io.rlhf4j.label.web;

import io.rlhf4j.label.store.Database;
import java.util.concurrent.CountDownLatch;

/** The server in a process of its own, so that a test can kill it. */
final class KilledServer {
  private KilledServer() {}

  /** Database and port; says "up" when it listens. */
  public static void main(String[] arguments) throws InterruptedException {
    Database database = Database.open(arguments[0]);
    LabelServer server =
        LabelServer.start(
            database,
            new LabelServer.Options("127.0.0.1", Integer.parseInt(arguments[1]), null),
            Throwable::printStackTrace);
    System.out.println("up " + server.port());
    new CountDownLatch(1).await();
  }
}
