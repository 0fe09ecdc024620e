package io.rlhf4j.eval.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.InputException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/**
 * A scorer behind a URL: it gets {@code {"contexts": [...], "texts": [...]}} by POST and answers
 * {@code {"scores": [...]}}, one number in 0..1 per text.
 */
public record HttpScorer(URI address) implements TextScorer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BATCH = 64;

  @Override
  public double[] score(List<String> contexts, List<String> texts) {
    double[] scores = new double[texts.size()];
    HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();
    for (int from = 0; from < scores.length; from += BATCH) {
      int to = Math.min(scores.length, from + BATCH);
      JsonNode answer = ask(client, contexts.subList(from, to), texts.subList(from, to));
      if (answer.size() != to - from) {
        throw new InputException(
            "%s must give one score per text, sent were %d and came %d"
                .formatted(address, to - from, answer.size()));
      }
      for (int i = from; i < to; i++) {
        JsonNode score = answer.get(i - from);
        if (!score.isNumber() || !(score.doubleValue() >= 0 && score.doubleValue() <= 1)) {
          throw new InputException(
              "%s must give scores in 0..1, one was %s".formatted(address, score));
        }
        scores[i] = score.doubleValue();
      }
    }
    return scores;
  }

  @Override
  public String quality() {
    return "the scorer at " + address + "; its accuracy is not known here";
  }

  private JsonNode ask(HttpClient client, List<String> contexts, List<String> texts) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode asked = body.putArray("contexts");
    contexts.forEach(asked::add);
    ArrayNode sent = body.putArray("texts");
    texts.forEach(sent::add);
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(Duration.ofMinutes(2))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new InputException(
            "%s answered with status %d".formatted(address, response.statusCode()));
      }
      return JSON.readTree(response.body()).path("scores");
    } catch (IOException e) {
      throw new InputException("cannot ask the scorer at " + address + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("the scorer at " + address + " was not waited for", e);
    }
  }
}
