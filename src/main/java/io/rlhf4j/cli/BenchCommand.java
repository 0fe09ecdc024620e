package io.rlhf4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.bench.Benchmark;
import io.rlhf4j.bench.Measure;
import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.InputException;
import io.rlhf4j.model.Precision;
import io.rlhf4j.tensor.Libtorch;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rlhf4j bench}: how fast this machine trains and generates, and how near its limit. */
@Command(
    name = "bench",
    description = {
      "Measures the machine's matrix-multiply rate, then a training step, generation and a PPO"
          + " step of a GPT-2 type model, and says which share of that rate training reaches."
    })
final class BenchCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "WORK",
      description = "train, generate, ppo, or all. Default: all.")
  private List<String> works = List.of("all");

  @Option(names = "--layers", defaultValue = "6", description = "Layers of the GPT-2 type model.")
  private int layers = 6;

  @Option(names = "--width", defaultValue = "384", description = "Its width.")
  private int width = 384;

  @Option(names = "--heads", defaultValue = "6", description = "Its heads.")
  private int heads = 6;

  @Option(names = "--vocabulary", defaultValue = "8192", description = "Its vocabulary.")
  private int vocabulary = 8192;

  @Option(names = "--batch", defaultValue = "8", description = "Rows of a training step.")
  private int batch = 8;

  @Option(names = "--length", defaultValue = "256", description = "Tokens per row.")
  private int length = 256;

  @Option(names = "--repetitions", defaultValue = "9", description = "The median counts.")
  private int repetitions = 9;

  @Option(names = "--precision", description = "float32 or bfloat16. Default: the faster one.")
  private Precision precision = Precision.best();

  @Option(names = "--json", description = "Also writes the figures to this file.")
  private @Nullable Path json;

  @Override
  public Integer call() {
    EnumSet<Benchmark.Work> chosen = EnumSet.noneOf(Benchmark.Work.class);
    for (String work : works) {
      chosen.addAll(parsed(work));
    }
    requireAtLeast(1, "--layers", layers);
    requireAtLeast(1, "--width", width);
    requireAtLeast(1, "--heads", heads);
    requireAtLeast(1, "--batch", batch);
    requireAtLeast(2, "--length", length);
    requireAtLeast(2, "--vocabulary", vocabulary);
    requireAtLeast(1, "--repetitions", repetitions);
    if (width % heads != 0) {
      throw new InputException(
          "--width must be a multiple of --heads, was " + width + " with " + heads);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%-19s%d layers, %d wide, %d heads, vocabulary %d; %s, %d threads%n",
        "model",
        layers,
        width,
        heads,
        vocabulary,
        precision.name().toLowerCase(Locale.ROOT),
        Libtorch.threads());
    List<Measure> measures =
        new Benchmark(layers, width, heads, vocabulary, batch, length, repetitions, precision)
            .run(
                chosen,
                measure -> {
                  out.println(measure.line());
                  out.flush();
                });
    if (json != null) {
      ObjectNode root = JsonNodeFactory.instance.objectNode();
      root.put("layers", layers).put("width", width).put("heads", heads);
      root.put("vocabulary", vocabulary).put("precision", precision.name());
      root.put("threads", Libtorch.threads());
      root.set("measures", new ObjectMapper().valueToTree(measures));
      AtomicFile.write(json, root.toPrettyString() + "\n");
    }
    return 0;
  }

  private static void requireAtLeast(int least, String option, int value) {
    if (value < least) {
      throw new InputException(option + " must be at least " + least + ", was " + value);
    }
  }

  private static Set<Benchmark.Work> parsed(String name) {
    if (name.equals("all")) {
      return EnumSet.allOf(Benchmark.Work.class);
    }
    return Arrays.stream(Benchmark.Work.values())
        .filter(work -> work.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .map(Set::of)
        .orElseThrow(
            () ->
                new InputException("WORK must be train, generate, ppo or all, was '" + name + "'"));
  }
}
