package io.rlhf4j.cli;

import io.rlhf4j.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What every training command takes: a YAML file, settings on the command line, resuming. */
final class StageArguments {
  @Option(
      names = {"-c", "--config"},
      description = "YAML file with the settings.")
  private @Nullable Path file;

  @Option(names = "--preset", description = "Named settings to start from, such as instructgpt.")
  private @Nullable String preset;

  @Parameters(
      arity = "0..*",
      paramLabel = "key=value",
      description = "Settings that go over the file's, such as training.epochs=2.")
  private List<String> overrides = new ArrayList<>();

  @Mixin final WhenThere whenThere = new WhenThere();

  /** The settings in force, with files in the place of labeling campaigns. */
  <T extends Record> T read(ConfigReader<T> reader) {
    return CampaignFiles.standard().resolve(reader.read(preset, file, overrides));
  }

  /** The configuration file's text, for the run's record; empty without one. */
  String text() {
    Path path = file;
    if (path == null) {
      return "";
    }
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new InputException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }
}
