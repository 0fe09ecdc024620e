package io.rlhf4j.bottle;

import io.rlhf4j.tensor.Libtorch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Does pieces of work side by side, each as soon as those it stands on are done. A model as small
 * as the bottle's gains little from a second core in one operation, and everything from a second
 * core for another model; and since every piece runs on one thread, its bits do not depend on how
 * many cores there are.
 */
final class Crew implements AutoCloseable {
  /** More would help nobody: the bottle's work is this broad at most. */
  private static final int MOST = 4;

  private final ExecutorService workers;
  private final List<CompletableFuture<Void>> all = new ArrayList<>();

  /** A piece of work that is ready; the one planned first goes first. */
  private record Ready(int planned, Runnable work) implements Runnable, Comparable<Ready> {
    @Override
    public void run() {
      work.run();
    }

    @Override
    public int compareTo(Ready other) {
      return Integer.compare(planned, other.planned);
    }
  }

  private final int threadsOutside = Libtorch.threads();
  private volatile boolean failed;

  /** As many workers as there are cores, within reason. */
  static Crew ofThisMachine() {
    return new Crew(Math.max(1, Math.min(MOST, Runtime.getRuntime().availableProcessors())));
  }

  Crew(int size) {
    AtomicInteger number = new AtomicInteger();
    workers =
        new ThreadPoolExecutor(
            size,
            size,
            0,
            TimeUnit.SECONDS,
            new PriorityBlockingQueue<>(),
            work -> {
              Thread thread =
                  new Thread(
                      () -> {
                        Libtorch.useThreads(1);
                        work.run();
                      },
                      "crew-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Plans a piece of work. Of several that are ready, a free worker takes the one planned first.
   *
   * @param after what must be done before
   */
  CompletableFuture<Void> start(Runnable work, List<CompletableFuture<Void>> after) {
    int planned = all.size();
    CompletableFuture<Void> task =
        CompletableFuture.allOf(after.toArray(CompletableFuture[]::new))
            .thenRunAsync(
                () -> unlessFailed(work), ready -> workers.execute(new Ready(planned, ready)));
    all.add(task);
    return task;
  }

  private void unlessFailed(Runnable work) {
    if (failed) {
      return; // a result that nobody will look at
    }
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      failed = true;
      throw e;
    }
  }

  /** Waits for everything; the first failure is thrown, and what had not begun is not done. */
  void finish() {
    CompletableFuture<Void> everything =
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    try {
      everything.join();
    } catch (CompletionException e) {
      throw unwrapped(e);
    }
  }

  private static RuntimeException unwrapped(CompletionException e) {
    Throwable cause = e;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException known ? known : e;
  }

  @Override
  public void close() {
    workers.shutdown();
    // What a thread sets is also what threads yet to come begin with.
    Libtorch.useThreads(threadsOutside);
  }
}
