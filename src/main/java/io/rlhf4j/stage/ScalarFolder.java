package io.rlhf4j.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.InputException;
import io.rlhf4j.model.Heads;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.RewardModel.Likelihood;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tokenizer.BpeVocabulary;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.RewardConfig.Readout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * A reward model as a folder: the model's files and reward.json, which says where it is read and
 * how much a completion's likelihood counts.
 */
public final class ScalarFolder {
  private static final String FILE = "reward.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private ScalarFolder() {}

  /** A reward model around a scalar transformer. */
  static RewardModel of(
      Transformer model, Tokenizer tokenizer, Readout readout, Likelihood likelihood) {
    if (readout == Readout.LAST_TOKEN) {
      return new RewardModel(model, -1, tokenizer.padId(), likelihood);
    }
    OptionalInt token = tokenizer.idOf(BpeVocabulary.REWARD);
    if (token.isEmpty()) {
      throw new InputException(
          "readout is reward_token, but the tokenizer has no "
              + BpeVocabulary.REWARD
              + "; use readout: last_token");
    }
    return new RewardModel(model, token.getAsInt(), tokenizer.padId(), likelihood);
  }

  static void write(Path folder, RewardModel model, Tokenizer tokenizer, Readout readout) {
    ModelFolder.write(folder, model.transformer());
    tokenizer.saveTo(folder);
    ObjectNode json = JSON.createObjectNode();
    json.put("readout", readout.name().toLowerCase(Locale.ROOT));
    if (model.likelihood().counts()) {
      json.putObject("likelihood")
          .put("weight", model.likelihood().weight())
          .put("origin", model.likelihood().origin());
    }
    AtomicFile.write(folder.resolve(FILE), json.toPrettyString() + "\n");
  }

  /** Reads a reward model for scoring, or for training further. */
  public static RewardModel read(
      Path folder, Tokenizer tokenizer, Precision precision, boolean trainable) {
    if (!ModelFolder.hasScalarHead(folder)) {
      throw new InputException(
          folder + " holds no reward model: its checkpoint has no 'score.weight'");
    }
    Reading reading = reading(folder);
    Transformer model = ModelFolder.read(folder, heads(reading.likelihood()), precision, trainable);
    return of(model, tokenizer, reading.readout(), reading.likelihood());
  }

  /** How much a completion's likelihood counts for the reward model of a folder. */
  static Likelihood likelihood(Path folder) {
    return reading(folder).likelihood();
  }

  /** What a model must have on top to be read so. */
  static Heads heads(Likelihood likelihood) {
    return likelihood.counts() ? Heads.BOTH : Heads.SCALAR;
  }

  private record Reading(Readout readout, Likelihood likelihood) {}

  private static Reading reading(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      // As sequence classifiers of other libraries are read.
      return new Reading(Readout.LAST_TOKEN, Likelihood.NONE);
    }
    try {
      JsonNode json = JSON.readTree(file.toFile());
      Readout readout = Readout.valueOf(json.path("readout").asText().toUpperCase(Locale.ROOT));
      return new Reading(readout, likelihood(file, json.path("likelihood")));
    } catch (IOException | IllegalArgumentException e) {
      throw new InputException(
          file + " must say \"readout\": \"last_token\" or \"reward_token\"", e);
    }
  }

  private static Likelihood likelihood(Path file, JsonNode json) {
    if (json.isMissingNode()) {
      return Likelihood.NONE;
    }
    if (!json.path("weight").isNumber() || !json.path("origin").isNumber()) {
      throw new InputException(
          file + " must say \"likelihood\": {\"weight\": NUMBER, \"origin\": NUMBER}, or nothing");
    }
    return new Likelihood(json.path("weight").asDouble(), json.path("origin").asDouble());
  }
}
