package io.rlhf4j.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A program on this classpath in a process of its own, with the Java options of this one. */
public final class JavaProcess {
  private JavaProcess() {}

  /**
   * Runs a program and waits for it; what it says about errors goes where ours goes.
   *
   * @param main name of the class whose main method it is
   * @param out told each line that it prints
   * @return its exit code
   */
  public static int run(String main, Consumer<String> out, String... arguments) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    line.addAll(List.of(arguments));
    Process process = null;
    try {
      process = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      try (BufferedReader reader = process.inputReader()) {
        reader.lines().forEach(out);
      }
      return process.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + line.get(0), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 130;
    } finally {
      if (process != null) {
        process.destroy(); // it would go on measuring for nobody
      }
    }
  }
}
