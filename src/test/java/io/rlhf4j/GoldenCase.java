package io.rlhf4j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rlhf4j.tensor.Host;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * One case of a golden file with mathematics: named inputs and the outputs that an independent
 * implementation found in float64. The file is {name, tolerance, cases: [{name, input, expected}]}.
 */
public record GoldenCase(String name, JsonNode input, JsonNode expected, double tolerance) {

  /** All cases of a file below fixtures/math; the test is skipped when it does not exist. */
  public static List<GoldenCase> all(String file) {
    try {
      JsonNode root =
          new ObjectMapper().readTree(SharedFiles.require("fixtures/math/" + file).toFile());
      List<GoldenCase> cases = new ArrayList<>();
      for (JsonNode node : root.get("cases")) {
        cases.add(
            new GoldenCase(
                node.get("name").asText(),
                node.get("input"),
                node.get("expected"),
                root.get("tolerance").asDouble()));
      }
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tolerance that a golden file states. */
  public static double tolerance(String file) {
    return all(file).get(0).tolerance();
  }

  /** An input number. */
  public double number(String field) {
    return input.get(field).asDouble();
  }

  /** An input array of any rank as a float64 tensor. */
  public Tensor tensor(String field) {
    return tensor(input.get(field));
  }

  /** An input array as a leaf whose gradient a test will read. */
  public Tensor leaf(String field) {
    return tensor(field).set_requires_grad(true);
  }

  /** An expected number. */
  public double expectedNumber(String field) {
    return expected.get(field).asDouble();
  }

  /** An expected array of any rank, flattened row by row. */
  public double[] expectedNumbers(String field) {
    return numbers(expected.get(field));
  }

  /** A JSON array of any rank (numbers or booleans) as a float64 tensor. */
  public static Tensor tensor(JsonNode array) {
    List<Long> shape = new ArrayList<>();
    for (JsonNode node = array; node != null && node.isArray(); node = node.get(0)) {
      shape.add((long) node.size());
    }
    return Host.doubles(numbers(array), shape.stream().mapToLong(Long::longValue).toArray());
  }

  /** A JSON array of any rank, flattened row by row. */
  public static double[] numbers(JsonNode node) {
    List<Double> out = new ArrayList<>();
    flatten(node, out);
    return out.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void flatten(JsonNode node, List<Double> out) {
    if (node.isArray()) {
      node.forEach(child -> flatten(child, out));
    } else {
      out.add(node.isBoolean() ? (node.asBoolean() ? 1.0 : 0.0) : node.asDouble());
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
