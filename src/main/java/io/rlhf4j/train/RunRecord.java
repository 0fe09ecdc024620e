package io.rlhf4j.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What {@code run.json} says: how a run was made, so that it can be made again.
 *
 * @param command the command line, its words separated by spaces
 * @param started when the run began, ISO 8601 in UTC; resuming does not change it
 * @param resumed when it was taken up again, each time
 * @param ended null while it runs, and after it was killed
 * @param error why it failed, or null
 * @param configAsRead the configuration file's text, comments included; empty when there was none
 * @param config every setting with its value in force
 * @param inputs the files that the run read
 */
public record RunRecord(
    String command,
    Status status,
    String started,
    List<String> resumed,
    @Nullable String ended,
    @Nullable String error,
    long seed,
    Versions versions,
    List<Input> inputs,
    JsonNode config,
    String configAsRead) {

  /** How a run stands. A killed run stays {@code RUNNING}, since nobody was left to say so. */
  public enum Status {
    @JsonProperty("running")
    RUNNING,
    @JsonProperty("finished")
    FINISHED,
    @JsonProperty("failed")
    FAILED,
    @JsonProperty("interrupted")
    INTERRUPTED
  }

  /** What the run was made with; {@code libtorch} is null for stages without tensors. */
  public record Versions(String rlhf4j, String java, @Nullable String libtorch) {}

  /**
   * @param path as it was given
   * @param bytes size
   * @param sha256 of the content, in hexadecimal
   */
  public record Input(String path, long bytes, String sha256) {}

  public RunRecord {
    resumed = List.copyOf(resumed);
    inputs = List.copyOf(inputs);
  }

  /** What differs from this in a run with these settings: sentences, empty when nothing does. */
  List<String> changes(long nowSeed, JsonNode nowConfig, List<Input> nowInputs) {
    List<String> changes = new ArrayList<>();
    if (seed != nowSeed) {
      changes.add("seed was " + seed + ", is " + nowSeed);
    }
    compare("", config, reread(nowConfig), changes);
    for (Input now : nowInputs) {
      for (Input old : inputs) {
        if (old.path().equals(now.path()) && !old.sha256().equals(now.sha256())) {
          changes.add("the content of " + now.path() + " has changed");
        }
      }
    }
    return changes;
  }

  private static void compare(String key, JsonNode old, JsonNode now, List<String> changes) {
    if (old.isObject() && now.isObject()) {
      TreeSet<String> names = new TreeSet<>();
      old.fieldNames().forEachRemaining(names::add);
      now.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        String below = key.isEmpty() ? name : key + "." + name;
        compare(below, old.path(name), now.path(name), changes);
      }
    } else if (!old.equals(now)) {
      changes.add(key + " was " + shown(old) + ", is " + shown(now));
    }
  }

  private static String shown(JsonNode value) {
    return value.isMissingNode() ? "absent" : value.toString();
  }

  /** As it looks after a way through a file: numbers there have no Java types. */
  private static JsonNode reread(JsonNode json) {
    try {
      return new ObjectMapper().readTree(json.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Jackson cannot read what it wrote: " + json, e);
    }
  }
}
