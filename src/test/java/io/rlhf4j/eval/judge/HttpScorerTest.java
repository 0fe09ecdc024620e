package io.rlhf4j.eval.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.rlhf4j.data.InputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpScorerTest {
  @SuppressWarnings("NullAway.Init") // made before each test
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void everyTextGetsTheScoreThatTheServerGaveIt() {
    // A text's score is its length in hundredths; 100 texts go in more than one request.
    answer(
        body -> {
          StringBuilder scores = new StringBuilder();
          body.get("texts").forEach(t -> scores.append(",").append(t.asText().length() / 100.0));
          return "{\"scores\":[" + scores.substring(1) + "]}";
        });
    List<String> texts = java.util.stream.IntStream.range(0, 100).mapToObj("x"::repeat).toList();
    double[] scores = scorer().score(Collections.nCopies(100, ""), texts);
    assertThat(scores[0]).isZero();
    assertThat(scores[64]).isEqualTo(0.64);
    assertThat(scores[99]).isEqualTo(0.99);
  }

  @Test
  void aServerThatAnswersOtherwiseIsASentence() {
    answer(body -> "{\"scores\":[0.5]}");
    assertThatThrownBy(() -> scorer().score(List.of("", ""), List.of("a", "b")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("must give one score per text, sent were 2 and came 1");
    answer(body -> "{\"scores\":[7]}");
    assertThatThrownBy(() -> scorer().score(List.of(""), List.of("a")))
        .hasMessageContaining("must give scores in 0..1, one was 7");
    server.removeContext("/score");
    assertThatThrownBy(() -> scorer().score(List.of(""), List.of("a")))
        .hasMessageContaining("answered with status 404");
  }

  private HttpScorer scorer() {
    return new HttpScorer(
        URI.create("http://localhost:" + server.getAddress().getPort() + "/score"));
  }

  private void answer(Function<JsonNode, String> answer) {
    try {
      server.removeContext("/score");
    } catch (IllegalArgumentException first) {
      assertThat(first).hasMessageContaining("");
    }
    server.createContext(
        "/score",
        exchange -> {
          JsonNode body = new ObjectMapper().readTree(exchange.getRequestBody());
          byte[] bytes = answer.apply(body).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }
}
