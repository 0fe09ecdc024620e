package io.rlhf4j.eval.output;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One output of one model.
 *
 * @param where file and line
 * @param model family, as in "ppo-ptx"
 * @param size as in "6b", or ""
 * @param promptType as in "fewshot", or ""
 * @param prompt what was asked; outputs with equal prompts belong to one item
 * @param output what the model wrote
 * @param references right answers; empty where the task has none
 * @param scores by name: those that came with the file, and those that scorers gave
 */
public record OutputRow(
    String where,
    String model,
    String size,
    String promptType,
    String prompt,
    String output,
    List<String> references,
    Map<String, Double> scores) {
  public OutputRow {
    references = List.copyOf(references);
    scores = Map.copyOf(scores);
  }

  /** The model with its size. */
  public String name() {
    return size.isEmpty() ? model : model + " " + size;
  }

  /** The score of this name; NaN when there is none. */
  public double score(String name) {
    return scores.getOrDefault(name, Double.NaN);
  }

  /** The same with one more score. */
  public OutputRow with(String name, double score) {
    Map<String, Double> more = new HashMap<>(scores);
    more.put(name, score);
    return new OutputRow(where, model, size, promptType, prompt, output, references, more);
  }
}
