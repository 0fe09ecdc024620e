package io.rlhf4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {
  private static final List<String> KEYS = List.of("kl", "clip", "learning_rate");

  @Test
  void editsCountInsertionsDeletionsChangesAndSwaps() {
    assertThat(NearestName.edits("kitten", "sitting")).isEqualTo(3); // k>s, e>i, +g
    assertThat(NearestName.edits("form", "from")).isEqualTo(1);
    assertThat(NearestName.edits("", "abc")).isEqualTo(3);
  }

  @Test
  void theNearestKnownNameIsFound() {
    assertThat(NearestName.of("lerning_rate", KEYS)).isEqualTo("learning_rate");
    assertThat(NearestName.of("clib", KEYS)).isEqualTo("clip");
  }

  @Test
  void nothingIsSuggestedForANameUnlikeAll() {
    assertThat(NearestName.of("temperature", KEYS)).isNull();
  }
}
