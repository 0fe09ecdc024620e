package io.rlhf4j.label.store;

import io.rlhf4j.label.store.Database.Search;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Writing to SQLite, which has one writer at a time and waits for the disk at each commit. Whoever
 * comes to write takes along all who wait: their work runs in one transaction, each within a
 * savepoint of its own, and one commit carries it all to the disk. So fifty who press Submit at
 * once wait for one or two commits, not for fifty.
 */
final class GroupCommit {
  /** Bounds how long the first of a group waits for the last. */
  private static final int MOST = 64;

  private static final String SAVEPOINT = "one";

  private final Jdbi jdbi;
  private final Queue<Request<?>> waiting = new ConcurrentLinkedQueue<>();
  private final ReentrantLock writer = new ReentrantLock(true);

  GroupCommit(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Runs the work; when this returns, the work is on disk. */
  <T> @Nullable T write(Search<T> work) {
    Request<T> request = new Request<>(work);
    waiting.add(request);
    writer.lock();
    try {
      while (!request.done) { // another may have taken it along while this one waited
        lead();
      }
    } finally {
      writer.unlock();
    }
    return request.outcome();
  }

  private void lead() {
    List<Request<?>> group = new ArrayList<>();
    for (Request<?> next = waiting.poll(); next != null; next = waiting.poll()) {
      group.add(next);
      if (group.size() == MOST) {
        break;
      }
    }
    try (Handle handle = jdbi.open()) {
      handle.begin();
      try {
        group.forEach(request -> request.run(handle));
        handle.commit();
      } catch (RuntimeException | Error e) {
        handle.rollback();
        throw e;
      }
    } catch (RuntimeException e) {
      group.forEach(request -> request.failure = e); // nothing of the group is stored
    } finally {
      group.forEach(request -> request.done = true);
    }
  }

  /** One caller's work and what became of it. Guarded by the writer's lock. */
  private static final class Request<T> {
    private final Search<T> work;
    private @Nullable T result;
    private @Nullable Throwable failure;
    private boolean done;

    Request(Search<T> work) {
      this.work = work;
    }

    /** What one work does wrong undoes that work alone. */
    void run(Handle handle) {
      handle.savepoint(SAVEPOINT);
      try {
        result = work.with(handle);
        handle.releaseSavepoint(SAVEPOINT);
      } catch (RuntimeException | Error e) {
        failure = e;
        handle.rollbackToSavepoint(SAVEPOINT);
      }
    }

    @Nullable T outcome() {
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
      return result;
    }
  }
}
