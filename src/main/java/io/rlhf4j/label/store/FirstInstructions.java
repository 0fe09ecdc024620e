package io.rlhf4j.label.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The instructions that a new database starts with; leads add versions of their own. */
public final class FirstInstructions {
  /** Helpfulness first: for training data. */
  public static final String TRAINING = "training";

  /** Truth and harmlessness first: for the final evaluation. */
  public static final String EVALUATION = "evaluation";

  private FirstInstructions() {}

  /** Adds what is missing. */
  public static void addTo(InstructionStore instructions) {
    for (String name : List.of(TRAINING, EVALUATION)) {
      if (instructions.latest(name) == null) {
        instructions.add(name, read(name), null);
      }
    }
  }

  private static String read(String name) {
    String resource = "/io/rlhf4j/label/instructions/" + name + ".txt";
    try (InputStream in = FirstInstructions.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its own file " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
