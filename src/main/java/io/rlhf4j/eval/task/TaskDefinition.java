package io.rlhf4j.eval.task;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.NearestName;
import io.rlhf4j.eval.output.OutputTask;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A benchmark as a YAML file says it. Texts in it are {@link Template}s over the rows of the data.
 *
 * @param task its name in results
 * @param kind how it is put to a model
 * @param data names of the data file, the first that is found is read
 * @param rows where in a nested file the rows are, as in {@code data[].paragraphs[].qas[]}
 * @param group merges rows into items, as sentences that differ in one word
 * @param history what an earlier row of the same parent leaves in {@code {history}}
 * @param prompts by prompt type; a single one without shots is called "zeroshot"
 * @param question what judges and metrics get to see as the prompt; without it, the prompt itself
 * @param shot one worked example of a few-shot prompt
 * @param shots how many examples a few-shot prompt has; 0 for none
 * @param separator between the examples and the question
 * @param scoredAs which metrics a generation task has
 * @param references the right answers
 * @param noAnswer the right answer where there is none
 * @param maxNewTokens longest answer
 * @param choices the texts to choose from; one that names a list gives all its elements
 * @param correct the right choice: its index, or one of {@code labels}
 * @param labels what {@code correct} says for the first choice, the second, ...
 * @param targets the field with {text: 1 or 0}, in place of choices
 * @param note how this differs from the paper, to stand beside results
 */
public record TaskDefinition(
    String task,
    Kind kind,
    List<String> data,
    @Nullable String rows,
    @Nullable Group group,
    @Nullable String history,
    Map<String, String> prompts,
    @Nullable String question,
    @Nullable String shot,
    int shots,
    @Nullable String separator,
    @Nullable String scoredAs,
    List<String> references,
    @Nullable String noAnswer,
    int maxNewTokens,
    List<String> choices,
    @Nullable String correct,
    List<String> labels,
    @Nullable String targets,
    @Nullable String note) {
  /** The tasks that come with the program. */
  public static final List<String> SHIPPED =
      List.of(
          "truthfulqa",
          "truthfulqa_mc1",
          "truthfulqa_mc2",
          "realtoxicityprompts",
          "winogender",
          "crows_pairs",
          "drop",
          "quac",
          "squadv2",
          "hellaswag",
          "sst2",
          "rte",
          "wsc",
          "wmt_fr_en",
          "cnn_dm",
          "tldr");

  private static final ObjectMapper YAML =
      YAMLMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
          .build();

  /** How a task is put to a model. */
  public enum Kind {
    /** The model writes; temperature 0, cut at the first line break. */
    @JsonProperty("generation")
    GENERATION,
    /** The choice with the highest average log-probability per token is the model's. */
    @JsonProperty("multiple-choice")
    MULTIPLE_CHOICE,
    /** Entropy of the choice between texts that differ in one thing: 1 bit means no preference. */
    @JsonProperty("entropy")
    ENTROPY
  }

  /**
   * Rows to merge into one item: those whose {@code field} agrees in the pattern's first group; the
   * second group names the row inside the item.
   */
  public record Group(String field, String pattern) {}

  public TaskDefinition {
    data = data == null ? List.of() : List.copyOf(data);
    prompts = prompts == null ? Map.of("", "") : new java.util.LinkedHashMap<>(prompts);
    references = references == null ? List.of() : List.copyOf(references);
    choices = choices == null ? List.of() : List.copyOf(choices);
    labels = labels == null ? List.of() : List.copyOf(labels);
    maxNewTokens = maxNewTokens == 0 ? 32 : maxNewTokens;
    require(task != null && !task.isBlank(), "task", "must be the task's name", task);
    require(kind != null, "kind", "must be generation, multiple-choice or entropy", kind);
    require(!data.isEmpty(), "data", "must name a data file", data);
    require(!prompts.isEmpty(), "prompts", "must hold at least one prompt", prompts);
    require(shots >= 0, "shots", "must be at least 0", shots);
    require(shots == 0 || shot != null, "shot", "must be given when shots is above 0", shot);
    require(maxNewTokens > 0, "max_new_tokens", "must be above 0", maxNewTokens);
    if (kind == Kind.GENERATION) {
      require(scoredAs != null, "scored_as", "must be given for a generation task", scoredAs);
      OutputTask.of(String.valueOf(scoredAs));
    } else {
      require(
          (targets != null) != !choices.isEmpty(),
          "choices",
          "must be given, or targets, but not both",
          choices);
      require(
          kind == Kind.ENTROPY || targets != null || correct != null,
          "correct",
          "must be given for multiple choice",
          correct);
    }
  }

  private static void require(boolean kept, String key, String rule, @Nullable Object value) {
    if (!kept) {
      throw new InputException("%s %s, was %s".formatted(key, rule, value));
    }
  }

  /** Between the examples of a few-shot prompt. */
  public String between() {
    String given = separator;
    return given == null ? "\n\n" : given;
  }

  /** A shipped task by its name, or the YAML file at this path. */
  public static TaskDefinition find(String name) {
    Path path = Path.of(name);
    if (name.endsWith(".yaml") || name.endsWith(".yml")) {
      try {
        return parse(path.toString(), Files.readString(path));
      } catch (IOException e) {
        throw new InputException("cannot read the task file " + path + ": " + e.getMessage(), e);
      }
    }
    try (InputStream in = TaskDefinition.class.getResourceAsStream(name + ".yaml")) {
      if (in == null || !SHIPPED.contains(name)) {
        String nearest = NearestName.of(name, new TreeSet<>(SHIPPED));
        throw new InputException(
            "unknown task '%s'%s; the shipped ones are %s; a task of your own is given as a path"
                    .formatted(
                        name,
                        nearest == null ? "" : "; did you mean '" + nearest + "'?",
                        String.join(", ", SHIPPED))
                + " that ends in .yaml");
      }
      return parse(name + ".yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new InputException("the shipped task " + name + " cannot be read", e);
    }
  }

  /** First of all: a misspelt key would otherwise show as a missing one. */
  private static void requireKnownKeys(String file, String yaml) throws JsonProcessingException {
    TreeSet<String> known = new TreeSet<>();
    for (RecordComponent component : TaskDefinition.class.getRecordComponents()) {
      known.add(component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT));
    }
    for (Map.Entry<String, JsonNode> field : YAML.readTree(yaml).properties()) {
      String key = field.getKey();
      if (!known.contains(key)) {
        String nearest = NearestName.of(key, known);
        long line = yaml.lines().takeWhile(text -> !text.startsWith(key + ":")).count() + 1;
        throw new InputException(
            "%s:%d: unknown key '%s'; %s"
                .formatted(
                    file,
                    line,
                    key,
                    nearest == null
                        ? "known keys are " + known
                        : "did you mean '" + nearest + "'?"));
      }
    }
  }

  static TaskDefinition parse(String file, String yaml) {
    try {
      requireKnownKeys(file, yaml);
      return YAML.readValue(yaml, TaskDefinition.class);
    } catch (JsonMappingException e) {
      String message =
          e.getCause() instanceof InputException rule
              ? rule.getMessage()
              : String.valueOf(e.getOriginalMessage());
      throw new InputException(file + ": " + message, e);
    } catch (JsonProcessingException e) {
      throw new InputException(
          "%s:%d: not YAML: %s"
              .formatted(
                  file,
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  e.getOriginalMessage()),
          e);
    }
  }
}
