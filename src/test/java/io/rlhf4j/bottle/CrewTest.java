package io.rlhf4j.bottle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.InputException;
import io.rlhf4j.tensor.Libtorch;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CrewTest {
  private final ConcurrentLinkedQueue<String> done = new ConcurrentLinkedQueue<>();

  @Test
  void aPieceBeginsWhenThoseItStandsOnAreDone() {
    try (Crew crew = new Crew(3)) {
      CompletableFuture<Void> base = crew.start(() -> done.add("pretrain"), List.of());
      CompletableFuture<Void> tuned = crew.start(() -> done.add("sft"), List.of(base));
      crew.start(() -> done.add("rankings"), List.of(base, tuned));
      crew.finish();
    }
    assertThat(done).containsExactly("pretrain", "sft", "rankings");
  }

  @Test
  void ofSeveralThatAreReadyTheOnePlannedFirstGoesFirst() {
    CountDownLatch planned = new CountDownLatch(1);
    try (Crew crew = new Crew(1)) {
      CompletableFuture<Void> first =
          crew.start(
              () -> {
                try {
                  assertThat(planned.await(15, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              },
              List.of());
      crew.start(() -> done.add("a"), List.of(first));
      crew.start(() -> done.add("b"), List.of()); // ready before a
      crew.start(() -> done.add("c"), List.of(first));
      planned.countDown();
      crew.finish();
    }
    assertThat(done).containsExactly("a", "b", "c");
  }

  @Test
  void independentPiecesGoSideBySide() {
    CountDownLatch both = new CountDownLatch(2);
    Runnable meets =
        () -> {
          both.countDown();
          try {
            // Each waits for the other: one after the other they would never end.
            assertThat(both.await(15, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          done.add("met");
        };
    try (Crew crew = new Crew(2)) {
      crew.start(meets, List.of());
      crew.start(meets, List.of());
      crew.finish();
    }
    assertThat(done).hasSize(2);
  }

  @Test
  void theFirstFailureIsThrownAsItWasAndNothingIsBegunAfterIt() {
    try (Crew crew = new Crew(1)) {
      CompletableFuture<Void> failing =
          crew.start(
              () -> {
                throw new InputException("the disk is full");
              },
              List.of());
      crew.start(() -> done.add("stands on it"), List.of(failing));
      crew.start(() -> done.add("comes later"), List.of());
      assertThatThrownBy(crew::finish)
          .isInstanceOf(InputException.class)
          .hasMessage("the disk is full");
    }
    assertThat(done).isEmpty();
  }

  @Test
  void everyPieceHasOneThreadOfTheTensorLibrary() {
    int own = Libtorch.threads();
    try (Crew crew = new Crew(2)) {
      crew.start(() -> done.add("threads " + Libtorch.threads()), List.of());
      crew.finish();
    }
    assertThat(done).containsExactly("threads 1");
    assertThat(Libtorch.threads()).as("of the thread that called").isEqualTo(own);
  }
}
