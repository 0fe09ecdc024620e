package io.rlhf4j.bench;

import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tokenizer.BpeTrainer;
import io.rlhf4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What passes before the first step: opening a model folder and turning texts into tokens. */
record LoadWork(Sizes sizes) {
  void measure(Consumer<Measure> out) {
    Path folder = temporary();
    try {
      try (Transformer model =
          Transformer.fresh(sizes.model(sizes.length()), sizes.precision(), 1)) {
        ModelFolder.write(folder, model);
      }
      out.accept(open(folder));
      RandomText text = new RandomText(1);
      BpeTrainer trainer =
          new BpeTrainer(Math.max(BpeTrainer.SMALLEST_VOCABULARY, sizes.vocabulary()), 2);
      List<String> documents = text.documents(500);
      documents.forEach(trainer::add);
      trainer.train().saveTo(folder, sizes.length());
      tokenize(folder, documents, out);
      out.accept(FirstStep.inItsOwnProcess(folder, sizes));
    } finally {
      delete(folder);
    }
  }

  /**
   * The file has just been written, so it comes from the system's page cache, not from the disk.
   */
  private Measure open(Path folder) {
    Times times = new Times();
    Long peak =
        ResidentSet.peakOf(
            () -> {
              for (int i = 0; i < sizes.repetitions(); i++) {
                times.time(
                    () -> ModelFolder.readLanguage(folder, sizes.precision(), false).close());
              }
            });
    long bytes;
    try {
      bytes = Files.size(folder.resolve("model.safetensors"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder, e);
    }
    return Measure.ofBytes(
            "open a model",
            "%.0f MB of float32 from the page cache".formatted(bytes / 1e6),
            times.median(),
            bytes)
        .withPeak(peak);
  }

  private void tokenize(Path folder, List<String> documents, Consumer<Measure> out) {
    Times opening = new Times();
    Times one = new Times();
    Times all = new Times();
    long tokens = 0;
    for (int i = 0; i < sizes.repetitions(); i++) {
      opening.time(() -> Tokenizer.load(folder).close());
    }
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      for (int[] ids : tokenizer.encodeAll(documents)) {
        tokens += ids.length;
      }
      for (int i = 0; i < sizes.repetitions(); i++) {
        one.time(() -> documents.forEach(tokenizer::encode));
        all.time(() -> tokenizer.encodeAll(documents));
      }
      String detail =
          "%d texts, vocabulary %d".formatted(documents.size(), tokenizer.vocabularySize());
      out.accept(Measure.ofTime("open a tokenizer", detail, opening.median()));
      out.accept(Measure.ofTokens("tokenize, 1 thread", detail, one.median(), tokens));
      out.accept(Measure.ofTokens("tokenize, together", detail, all.median(), tokens));
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("rlhf4j-bench");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a temporary folder", e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }
}
