package io.rlhf4j.eval.judge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.InputException;
import io.rlhf4j.stats.TextClassifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A scorer trained here: a folder of scorer.json (what it is, how good it is) and weights.bin. */
public final class LocalScorer implements TextScorer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ABOUT = "scorer.json";
  private static final String WEIGHTS = "weights.bin";

  /**
   * What scorer.json says.
   *
   * @param data the files it was trained on
   * @param heldOut measured on a twin trained without these texts
   */
  public record About(
      ScorerKind kind, int bits, int examples, List<String> data, List<ScorerQuality> heldOut) {
    public About {
      data = List.copyOf(data);
      heldOut = List.copyOf(heldOut);
    }
  }

  private final About about;
  private final TextClassifier classifier;

  LocalScorer(About about, TextClassifier classifier) {
    this.about = about;
    this.classifier = classifier;
  }

  public About about() {
    return about;
  }

  @Override
  public double[] score(List<String> contexts, List<String> texts) {
    double[] scores = new double[texts.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = classifier.probability(contexts.get(i), texts.get(i));
    }
    return scores;
  }

  @Override
  public String quality() {
    return "held-out: "
        + String.join("; ", about.heldOut().stream().map(q -> q.sentence()).toList())
        + "; "
        + about.kind().caution();
  }

  /** Writes the folder. */
  public void write(Path folder) {
    float[] weights = classifier.weights();
    ByteBuffer bytes = ByteBuffer.allocate(4 * weights.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(weights);
    AtomicFile.write(folder.resolve(WEIGHTS), bytes.array());
    try {
      AtomicFile.write(
          folder.resolve(ABOUT),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(about) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads what {@link #write} wrote; it must be of this kind. */
  public static LocalScorer read(Path folder, ScorerKind kind) {
    try {
      About about = JSON.readValue(Files.readString(folder.resolve(ABOUT)), About.class);
      if (about.kind() != kind) {
        throw new InputException(
            "%s judges %s, wanted is a scorer of %s".formatted(folder, about.kind(), kind));
      }
      ByteBuffer bytes =
          ByteBuffer.wrap(Files.readAllBytes(folder.resolve(WEIGHTS)))
              .order(ByteOrder.LITTLE_ENDIAN);
      float[] weights = new float[bytes.remaining() / 4];
      bytes.asFloatBuffer().get(weights);
      return new LocalScorer(about, new TextClassifier(kind.features(), about.bits(), weights));
    } catch (IOException e) {
      throw new InputException(
          "%s holds no scorer (%s and %s); train one with 'evaluate scorer': %s"
              .formatted(folder, ABOUT, WEIGHTS, e.getMessage()),
          e);
    }
  }
}
