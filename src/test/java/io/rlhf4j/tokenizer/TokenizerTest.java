package io.rlhf4j.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rlhf4j.SharedFiles;
import io.rlhf4j.data.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temporary;

  @Test
  void craftgptsGoldenTextsGiveItsIds() throws IOException {
    checkGolden(SharedFiles.require("models/craftgpt-5m"));
  }

  @Test
  void stories260ksGoldenTextsGiveItsIds() throws IOException {
    checkGolden(SharedFiles.require("models/stories260K"));
  }

  private static void checkGolden(Path folder) throws IOException {
    JsonNode golden = JSON.readTree(folder.resolve("golden_tokens.json").toFile());
    List<String> texts = new ArrayList<>();
    List<int[]> expected = new ArrayList<>();
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      for (JsonNode example : golden.path("cases")) {
        String text = example.path("text").asText();
        int[] ids = JSON.convertValue(example.path("ids"), int[].class);
        int start = tokenizer.startIds().length;
        assertThat(Arrays.copyOf(ids, start)).isEqualTo(tokenizer.startIds());
        int[] bare = Arrays.copyOfRange(ids, start, ids.length);
        assertThat(tokenizer.encode(text)).as(text).isEqualTo(bare);
        assertThat(tokenizer.decode(ids)).as(text).isEqualTo(example.path("decoded").asText());
        if (example.has("decoded_with_special")) {
          assertThat(tokenizer.decode(ids, false))
              .isEqualTo(example.path("decoded_with_special").asText());
        }
        texts.add(text);
        expected.add(bare);
      }
      assertThat(texts).hasSizeGreaterThan(40);
      assertThat(tokenizer.encodeAll(texts)).usingRecursiveComparison().isEqualTo(expected);
    }
  }

  @Test
  void specialIdsComeFromWhicheverFileNamesThem() {
    try (Tokenizer craft = Tokenizer.load(SharedFiles.require("models/craftgpt-5m"));
        Tokenizer stories = Tokenizer.load(SharedFiles.require("models/stories260K"))) {
      assertThat(craft.eosIds()).containsExactly(0, 1);
      assertThat(craft.padId()).isEqualTo(1906);
      assertThat(craft.vocabularySize()).isEqualTo(1908);
      assertThat(craft.startIds()).isEmpty();
      assertThat(craft.tokenOf(1)).isEqualTo("[/inst]");
      assertThat(craft.chatTemplateSource()).isPresent();
      assertThat(stories.eosIds()).containsExactly(2);
      assertThat(stories.padId()).isZero();
      assertThat(stories.startIds()).containsExactly(1);
      assertThat(stories.vocabularySize()).isEqualTo(512);
      assertThat(stories.chatTemplateSource()).isEmpty();
      assertThat(stories.fingerprint()).hasSize(64).isNotEqualTo(craft.fingerprint());
    }
  }

  @Test
  void gpt2sTwoFilesMakeGpt2sTokenizer() throws IOException {
    Path source = SharedFiles.require("data/tokenizers/gpt2");
    try (InputStream zipped = Files.newInputStream(source.resolve("encoder.json.gz"));
        InputStream plain = new GZIPInputStream(zipped)) {
      Files.copy(plain, temporary.resolve("vocab.json"));
    }
    Files.copy(source.resolve("vocab.bpe"), temporary.resolve("merges.txt"));
    Files.writeString(
        temporary.resolve("tokenizer_config.json"), "{\"eos_token\": \"<|endoftext|>\"}");
    try (Tokenizer tokenizer = Tokenizer.load(temporary)) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(50257);
      assertThat(tokenizer.eosId()).isEqualTo(50256);
      // The ids that every description of GPT-2 shows for this sentence.
      assertThat(tokenizer.encode("Hello, my dog is cute"))
          .containsExactly(15496, 11, 616, 3290, 318, 13779);
      assertThat(tokenizer.encode("<|endoftext|>")).containsExactly(50256);
      String text = "Größe: 3.14 €\n\n\tdef f(x):  return x'll 日本 🙂";
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
      assertThat(tokenizer.hasPad()).isFalse();
      assertThatThrownBy(tokenizer::padId)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("give pad_token in tokenizer_config.json");
    }
  }

  @Test
  void longTextsAreNotCutAndShortOnesNotFilled() {
    Path folder = small("{}");
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      String longText = "word ".repeat(5_000);
      List<int[]> ids = tokenizer.encodeAll(List.of(longText, "word", ""));
      assertThat(tokenizer.decode(ids.get(0))).isEqualTo(longText);
      assertThat(tokenizer.encode(longText)).isEqualTo(ids.get(0));
      assertThat(tokenizer.decode(ids.get(1), false)).isEqualTo("word");
      assertThat(ids.get(2)).isEmpty();
    }
  }

  @Test
  void truncationAndPaddingLeftInTheFileAreIgnored() throws IOException {
    Path folder = small("{}");
    Path file = folder.resolve("tokenizer.json");
    String settings =
        "\"truncation\" : {\"direction\":\"Right\",\"max_length\":4,\"strategy\":\"LongestFirst\","
            + "\"stride\":0},";
    Files.writeString(
        file, Files.readString(file).replaceFirst("\"truncation\" : null,", settings));
    assertThat(Files.readString(file)).contains("LongestFirst");
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      assertThat(tokenizer.decode(tokenizer.encode("x y z x y z x"))).isEqualTo("x y z x y z x");
    }
  }

  @Test
  void manyThreadsMayUseOneTokenizer() throws Exception {
    try (Tokenizer tokenizer = Tokenizer.load(small("{}"))) {
      ExecutorService threads = Executors.newFixedThreadPool(4);
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String text = "text number " + i;
        answers.add(threads.submit(() -> tokenizer.decode(tokenizer.encode(text))));
      }
      for (int i = 0; i < 200; i++) {
        assertThat(answers.get(i).get()).isEqualTo("text number " + i);
      }
      threads.shutdown();
    }
  }

  @Test
  void aSavedTokenizerIsTheSameTokenizer() {
    Path copy = temporary.resolve("copy");
    try (Tokenizer tokenizer = Tokenizer.load(small("{\"eos_token_id\": [0, 2]}"))) {
      tokenizer.saveTo(copy);
      try (Tokenizer again = Tokenizer.load(copy)) {
        assertThat(again.fingerprint()).isEqualTo(tokenizer.fingerprint());
        assertThat(again.eosIds()).containsExactly(0, 2).isEqualTo(tokenizer.eosIds());
        assertThat(again.encode("word")).isEqualTo(tokenizer.encode("word"));
      }
    }
  }

  @Test
  void padThatIsTheEndOfTextIsRefused() throws IOException {
    Path folder = small("{}");
    Path config = folder.resolve("tokenizer_config.json");
    Files.writeString(config, Files.readString(config).replace("<|pad|>", "<|endoftext|>"));
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      assertThatThrownBy(tokenizer::padId)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("must differ from the end of text, both are <|endoftext|>");
    }
  }

  @Test
  void specialTokensOutsideTheVocabularyAreRefused() throws IOException {
    Path folder = small("{}");
    Path config = folder.resolve("tokenizer_config.json");
    Files.writeString(config, "{\"eos_token\": \"</s>\"}");
    assertThatThrownBy(() -> Tokenizer.load(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("eos_token is '</s>', which is no token of the vocabulary");
  }

  @Test
  void foldersWithoutATokenizerAreRefused() {
    assertThatThrownBy(() -> Tokenizer.load(temporary))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("neither tokenizer.json nor vocab.json with merges.txt is there");
    assertThatThrownBy(() -> Tokenizer.load(temporary.resolve("nowhere")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is not a folder");
  }

  @Test
  void brokenFilesAreRefusedWithTheirName() throws IOException {
    Files.writeString(temporary.resolve("tokenizer.json"), "{\"model\": ");
    assertThatThrownBy(() -> Tokenizer.load(temporary))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("tokenizer.json is not valid JSON");
    Files.writeString(
        temporary.resolve("tokenizer.json"),
        "{\"model\": {\"type\": \"?\", \"vocab\": {\"a\": 0}}}");
    assertThatThrownBy(() -> Tokenizer.load(temporary))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the tokenizer cannot be loaded");
  }

  @Test
  void halfCharactersAreRefused() {
    try (Tokenizer tokenizer = Tokenizer.load(small("{}"))) {
      assertThatThrownBy(() -> tokenizer.encode("ab\ud83d"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("\\ud83d at position 2 of 3");
    }
  }

  /** A vocabulary of bytes with this generation_config.json. */
  private Path small(String generationConfig) {
    Path folder = temporary.resolve("small");
    BpeTrainer trainer = new BpeTrainer(300, 1);
    Collections.nCopies(3, "word after word").forEach(trainer::add);
    trainer.train().saveTo(folder, 16);
    try {
      Files.writeString(folder.resolve("generation_config.json"), generationConfig);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }
}
