package io.rlhf4j.cli;

import io.rlhf4j.bench.Benchmark;
import io.rlhf4j.data.InputException;
import io.rlhf4j.model.Precision;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rlhf4j bench}: how fast this machine trains and generates, and how near its limit. */
@Command(
    name = "bench",
    description = {
      "Measures the machine's matrix-multiply rate, then a training step and generation, and says"
          + " which share of that rate they reach."
    })
final class BenchCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

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

  @Override
  public Integer call() {
    if (layers < 1 || width < 1 || heads < 1 || width % heads != 0) {
      throw new InputException(
          "--width must be a multiple of --heads, was " + width + " with " + heads);
    }
    if (batch < 1 || length < 2 || repetitions < 1 || vocabulary < 2) {
      throw new InputException(
          "--batch, --length, --vocabulary and --repetitions must be positive");
    }
    PrintWriter out = spec.commandLine().getOut();
    new Benchmark(layers, width, heads, vocabulary, batch, length, repetitions, precision)
        .run(out::println);
    return 0;
  }
}
