package io.rlhf4j.bottle;

import io.rlhf4j.model.Generation;
import io.rlhf4j.model.Generator;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.Sampling;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A model that answers prompts: weights, tokenizer, and what is put around a prompt.
 *
 * @param model its name in the paper's terms: GPT, GPT-prompted, SFT, PPO, PPO-ptx, DPO
 * @param size label of its size
 */
final class Policy implements AutoCloseable {
  private static final int ROWS = 256;

  private final String model;
  private final String size;
  private final Tokenizer tokenizer;
  private final Transformer transformer;
  private final PromptFormat format;
  private final int[] lineEnds; // end of text, and every token with a line break in it

  /** An answer and how it came about. */
  record Answer(String text, int tokens, double logprob, boolean finished) {}

  private Policy(String model, String size, Tokenizer tokenizer, Transformer transformer) {
    this.model = model;
    this.size = size;
    this.tokenizer = tokenizer;
    this.transformer = transformer;
    this.format = PromptFormat.of(PromptStyle.PLAIN, tokenizer);
    IntStream breaks =
        IntStream.range(0, tokenizer.vocabularySize())
            .filter(id -> tokenizer.decode(new int[] {id}).contains("\n"));
    this.lineEnds = IntStream.concat(Arrays.stream(tokenizer.eosIds()), breaks).toArray();
  }

  /** Loads a model folder. */
  static Policy load(String model, String size, Path folder, Precision precision) {
    return new Policy(
        model, size, Tokenizer.load(folder), ModelFolder.readLanguage(folder, precision, false));
  }

  String model() {
    return model;
  }

  String size() {
    return size;
  }

  Transformer transformer() {
    return transformer;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  long parameters() {
    return transformer.parameterCount();
  }

  /**
   * One sampled answer per text, at temperature 1.
   *
   * @param texts what the model reads
   * @param seed the i-th answer's randomness is a function of it and i
   */
  List<Answer> answers(List<String> texts, int maxNewTokens, long seed) {
    return answers(texts, maxNewTokens, seed, tokenizer.eosIds());
  }

  /** The same for answers that end with their line: what follows would be cut off anyway. */
  List<Answer> lines(List<String> texts, int maxNewTokens, long seed) {
    return answers(texts, maxNewTokens, seed, lineEnds);
  }

  private List<Answer> answers(List<String> texts, int maxNewTokens, long seed, int[] endIds) {
    List<int[]> prompts = new ArrayList<>();
    long[] seeds = new long[texts.size()];
    int room = transformer.config().maxPositions() - maxNewTokens;
    for (int i = 0; i < texts.size(); i++) {
      int[] ids = tokenizer.encode(texts.get(i));
      // A few-shot prefix may leave too little room: its oldest tokens go first.
      prompts.add(
          ids.length <= room ? ids : Arrays.copyOfRange(ids, ids.length - room, ids.length));
      seeds[i] = Seeds.mix(seed, i);
    }
    List<Generation> written =
        new Generator(transformer, ROWS)
            .generate(prompts, Sampling.plain(maxNewTokens), seeds, endIds);
    List<Answer> answers = new ArrayList<>();
    for (Generation g : written) {
      double logprob = 0;
      for (float value : g.logprobs()) {
        logprob += value;
      }
      answers.add(
          new Answer(format.completionText(g.tokens()), g.tokens().length, logprob, g.finished()));
    }
    return answers;
  }

  /** Generated ids as text, up to the end-of-text token. */
  String completionText(int[] ids) {
    return format.completionText(ids);
  }

  @Override
  public void close() {
    transformer.close();
    tokenizer.close();
  }
}
