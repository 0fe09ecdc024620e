package io.rlhf4j.label.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.label.web.Prose.Block;
import io.rlhf4j.label.web.Prose.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProseTest {
  @Test
  void headingsListsAndParagraphsAreToldApart() {
    assertThat(Prose.blocks("# Title\nfirst\nstill first\n\nsecond\n- a\n- b\n## Heading\nlast"))
        .containsExactly(
            new Block(Kind.TITLE, List.of("Title")),
            new Block(Kind.PARAGRAPH, List.of("first", "still first")),
            new Block(Kind.PARAGRAPH, List.of("second")),
            new Block(Kind.LIST, List.of("a", "b")),
            new Block(Kind.HEADING, List.of("Heading")),
            new Block(Kind.PARAGRAPH, List.of("last")));
  }

  @Test
  void nothingGivesNothing() {
    assertThat(Prose.blocks("")).isEmpty();
    assertThat(Prose.blocks("\n \n")).isEmpty();
  }
}
