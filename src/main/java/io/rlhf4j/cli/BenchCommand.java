package io.rlhf4j.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.bench.Benchmark;
import io.rlhf4j.bench.JavaProcess;
import io.rlhf4j.bench.MachineRates;
import io.rlhf4j.bench.Measure;
import io.rlhf4j.bench.Sizes;
import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.InputException;
import io.rlhf4j.model.Precision;
import io.rlhf4j.tensor.Libtorch;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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

/**
 * {@code rlhf4j bench}: how fast this machine trains and generates, and how near its limit. Several
 * works are done in a process each, so that none finds the memory or the compiled code that another
 * has left.
 */
@Command(
    name = "bench",
    description = {
      "Measures the machine's matrix-multiply rate and memory bandwidth, then a training step, a"
          + " step of the reward model and of DPO, generation, a PPO step and the loading of a GPT-2"
          + " type model, part by part, and says which share of the multiply rate training reaches."
    })
final class BenchCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "WORK",
      description = "machine, train, reward, dpo, generate, ppo, load, or all. Default: all.")
  private List<String> works = List.of("all");

  @Option(names = "--layers", defaultValue = "6", description = "Layers of the GPT-2 type model.")
  private int layers = 6;

  @Option(names = "--width", defaultValue = "384", description = "Its width.")
  private int width = 384;

  @Option(names = "--heads", defaultValue = "6", description = "Its heads.")
  private int heads = 6;

  @Option(names = "--vocabulary", defaultValue = "8192", description = "Its vocabulary.")
  private int vocabulary = 8192;

  @Option(
      names = "--batch",
      defaultValue = "8",
      description = "Rows of a training step, pairs of a DPO or reward-model step.")
  private int batch = 8;

  @Option(names = "--length", defaultValue = "256", description = "Tokens per row.")
  private int length = 256;

  @Option(
      names = "--rows",
      defaultValue = "32",
      description = "Completions sampled at once, and episodes of a PPO step; a multiple of 4.")
  private int rows = 32;

  @Option(
      names = "--ptx",
      paramLabel = "RATIO",
      defaultValue = "0",
      description = "Pretraining examples per episode of PPO. Default: 0, plain PPO.")
  private double ptx;

  @Option(names = "--repetitions", defaultValue = "9", description = "The median counts.")
  private int repetitions = 9;

  @Option(names = "--precision", description = "float32 or bfloat16. Default: the faster one.")
  private Precision precision = Precision.best();

  @Option(
      names = "--gradient-checkpointing",
      description = "The training step computes its layers again in the backward pass.")
  private boolean gradientCheckpointing;

  @Option(names = "--json", description = "Also writes the figures to this file.")
  private @Nullable Path json;

  /** Set by this command for the processes that it starts. */
  @Option(names = "--no-heading", hidden = true)
  private boolean noHeading;

  @Override
  public Integer call() {
    Set<Benchmark.Work> chosen = EnumSet.noneOf(Benchmark.Work.class);
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
    if (rows < 4 || rows % 4 != 0) {
      throw new InputException("--rows must be a multiple of 4, was " + rows);
    }
    if (!(ptx >= 0 && ptx < Double.POSITIVE_INFINITY)) {
      throw new InputException("--ptx must be a finite number, at least 0, was " + ptx);
    }
    if (width % heads != 0) {
      throw new InputException(
          "--width must be a multiple of --heads, was " + width + " with " + heads);
    }
    if (!noHeading) {
      heading();
    }
    ObjectNode figures = JSON.createObjectNode();
    figures.put("layers", layers).put("width", width).put("heads", heads);
    figures.put("vocabulary", vocabulary).put("batch", batch).put("length", length);
    figures.put("rows", rows).put("ptx", ptx);
    figures.put("gradient_checkpointing", gradientCheckpointing);
    figures.put("precision", precision.name().toLowerCase(Locale.ROOT));
    figures.put("threads", Libtorch.threads());
    figures.put("openblas_coretype", Machine.openBlasCoreType(System.getenv()));
    figures.putArray("machine");
    figures.putArray("measures");
    if (chosen.size() == 1) {
      measure(chosen.iterator().next(), figures);
    } else {
      for (Benchmark.Work work : chosen) {
        int code = inOwnProcess(work, figures);
        if (code != 0) {
          return code;
        }
      }
    }
    if (json != null) {
      AtomicFile.write(json, figures.toPrettyString() + "\n");
    }
    return 0;
  }

  private void heading() {
    String coreType = Machine.openBlasCoreType(System.getenv());
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "%-19s%d layers, %d wide, %d heads, vocabulary %d; %s, %d threads%s%n",
            "model",
            layers,
            width,
            heads,
            vocabulary,
            precision.name().toLowerCase(Locale.ROOT),
            Libtorch.threads(),
            coreType == null ? "" : ", OPENBLAS_CORETYPE " + coreType);
  }

  private void measure(Benchmark.Work work, ObjectNode figures) {
    if (work == Benchmark.Work.MACHINE) {
      say(MachineRates.Row.heading());
      for (MachineRates.Row row : MachineRates.standard(repetitions).measure()) {
        say(row.text());
        figures.withArray("machine").add(JSON.valueToTree(row));
      }
      return;
    }
    Sizes sizes =
        new Sizes(
            layers,
            width,
            heads,
            vocabulary,
            batch,
            length,
            rows,
            ptx,
            repetitions,
            precision,
            gradientCheckpointing);
    for (Measure measure : new Benchmark(sizes).run(work, m -> say(m.text()))) {
      figures.withArray("measures").add(JSON.valueToTree(measure));
    }
  }

  private void say(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  private int inOwnProcess(Benchmark.Work work, ObjectNode figures) {
    try {
      Path file = Files.createTempFile("rlhf4j-bench", ".json");
      try {
        int code =
            JavaProcess.run(
                Main.class.getName(),
                this::say,
                "bench",
                work.word(),
                "--no-heading",
                "--layers=" + layers,
                "--width=" + width,
                "--heads=" + heads,
                "--vocabulary=" + vocabulary,
                "--batch=" + batch,
                "--length=" + length,
                "--rows=" + rows,
                "--ptx=" + ptx,
                "--repetitions=" + repetitions,
                "--precision=" + precision,
                "--gradient-checkpointing=" + gradientCheckpointing,
                "--json=" + file);
        if (code == 0) {
          JsonNode part = JSON.readTree(file.toFile());
          figures.withArray("machine").addAll((ArrayNode) part.get("machine"));
          figures.withArray("measures").addAll((ArrayNode) part.get("measures"));
        }
        return code;
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep the figures of " + work.word(), e);
    }
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
        .filter(work -> work.word().equals(name))
        .findFirst()
        .map(Set::of)
        .orElseThrow(
            () ->
                new InputException(
                    "WORK must be machine, train, reward, dpo, generate, ppo, load or all, was '"
                        + name
                        + "'"));
  }
}
