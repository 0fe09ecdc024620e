package io.rlhf4j.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import io.rlhf4j.SharedFiles;
import io.rlhf4j.data.DatasetReader.Exchange;
import io.rlhf4j.data.DatasetReader.Row;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import java.util.List;
import org.junit.jupiter.api.Test;

class FitTest {
  private static Row row(String prompt, String... completions) {
    return new Row(
        NullNode.getInstance(),
        List.of(new Exchange(Prompt.plain("p", prompt), List.of(completions))));
  }

  @Test
  void aModelOf33LettersReadsNoDigitsAndNothingBehindItsLastPosition() {
    try (Tokenizer tokenizer = Tokenizer.load(SharedFiles.require("models/craftgpt-5m"))) {
      Fit fit = new Fit(PromptFormat.of(PromptStyle.CHAT, tokenizer), 64, 10);
      assertThat(fit.of(row("How are you?", "fine", "very happy today")))
          .isEqualTo(Fit.Verdict.FITS);
      assertThat(fit.of(row("How are you?", "fine", "50%"))).isEqualTo(Fit.Verdict.UNKNOWN_WORDS);
      assertThat(fit.of(row("2 + 2?", "four"))).isEqualTo(Fit.Verdict.UNKNOWN_WORDS);
      // "[inst] ... [/inst]" around n words and the end behind n more: 2n + 3 tokens.
      assertThat(fit.of(row(words(30), words(30)))).isEqualTo(Fit.Verdict.FITS);
      assertThat(fit.of(row(words(31), words(31)))).isEqualTo(Fit.Verdict.TOO_LONG);
      // A prompt alone leaves 10 positions free: n + 2 + 10.
      assertThat(fit.of(row(words(52)))).isEqualTo(Fit.Verdict.FITS);
      assertThat(fit.of(row(words(53)))).isEqualTo(Fit.Verdict.TOO_LONG);
    }
  }

  private static String words(int count) {
    return "the ".repeat(count).strip();
  }
}
