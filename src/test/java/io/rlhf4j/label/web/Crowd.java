package io.rlhf4j.label.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.label.store.Ids;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/** Programs that label through the interface which browsers use. */
final class Crowd {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** A submission ready to be sent, as often as need be. */
  record Ready(String path, String key, String body) {}

  private Crowd() {}

  /** The next item's answer, or null when nothing is left. */
  static @Nullable Ready next(Browser browser, String campaign) {
    HttpResponse<String> answer = browser.json("GET", "/api/work/" + campaign, "");
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }
    try {
      JsonNode item = MAPPER.readTree(answer.body());
      if (item.has("done")) {
        return null;
      }
      String key = Ids.next();
      ObjectNode body = MAPPER.createObjectNode().put("key", key).put("seconds", 30);
      ArrayNode outputs = body.putObject("answer").putArray("outputs");
      int rank = 1;
      for (JsonNode output : item.get("outputs")) {
        outputs
            .addObject()
            .put("id", output.get("id").asText())
            .put("rank", rank)
            .put("likert", 8 - rank)
            .put("notes", "");
        rank++;
      }
      return new Ready(
          "/api/work/" + item.get("assignment").asText() + "/submit", key, body.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends; the outcome as the server names it. */
  static String submit(Browser browser, Ready ready) {
    HttpResponse<String> answer = browser.json("POST", ready.path(), ready.body());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }
    return answer.body().replaceAll(".*\"outcome\":\"(\\w+)\".*", "$1");
  }
}
