package io.rlhf4j.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.SharedFiles;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Message;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.PromptKind;
import io.rlhf4j.data.Role;
import io.rlhf4j.data.Split;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptFormatTest {
  @TempDir Path folder;

  @Test
  void aPlainPromptIsItsText() {
    try (Tokenizer tokenizer = trained(null)) {
      PromptFormat format = PromptFormat.of(PromptStyle.PLAIN, tokenizer);
      assertThat(format.promptIds(Prompt.plain("p", "Tell me  a story\n")))
          .isEqualTo(tokenizer.encode("Tell me  a story\n"));
    }
  }

  @Test
  void severalPlainTurnsNameTheirSpeakers() {
    try (Tokenizer tokenizer = trained(null)) {
      PromptFormat format = PromptFormat.of(PromptStyle.PLAIN, tokenizer);
      Prompt prompt =
          prompt(
              new Message(Role.SYSTEM, "Be brief."),
              Message.user("Hi"),
              Message.assistant("Hello"),
              Message.user("Bye"));
      assertThat(format.promptText(prompt))
          .isEqualTo(
              "System:\nBe brief.\n\nUser:\nHi\n\nAssistant:\nHello\n\nUser:\nBye\n\nAssistant:\n");
    }
  }

  @Test
  void aCompletionEndsInTheEndOfTextOnce() {
    try (Tokenizer tokenizer = trained(null)) {
      PromptFormat format = PromptFormat.of(PromptStyle.PLAIN, tokenizer);
      int[] once = format.completionIds("fine");
      assertThat(once).endsWith(tokenizer.eosId());
      assertThat(tokenizer.decode(once, false)).isEqualTo("fine<|endoftext|>");
      assertThat(format.completionIds("fine<|endoftext|>")).isEqualTo(once);
      assertThat(format.completionIds("")).containsExactly(tokenizer.eosId());
      assertThat(format.completionText(once)).isEqualTo("fine");
      assertThat(format.completionText(tokenizer.encode("cut off"))).isEqualTo("cut off");
    }
  }

  @Test
  void aCompletionThatGoesOnAfterItsEndIsRefused() {
    try (Tokenizer tokenizer = trained(null)) {
      PromptFormat format = PromptFormat.of(PromptStyle.PLAIN, tokenizer);
      assertThatThrownBy(() -> format.completionIds("one<|endoftext|>two"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("goes on after the end-of-text token <|endoftext|>");
    }
  }

  @Test
  void theBeginningOfTextStandsWhereTheModelExpectsIt() {
    try (Tokenizer tokenizer = Tokenizer.load(SharedFiles.require("models/stories260K"))) {
      PromptFormat format = PromptFormat.of(PromptStyle.PLAIN, tokenizer);
      // From the model's golden tokens: BOS, then " Once upon a time".
      assertThat(format.promptIds(Prompt.plain("p", "Once upon a time")))
          .containsExactly(1, 403, 407, 261, 378);
      assertThat(format.completionIds("a")).containsExactly(261, 2);
    }
  }

  @Test
  void chatNeedsATemplate() {
    try (Tokenizer tokenizer = trained(null)) {
      assertThatThrownBy(() -> PromptFormat.of(PromptStyle.CHAT, tokenizer))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("the model has no chat template; choose plain");
    }
  }

  @Test
  void formatsThatDifferHaveDifferentFingerprints() {
    try (Tokenizer tokenizer = trained("{{ messages[0].content }}")) {
      assertThat(PromptFormat.of(PromptStyle.CHAT, tokenizer).fingerprint())
          .isEqualTo("chat:" + tokenizer.fingerprint());
      assertThat(PromptFormat.of(PromptStyle.PLAIN, tokenizer).fingerprint())
          .isEqualTo("plain:" + tokenizer.fingerprint());
    }
  }

  @Test
  void theLastTurnFormatForgetsTheTurnsBefore() {
    try (Tokenizer tokenizer = trained("{% for m in messages %}<{{ m.content }}>{% endfor %}")) {
      PromptFormat format = PromptFormat.of(PromptStyle.LAST_TURN, tokenizer);
      Prompt dialogue = prompt(Message.user("Hi"), Message.assistant("Hello"), Message.user("Bye"));
      assertThat(format.promptText(dialogue)).isEqualTo("<Bye>");
      assertThat(format.fingerprint()).isEqualTo("last_turn:" + tokenizer.fingerprint());
    }
  }

  private static Prompt prompt(Message... messages) {
    return new Prompt("p", List.of(messages), null, null, PromptKind.PLAIN, Split.TRAIN);
  }

  private Tokenizer trained(@Nullable String template) {
    BpeTrainer trainer = new BpeTrainer(300, 1);
    trainer.add("Tell me a story. It is fine.");
    trainer.train().saveTo(folder, 64, template);
    return Tokenizer.load(folder);
  }
}
