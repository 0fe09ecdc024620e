package io.rlhf4j.cli;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.model.Generation;
import io.rlhf4j.model.Generator;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.Sampling;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rlhf4j generate}: completions of one prompt. */
@Command(name = "generate", description = "Lets a model complete a prompt.")
final class GenerateCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--model", required = true, description = "Model folder.")
  private Path model = Path.of("");

  @Option(
      names = "--format",
      defaultValue = "plain",
      description = "plain: the text as it is; chat: the model's chat template.")
  private PromptStyle format = PromptStyle.PLAIN;

  @Option(
      names = "--temperature",
      defaultValue = "1",
      description = "0 takes the best token each time.")
  private double temperature = 1;

  @Option(names = "--top-k", defaultValue = "0", description = "0 = all tokens.")
  private int topK;

  @Option(names = "--top-p", defaultValue = "1", description = "1 = all tokens.")
  private double topP = 1;

  @Option(names = "--max-new-tokens", defaultValue = "48", description = "Longest completion.")
  private int maxNewTokens = 48;

  @Option(names = "--n", defaultValue = "1", description = "How many completions.")
  private int count = 1;

  @Option(
      names = "--precision",
      defaultValue = "FLOAT32",
      description = "float32, or bfloat16: faster where the processor has it, and rounded.")
  private Precision precision = Precision.FLOAT32;

  @Option(names = "--seed", defaultValue = "1", description = "Decides the samples.")
  private long seed = 1;

  @Parameters(arity = "1", paramLabel = "PROMPT", description = "The text; \\n is a line break.")
  private String prompt = "";

  @Override
  public Integer call() {
    Sampling sampling = new Sampling(temperature, topK, topP, maxNewTokens);
    if (count < 1) {
      throw new InputException("--n must be at least 1, was " + count);
    }
    PrintWriter out = spec.commandLine().getOut();
    try (Tokenizer tokenizer = Tokenizer.load(model);
        Transformer transformer = ModelFolder.readLanguage(model, precision, false)) {
      PromptFormat text = PromptFormat.of(format, tokenizer);
      int[] ids = text.promptIds(Prompt.plain("prompt", prompt.replace("\\n", "\n")));
      List<int[]> prompts = new ArrayList<>();
      long[] seeds = new long[count];
      for (int i = 0; i < count; i++) {
        prompts.add(ids);
        seeds[i] = seed + i;
      }
      int room = transformer.config().maxPositions() - ids.length;
      if (room < 1) {
        throw new InputException(
            "the prompt has "
                + ids.length
                + " tokens, and the model no more than "
                + transformer.config().maxPositions()
                + " positions; shorten it");
      }
      for (Generation g :
          new Generator(transformer, Math.min(count, 64))
              .generate(prompts, sampling, seeds, tokenizer.eosIds())) {
        out.println(text.completionText(Arrays.copyOf(g.tokens(), g.tokens().length)));
      }
    }
    return 0;
  }
}
