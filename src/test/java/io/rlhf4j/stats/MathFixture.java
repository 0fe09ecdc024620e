package io.rlhf4j.stats;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rlhf4j.SharedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;

/** Golden numbers from an independent implementation. */
record MathFixture(Offset<Double> tolerance, List<Case> cases) {
  record Case(String name, JsonNode input, JsonNode expected) {}

  static MathFixture read(String name) {
    try {
      JsonNode root =
          new ObjectMapper()
              .readTree(SharedFiles.require("fixtures/math/" + name + ".json").toFile());
      List<Case> cases = new ArrayList<>();
      root.get("cases")
          .forEach(
              c -> cases.add(new Case(c.get("name").asText(), c.get("input"), c.get("expected"))));
      if (cases.isEmpty()) {
        throw new IllegalStateException(name + " holds no cases");
      }
      return new MathFixture(Offset.offset(root.get("tolerance").asDouble()), cases);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Null becomes NaN. */
  static double[] doubles(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .mapToDouble(v -> v.isNull() ? Double.NaN : v.asDouble())
        .toArray();
  }

  static double[][] table(JsonNode rows) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(MathFixture::doubles)
        .toArray(double[][]::new);
  }

  static List<String> strings(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }
}
