package io.rlhf4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.Completion;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.PromptMetadata;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.answer.Answer;
import io.rlhf4j.label.answer.AnswerJson;
import io.rlhf4j.sim.Criteria;
import io.rlhf4j.sim.SimLabeler;
import io.rlhf4j.sim.SimPrompt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A simulated labeler in front of the labeling app: signs in and works through the same HTTP
 * interface as a person's browser.
 */
final class SimulatedWork {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Pattern HIDDEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

  private final URI server;
  private final HttpClient client;
  private final SimLabeler labeler;
  private final Map<String, SimPrompt> byText;
  private final String csrf;

  /**
   * Signs in.
   *
   * @param byText the miniature world's prompts, by their texts
   */
  SimulatedWork(
      URI server,
      String login,
      String password,
      SimLabeler labeler,
      Map<String, SimPrompt> byText) {
    this.server = server;
    this.labeler = labeler;
    this.byText = byText;
    this.client = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    Matcher hidden = HIDDEN.matcher(send(request("/login").GET()));
    if (!hidden.find()) {
      throw new IllegalStateException("the sign-in page has no token");
    }
    String form =
        "_csrf="
            + encoded(hidden.group(1))
            + "&login="
            + encoded(login)
            + "&password="
            + encoded(password);
    send(
        request("/login")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form)));
    this.csrf = json(send(request("/api/session").GET())).get("csrf").asText();
  }

  /**
   * Labels until there is nothing left for this labeler.
   *
   * @return how many items were labeled
   */
  int work(String campaign) {
    int done = 0;
    while (true) {
      JsonNode item = json(send(request("/api/work/" + campaign).GET()));
      if (item.path("done").asBoolean()) {
        return done;
      }
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      body.put("key", UUID.randomUUID().toString());
      body.set("answer", json(AnswerJson.write(answer(item))));
      body.put("seconds", 30);
      send(
          request("/api/work/" + item.get("assignment").asText() + "/submit")
              .header("Content-Type", "application/json")
              .header("X-CSRF-Token", csrf)
              .POST(BodyPublishers.ofString(body.toString())));
      done++;
    }
  }

  private Answer answer(JsonNode item) {
    List<String> turns = new ArrayList<>();
    item.get("prompt").forEach(turn -> turns.add(turn.get("content").asText()));
    String text = String.join("\n", turns);
    SimPrompt prompt = byText.get(text);
    if (prompt == null) {
      throw new InputException(
          "simulated labelers know only prompts of the miniature world; not this one: " + text);
    }
    List<String> ids = new ArrayList<>();
    List<Completion> outputs = new ArrayList<>();
    for (JsonNode output : item.get("outputs")) {
      ids.add(output.get("id").asText());
      outputs.add(new Completion(prompt.prompt(), output.get("text").asText(), "", true));
    }
    return switch (TaskKind.valueOf(item.get("task").asText())) {
      case DEMONSTRATION ->
          new Answer.Written(labeler.demonstrate(prompt).completion(), PromptMetadata.NONE, "");
      case RANKING -> ranked(ids, labeler.rank(prompt, outputs, Criteria.TRAINING));
      case COMPARISON -> {
        int better =
            labeler.compare(
                prompt, outputs.get(0).text(), outputs.get(1).text(), Criteria.FINAL_EVALUATION);
        yield new Answer.Compared(ids, better == 0 ? null : ids.get(better > 0 ? 0 : 1), "");
      }
      case PROMPT, TOXICITY ->
          throw new InputException(
              "simulated labelers write demonstrations, rank and compare; not "
                  + item.get("task").asText());
    };
  }

  private static Answer ranked(List<String> ids, Ranking ranking) {
    List<Answer.RankedOutput> outputs = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      outputs.add(
          new Answer.RankedOutput(
              ids.get(i),
              ranking.ranks().get(i),
              ranking.likert().get(i),
              ranking.metadata().get(i),
              ""));
    }
    return new Answer.Ranked(outputs, PromptMetadata.NONE);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.resolve(path));
  }

  private String send(HttpRequest.Builder request) {
    try {
      var answer = client.send(request.build(), BodyHandlers.ofString());
      if (answer.statusCode() >= 400) {
        throw new InputException(
            "the labeling app refused %s with %d: %s"
                .formatted(answer.uri().getPath(), answer.statusCode(), answer.body()));
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while labeling", e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the labeling app did not answer with JSON: " + text, e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
