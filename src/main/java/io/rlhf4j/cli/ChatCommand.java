package io.rlhf4j.cli;

import io.rlhf4j.data.Message;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.PromptKind;
import io.rlhf4j.data.Split;
import io.rlhf4j.model.Generation;
import io.rlhf4j.model.Generator;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.Sampling;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rlhf4j chat}: a conversation on the terminal, one line a turn. */
@Command(
    name = "chat",
    description = "Talks with a model on the terminal; an empty line ends the conversation.")
final class ChatCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--model", required = true, description = "Model folder.")
  private Path model = Path.of("");

  @Option(
      names = "--format",
      description =
          "chat: the model's chat template, with the turns so far; plain: each line on its own."
              + " Default: chat where the model has a template.")
  private @Nullable PromptStyle format;

  @Option(names = "--temperature", defaultValue = "1", description = "0 takes the best token.")
  private double temperature = 1;

  @Option(names = "--max-new-tokens", defaultValue = "48", description = "Longest reply.")
  private int maxNewTokens = 48;

  @Option(
      names = "--precision",
      defaultValue = "FLOAT32",
      description = "float32, or bfloat16: faster where the processor has it, and rounded.")
  private Precision precision = Precision.FLOAT32;

  @Option(names = "--seed", defaultValue = "1", description = "Decides the samples.")
  private long seed = 1;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Tokenizer tokenizer = Tokenizer.load(model);
        Transformer transformer = ModelFolder.readLanguage(model, precision, false)) {
      PromptStyle style =
          format != null
              ? format
              : tokenizer.chatTemplate().isPresent() ? PromptStyle.CHAT : PromptStyle.PLAIN;
      PromptFormat text = PromptFormat.of(style, tokenizer);
      Generator generator = new Generator(transformer, 1);
      List<Message> turns = new ArrayList<>();
      long turn = 0;
      out.print("> ");
      out.flush();
      String line = in.readLine();
      while (line != null && !line.isBlank()) {
        if (style == PromptStyle.PLAIN) {
          turns.clear();
        }
        turns.add(Message.user(style == PromptStyle.PLAIN ? line + "\n" : line));
        int[] ids = fitting(text, turns, transformer.config().maxPositions() - maxNewTokens);
        Generation reply =
            generator
                .generate(
                    List.of(ids),
                    new Sampling(temperature, 0, 1, maxNewTokens),
                    new long[] {seed + turn++},
                    tokenizer.eosIds())
                .get(0);
        String answer = text.completionText(reply.tokens()).strip();
        turns.add(Message.assistant(answer));
        out.println(answer);
        out.print("> ");
        out.flush();
        line = in.readLine();
      }
      out.println();
    }
    return 0;
  }

  /** The turns as token ids; the oldest exchange is forgotten until they fit. */
  private static int[] fitting(PromptFormat text, List<Message> turns, int room) {
    while (true) {
      int[] ids =
          text.promptIds(new Prompt("chat", turns, null, null, PromptKind.PLAIN, Split.TEST));
      if (ids.length <= room || turns.size() < 3) {
        return ids.length <= room
            ? ids
            : java.util.Arrays.copyOfRange(ids, ids.length - Math.max(1, room), ids.length);
      }
      turns.remove(0);
      turns.remove(0);
    }
  }
}
