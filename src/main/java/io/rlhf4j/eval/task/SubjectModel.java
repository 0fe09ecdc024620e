package io.rlhf4j.eval.task;

import io.rlhf4j.data.Prompt;
import io.rlhf4j.model.CompletionBatch;
import io.rlhf4j.model.Generation;
import io.rlhf4j.model.Generator;
import io.rlhf4j.model.Sample;
import io.rlhf4j.model.Sampling;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The model that a task is put to: what it writes, and how likely it finds what is put before it.
 */
final class SubjectModel {
  private static final int ROWS = 32;
  private static final int TOKENS = 8192;

  private final Transformer model;
  private final Tokenizer tokenizer;
  private final PromptFormat format;
  private final Set<Integer> unknown;

  SubjectModel(Transformer model, Tokenizer tokenizer, PromptStyle style) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.format = PromptFormat.of(style, tokenizer);
    this.unknown =
        Stream.of("<unk>", "<UNK>", "[UNK]")
            .map(tokenizer::idOf)
            .filter(id -> id.isPresent())
            .map(id -> id.getAsInt())
            .collect(Collectors.toSet());
  }

  /** The prompt's ids, or null when the tokenizer does not know all its letters. */
  int @Nullable [] prompt(String text) {
    int[] ids = format.promptIds(Prompt.plain("item", text));
    return known(ids) ? ids : null;
  }

  /**
   * A prompt and one choice, or null when the tokenizer does not know all letters. They are encoded
   * together where the border between them stays one between tokens.
   */
  @Nullable Sample choice(String prompt, String choice) {
    int[] before = prompt.isEmpty() ? start() : format.promptIds(Prompt.plain("item", prompt));
    int[] after = tokenizer.encode(choice);
    if (format.style() == PromptStyle.PLAIN && !prompt.isEmpty()) {
      int[] whole = format.promptIds(Prompt.plain("item", prompt + choice));
      if (whole.length > before.length
          && Arrays.equals(before, Arrays.copyOf(whole, before.length))) {
        after = Arrays.copyOfRange(whole, before.length, whole.length);
      }
    }
    return after.length > 0 && known(before) && known(after) ? new Sample(before, after) : null;
  }

  /** Whether the sample fits the model's positions. */
  boolean fits(int tokens) {
    return tokens <= model.config().maxPositions();
  }

  /** Natural log-probability of each sample's completion, summed over its tokens. */
  double[] logProbabilities(List<Sample> samples) {
    double[] results = new double[samples.size()];
    Integer[] order = new Integer[samples.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> samples.get(b).length() - samples.get(a).length());
    int from = 0;
    while (from < order.length) {
      int rows = Math.max(1, Math.min(ROWS, TOKENS / samples.get(order[from]).length()));
      List<Integer> part = Arrays.asList(order).subList(from, Math.min(order.length, from + rows));
      try (TensorScope scope = TensorScope.withoutGradients()) {
        CompletionBatch batch = CompletionBatch.of(part.stream().map(samples::get).toList(), 0);
        double[] sums =
            Host.doubles(batch.sequenceLogprobs(model.forward(batch.tokens(), batch.predictors())));
        for (int i = 0; i < sums.length; i++) {
          results[part.get(i)] = sums[i];
        }
      }
      from += part.size();
    }
    return results;
  }

  /** What the model writes after each prompt at temperature 0, up to the first line break. */
  List<String> write(List<int[]> prompts, int maxNewTokens) {
    List<String> texts = new ArrayList<>();
    for (Generation generation :
        new Generator(model, ROWS)
            .generate(
                prompts,
                Sampling.greedy(maxNewTokens),
                new long[prompts.size()],
                tokenizer.eosIds())) {
      texts.add(firstLine(format.completionText(generation.tokens())));
    }
    return texts;
  }

  /** A line break before any word is no answer yet. */
  static String firstLine(String text) {
    String stripped = text.strip();
    int end = stripped.indexOf('\n');
    return end < 0 ? stripped : stripped.substring(0, end).strip();
  }

  /** What stands before a text that has nothing before it. */
  private int[] start() {
    int[] start = tokenizer.startIds();
    return start.length > 0 ? start : new int[] {tokenizer.bosId().orElse(tokenizer.eosId())};
  }

  private boolean known(int[] ids) {
    return Arrays.stream(ids).noneMatch(unknown::contains);
  }
}
